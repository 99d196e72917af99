"""What the token endpoints answer when they refuse: hubspot-api.md 3.2 [AUTH][WHSHEET]."""

import uuid
from typing import Any


class OAuthRefusal(Exception):
    def __init__(self, status: str, error: str, description: str) -> None:
        super().__init__(description)
        self.body: dict[str, Any] = {
            "error": error,
            "error_description": description,
            "status": status,
            "message": description,
            "correlationId": str(uuid.uuid4()),
        }


def bad_refresh_token() -> OAuthRefusal:
    return OAuthRefusal(
        "BAD_REFRESH_TOKEN", "invalid_grant", "refresh token is invalid, expired or revoked"
    )


def bad_code() -> OAuthRefusal:
    return OAuthRefusal("BAD_AUTH_CODE", "invalid_grant", "missing or invalid authorization code")


def bad_client() -> OAuthRefusal:
    return OAuthRefusal("BAD_CLIENT_ID", "invalid_client", "missing or unknown client id")


def bad_secret() -> OAuthRefusal:
    return OAuthRefusal("BAD_CLIENT_SECRET", "invalid_client", "missing or wrong client secret")


def bad_redirect() -> OAuthRefusal:
    return OAuthRefusal(
        "BAD_REDIRECT_URI", "invalid_request", "redirect URI differs from the authorization's"
    )


def bad_verifier() -> OAuthRefusal:
    return OAuthRefusal("BAD_CODE_VERIFIER", "invalid_grant", "code verifier does not fit")


def bad_scopes(names: list[str]) -> OAuthRefusal:
    return OAuthRefusal("BAD_SCOPES", "invalid_scope", f"unknown scopes: {', '.join(names)}")


def bad_grant_type(name: str) -> OAuthRefusal:
    return OAuthRefusal(
        "BAD_GRANT_TYPE", "unsupported_grant_type", f"grant type {name or 'nothing'} is unknown"
    )
