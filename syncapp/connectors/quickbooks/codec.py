"""Between a record's JSON and our snapshots and writes: what all entities have in common. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

import simplejson

from syncapp.connectors.quickbooks import values
from syncapp.connectors.quickbooks.fields import field_of
from syncapp.connectors.quickbooks.values import Raw
from syncapp.engine.records import Entity, Presence, RecordRef, Side, Snapshot, Value
from syncapp.engine.writes import Operation, Write

ENTITY_NAMES = {
    Entity.CONTACT: "Customer",
    Entity.PRODUCT: "Item",
    Entity.INVOICE: "Invoice",
    Entity.PAYMENT: "Payment",
}
LISTS = frozenset({Entity.CONTACT, Entity.PRODUCT})  # they can be switched off
ALSO_INACTIVE = "Active IN (true,false)"  # quickbooks-api.md 11: else they are hidden


def ref_of(entity: Entity, id: object) -> RecordRef:
    return RecordRef(Side.QUICKBOOKS, entity, str(id))


def reference(raw: Raw, name: str, entity: Entity) -> RecordRef | None:
    """A field such as CustomerRef as the record it names."""
    held = raw.get(name)
    id = held.get("value") if isinstance(held, Mapping) else None
    return ref_of(entity, id) if id else None


def fields_of(entity: Entity, raw: Raw, names: Collection[str]) -> dict[str, Value]:
    return {name: values.read(raw, field_of(entity, name)) for name in names}


def snapshot_of(entity: Entity, raw: Raw, fields: Mapping[str, Value], **more: Any) -> Snapshot:
    times = raw.get("MetaData") or {}
    kept: dict[str, Any] = {
        "version": str(raw.get("SyncToken", "")),
        "presence": _presence(entity, raw),
        "modified_at": values.instant(times.get("LastUpdatedTime")),
        "created_at": values.instant(times.get("CreateTime")),
        "changed_by": _author(times.get("LastModifiedByRef")),
    }
    return Snapshot(ref_of(entity, raw["Id"]), fields, **(kept | more))


def _author(user: Any) -> str:
    """In some answers only (quickbooks-api.md 3); mostly without a name."""
    if not isinstance(user, Mapping):
        return ""
    id = user.get("value")
    return str(user.get("name") or (f"user {id}" if id else ""))


def gone(ref: RecordRef) -> Snapshot:
    return Snapshot(ref, presence=Presence.GONE)


def body_of(write: Write, *, skip: Collection[str] = ()) -> dict[str, Any]:
    """The fields of a write in place; those the caller makes himself are skipped."""
    before = carried(write.before)
    body = envelope(write)
    for name, value in write.fields.items():
        field = field_of(write.entity, name)
        if name not in skip and not field.is_read_only:
            values.write(body, field, value, before)
    return body


def envelope(write: Write) -> dict[str, Any]:
    """Sparse, so that what is not sent stays (quickbooks-api.md 3)."""
    if write.operation is Operation.CREATE or write.target is None:
        return {}
    id = write.target.id.partition("/")[0]  # of an allocation the payment
    return {"Id": id, "SyncToken": write.expected_version, "sparse": True}


def carried(snapshot: Snapshot | None) -> dict[str, Any]:
    if snapshot is None or not snapshot.carried:
        return {}
    kept: dict[str, Any] = simplejson.loads(snapshot.carried, use_decimal=True)
    return kept


def to_carry(raw: Any) -> str:
    return simplejson.dumps(raw, use_decimal=True, separators=(",", ":"))


def _presence(entity: Entity, raw: Raw) -> Presence:
    if raw.get("status") == "Deleted":
        return Presence.GONE
    is_off = entity in LISTS and raw.get("Active") is False
    return Presence.INACTIVE if is_off else Presence.LIVE
