"""Items as products (quickbooks-api.md 5)."""

from collections.abc import Collection
from typing import Any

from syncapp.connectors.quickbooks.codec import body_of, fields_of, snapshot_of
from syncapp.connectors.quickbooks.values import Raw
from syncapp.engine.records import Entity, Snapshot
from syncapp.engine.writes import Operation, Write

# Sent on an update, QuickBooks takes them for an inventory adjustment
_ON_CREATE_ONLY = ("QtyOnHand", "InvStartDate", "TrackQtyOnHand", "Type")
_NO_PRODUCTS = ("Category", "Group")


def snapshot(raw: Raw, names: Collection[str]) -> Snapshot:
    return snapshot_of(Entity.PRODUCT, raw, fields_of(Entity.PRODUCT, raw, names))


def is_product(raw: Raw) -> bool:
    """Categories and bundles share the list with the items and are none."""
    return raw.get("Type") not in _NO_PRODUCTS


def body(write: Write) -> dict[str, Any]:
    is_update = write.operation is not Operation.CREATE
    return body_of(write, skip=_ON_CREATE_ONLY if is_update else ())
