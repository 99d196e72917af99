"""Is this really from the vendor? Pure: raw bytes, header values and secrets in, yes or no out.

A secret that is not set verifies nothing. Several may be valid while one is being changed.
"""

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

OLDEST = timedelta(minutes=5)  # hubspot-api.md 10.4; as far into the future, since clocks differ

# What HubSpot decodes in the address before it signs, and nothing else (hubspot-api.md 10.4)
_DECODED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'",
    "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip


def is_from_hubspot(
    body: bytes, url: str, signature: str, timestamp: str, secrets: Iterable[str], now: datetime
) -> bool:
    """hubspot-api.md 10.4, version 3. Versions 1 and 2 say nothing of the time: they travel along
    and are not looked at, or a request could be replayed for ever."""
    if not _is_recent(timestamp, now):
        return False
    signed = b"POST" + _decoded(url).encode() + body + timestamp.encode()
    return _is_signed(signed, signature, secrets)


def is_from_quickbooks(body: bytes, signature: str, tokens: Iterable[str]) -> bool:
    """quickbooks-api.md 16. There is no time in it: a repetition must do no harm."""
    return _is_signed(body, signature, tokens)


def _is_signed(message: bytes, signature: str, secrets: Iterable[str]) -> bool:
    given = signature.encode(errors="replace")
    is_ours = False
    for secret in filter(None, secrets):
        expected = base64.b64encode(hmac.digest(secret.encode(), message, "sha256"))
        is_ours |= hmac.compare_digest(expected, given)
    return is_ours


def _is_recent(timestamp: str, now: datetime) -> bool:
    """In milliseconds. Written in any other way it is not what HubSpot signs."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
        return False
    away = abs(now.timestamp() * 1000 - int(timestamp))
    return away <= OLDEST.total_seconds() * 1000


def _decoded(url: str) -> str:
    for code, character in _DECODED.items():
        url = url.replace(code, character).replace(code.lower(), character)
    return url
