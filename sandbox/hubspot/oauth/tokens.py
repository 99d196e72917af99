"""Grants, codes and access tokens, as the account's state keeps them."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from sandbox.hubspot.accounts import USERS, new_token
from sandbox.hubspot.oauth.errors import bad_code, bad_redirect, bad_refresh_token, bad_verifier
from sandbox.hubspot.portal import Portal

ACCESS_SECONDS = 1800  # [AUTH]
CODE_SECONDS = 600  # "short window" [AUTH]


def install(portal: Portal) -> str:
    """The app as already installed; answers the refresh token."""
    return _new_grant(portal, portal.option("scopes"))


def issue_code(
    portal: Portal, redirect_uri: str, scopes: Sequence[str], challenge: str, method: str
) -> str:
    code = new_token("na1-code")
    portal.state["codes"][code] = {
        "redirect_uri": redirect_uri,
        "scopes": list(scopes),
        "challenge": challenge,
        "method": method,
        "expires_ms": portal.clock.now_ms() + CODE_SECONDS * 1000,
    }
    return code


def redeem_code(portal: Portal, code: str, redirect_uri: str, verifier: str) -> str:
    """The refresh token of a new grant; a code works once."""
    found = portal.state["codes"].pop(code, None)
    if found is None or found["expires_ms"] <= portal.clock.now_ms():
        raise bad_code()
    if redirect_uri != found["redirect_uri"]:
        raise bad_redirect()
    if found["challenge"] and _challenge_of(verifier, found["method"]) != found["challenge"]:
        raise bad_verifier()
    return _new_grant(portal, found["scopes"])


def refresh(portal: Portal, refresh_token: str) -> str:
    """The refresh token to go on with: usually the same one [WHSHEET]."""
    grant = portal.state["grants"].get(refresh_token)
    if grant is None or grant["revoked"]:
        raise bad_refresh_token()
    if not portal.option("rotate_refresh_tokens"):
        return refresh_token
    grant["revoked"] = True
    return _new_grant(portal, grant["scopes"])


def new_access_token(portal: Portal, refresh_token: str) -> tuple[str, dict[str, Any]]:
    """Forgets those that ran out long ago."""
    now = portal.clock.now_ms()
    tokens = portal.state["access_tokens"]
    for old in [t for t, each in tokens.items() if each["expires_ms"] < now - 86_400_000]:
        del tokens[old]
    token = new_token("na1-access")
    tokens[token] = {
        "refresh_token": refresh_token,
        "scopes": portal.state["grants"][refresh_token]["scopes"],
        "user_id": USERS[0]["user_id"],
        "expires_ms": now + ACCESS_SECONDS * 1000,
    }
    return token, tokens[token]


def revoke(portal: Portal, refresh_token: str) -> None:
    """Access tokens already issued stay valid [WHSHEET]."""
    grant = portal.state["grants"].get(refresh_token)
    if grant is not None:
        grant["revoked"] = True


def uninstall(portal: Portal) -> None:
    """Every grant ends and so do the access tokens; the static token is another app's."""
    for grant in portal.state["grants"].values():
        grant["revoked"] = True
    portal.state["access_tokens"].clear()


def _new_grant(portal: Portal, scopes: Sequence[str]) -> str:
    token = new_token("na1-refresh")
    portal.state["grants"][token] = {"scopes": list(scopes), "revoked": False}
    return token


def _challenge_of(verifier: str, method: str) -> str:
    if method.upper() != "S256":
        return verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
