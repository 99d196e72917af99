"""One message to a program that is no vendor: its address comes from the settings, like theirs."""

import requests

from syncapp.connectors.addresses import require_safe_address
from syncapp.connectors.bounded import BoundedAdapter
from syncapp.errors import Unavailable

SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024


def post(url: str, body: bytes, headers: dict[str, str], *, allow_plain_http: bool) -> int:
    """Sent once; answers the status. Follows no redirect, uses no proxy. Raises `Unavailable`
    without the address, which may hold a secret, and `ConfigurationError`."""
    require_safe_address(url, allow_plain_http=allow_plain_http)
    with requests.Session() as session:
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, BoundedAdapter(SECONDS, LARGEST_ANSWER))
        try:
            answer = session.post(
                url, data=body, headers=headers, timeout=SECONDS, allow_redirects=False
            )
        except requests.RequestException as failure:
            kind = type(failure).__name__
            raise Unavailable(f"The program cannot be reached: {kind}.") from None
    return int(answer.status_code)
