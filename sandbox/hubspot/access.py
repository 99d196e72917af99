"""Who may call: bearer tokens and the scopes behind them: hubspot-api.md 3 and 12."""

from collections.abc import Collection, Sequence
from typing import Any

from sandbox.hubspot.errors import ApiError
from sandbox.hubspot.portal import Portal
from sandbox.web import Request


def bearer_of(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def authorise(portal: Portal, request: Request, needed: Sequence[Sequence[str]]) -> str:
    """Answers how the log names the caller. Of each group of scopes one must be granted."""
    token = bearer_of(request)
    if not token:
        raise _unauthenticated(
            "Authentication credentials not found. This API supports OAuth 2.0 authentication."
        )
    granted = _granted(portal, token)
    missing = [group[0] for group in needed if group and not set(group) & set(granted)]
    if missing:
        raise _missing_scopes(portal, missing)
    return f"{token[:14]}…"


def live_token(portal: Portal, token: str) -> dict[str, Any] | None:
    """An access token from the OAuth server that has not run out."""
    found: dict[str, Any] | None = portal.state["access_tokens"].get(token)
    if found is None or found["expires_ms"] <= portal.clock.now_ms():
        return None
    return found


def _granted(portal: Portal, token: str) -> Collection[str]:
    account_grants: list[str] = portal.option("scopes")
    if token == portal.account["private_token"]:
        return account_grants
    if token not in portal.state["access_tokens"]:
        raise _unauthenticated("The access token is not valid.")
    found = live_token(portal, token)
    if found is None:  # 12: the category's name is unverified
        raise _unauthenticated(
            "The access token has expired.", portal.option("expired_token_category")
        )
    return [scope for scope in found["scopes"] if scope in account_grants]


def _unauthenticated(message: str, category: str = "INVALID_AUTHENTICATION") -> ApiError:
    return ApiError(401, category, message)


def _missing_scopes(portal: Portal, missing: list[str]) -> ApiError:
    """12: category unverified; the spec's example of a context shows `missingScopes` [SPEC]."""
    message = "This app hasn't been granted all required scopes to make this call: " + ", ".join(
        missing
    )
    return ApiError(
        403,
        portal.option("missing_scope_category"),
        message,
        details=[{"message": message, "context": {"missingScopes": missing}}],
        context={"missingScopes": missing},
    )
