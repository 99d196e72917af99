"""Customers as contacts (quickbooks-api.md 4)."""

import re
from collections.abc import Collection
from typing import Any

from syncapp.connectors.quickbooks.codec import (
    body_of,
    carried,
    fields_of,
    reference,
    snapshot_of,
    to_carry,
)
from syncapp.connectors.quickbooks.values import Raw
from syncapp.engine.records import Entity, Snapshot
from syncapp.engine.writes import Write

EMAIL = "PrimaryEmailAddr.Address"
_SEPARATOR = re.compile(r"[,;\s]+")
# What is written in part and must keep its other parts
_IN_PARTS = ("BillAddr", "ShipAddr", "PrimaryEmailAddr")


def snapshot(raw: Raw, names: Collection[str]) -> Snapshot:
    fields = fields_of(Entity.CONTACT, raw, names)
    if EMAIL in fields:
        fields[EMAIL] = first_address(fields[EMAIL])
    if "ParentRef" in fields:
        fields["ParentRef"] = reference(raw, "ParentRef", Entity.CONTACT)
    kept = {name: raw[name] for name in _IN_PARTS if raw.get(name)}
    return snapshot_of(Entity.CONTACT, raw, fields, carried=to_carry(kept) if kept else "")


def body(write: Write) -> dict[str, Any]:
    result = body_of(write, skip=(EMAIL,))
    if EMAIL in write.fields:
        held = carried(write.before).get("PrimaryEmailAddr") or {}
        others = addresses(held.get("Address"))[1:]
        first = [str(write.fields[EMAIL])] if write.fields[EMAIL] else []
        result["PrimaryEmailAddr"] = {"Address": ", ".join(first + others)}
    return result


def addresses(value: object) -> list[str]:
    """People put several addresses into the one field."""
    return [part for part in _SEPARATOR.split(str(value or "")) if part]


def first_address(value: object) -> str | None:
    return next(iter(addresses(value)), None)
