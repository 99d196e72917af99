"""Secrets that wait for a few minutes outside a row, in a person's session for instance.

Encrypted with TOKEN_KEYS like the columns of `encrypted`, and worthless once too old.
"""

from collections.abc import Mapping
from typing import Any

import simplejson
from cryptography.fernet import InvalidToken

from syncapp.models.encrypted import token_keys


def seal(facts: Mapping[str, Any]) -> str:
    return token_keys().encrypt(simplejson.dumps(facts).encode()).decode()


def unseal(sealed: str, seconds: int) -> dict[str, Any] | None:
    """None when it is older than that, or not ours."""
    try:
        text = token_keys().decrypt(sealed.encode(), ttl=seconds)
    except InvalidToken:
        return None
    facts: dict[str, Any] = simplejson.loads(text)
    return facts
