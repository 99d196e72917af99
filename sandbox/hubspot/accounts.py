"""A new account as HubSpot hands it out: no records, one installed app, two people."""

import secrets
import uuid
from typing import Any

from sandbox.hubspot.object_types import OBJECT_TYPES
from sandbox.hubspot.options import defaults

PORTAL_ID = 48120365
APP_ID = 7291844
FIRST_RECORD_ID = 20_000

# the people who work in the account; `act` edits as the first unless told otherwise
USERS = (
    {"user_id": 959199, "owner_id": "710", "email": "ada@example.com", "name": ("Ada", "Berg")},
    {"user_id": 959200, "owner_id": "711", "email": "ben@example.com", "name": ("Ben", "Cole")},
)


def new_account(now: str) -> dict[str, Any]:
    """The whole state; tokens differ from one account to the next, so that old ones fail."""
    return {
        "account": {
            "portal_id": PORTAL_ID,
            "hub_domain": "sandbox-48120365.example.com",
            "name": "Sandbox",
            "ui_domain": "app.hubspot.com",
            "created_at": now,
            "app_id": APP_ID,
            "app_name": "Sandbox app",
            "client_id": str(uuid.uuid5(uuid.NAMESPACE_URL, "sandbox/hubspot/client")),
            "client_secret": str(uuid.uuid4()),
            "private_token": f"pat-na1-{uuid.uuid4()}",
            "invoice_number": 1000,
            "last_event": 0,
        },
        "options": defaults(),
        "last_id": FIRST_RECORD_ID,
        "objects": {name: {} for name in OBJECT_TYPES},
        "associations": {name: {} for name in OBJECT_TYPES},
        "properties": {name: {} for name in OBJECT_TYPES},
        "property_groups": {name: {} for name in OBJECT_TYPES},
        "tax_rates": {},
        "owners": {user["owner_id"]: _owner(user, now) for user in USERS},
        "grants": {},
        "codes": {},
        "access_tokens": {},
        "unindexed": {name: {} for name in OBJECT_TYPES},
        "due_payments": [],
    }


def new_token(prefix: str) -> str:
    return f"{prefix}-{secrets.token_urlsafe(48)}"


def _owner(user: dict[str, Any], now: str) -> dict[str, Any]:
    first, last = user["name"]
    return {
        "id": user["owner_id"],
        "email": user["email"],
        "type": "PERSON",
        "firstName": first,
        "lastName": last,
        "userId": user["user_id"],
        "userIdIncludingInactive": user["user_id"],
        "createdAt": now,
        "updatedAt": now,
        "archived": False,
    }
