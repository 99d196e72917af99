"""What the OAuth server tells about a token: hubspot-api.md 3.2 [SPEC]."""

from typing import Any

from sandbox.hubspot.access import live_token
from sandbox.hubspot.accounts import USERS
from sandbox.hubspot.portal import Portal


def introspection(portal: Portal, token: str) -> dict[str, Any]:
    """Revoked or run out: `{"active": false}` and nothing else."""
    if (facts := live_token(portal, token)) is not None:
        return {
            "active": True,
            **access_facts(portal, token, facts),
            "token_use": "access_token",
            "client_id": portal.account["client_id"],
            "is_private_distribution": True,
        }
    grant = portal.state["grants"].get(token)
    if grant is not None and not grant["revoked"]:
        return {"active": True, **refresh_facts(portal, token), "token_use": "refresh_token"}
    return {"active": False}


def access_facts(portal: Portal, token: str, facts: dict[str, Any]) -> dict[str, Any]:
    left_ms = facts["expires_ms"] - portal.clock.now_ms()
    return {
        **_common(portal, token, facts["scopes"]),
        "token_type": "access",
        "app_id": portal.account["app_id"],
        "expires_in": max(0, left_ms // 1000),
    }


def refresh_facts(portal: Portal, token: str) -> dict[str, Any]:
    return {
        **_common(portal, token, portal.state["grants"][token]["scopes"]),
        "token_type": "refresh",
        "client_id": portal.account["client_id"],
    }


def _common(portal: Portal, token: str, scopes: list[str]) -> dict[str, Any]:
    return {
        "token": token,
        "hub_id": portal.account["portal_id"],
        "hub_domain": portal.account["hub_domain"],
        "user": USERS[0]["email"],
        "user_id": USERS[0]["user_id"],
        "scopes": [scope for scope in scopes if scope in portal.option("scopes")],
    }
