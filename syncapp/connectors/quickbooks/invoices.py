"""Invoices (quickbooks-api.md 8)."""

from collections.abc import Collection
from typing import Any

from syncapp.connectors.quickbooks import lines, linewriting, notes, values
from syncapp.connectors.quickbooks.codec import (
    body_of,
    fields_of,
    ref_of,
    reference,
    snapshot_of,
)
from syncapp.connectors.quickbooks.values import Raw
from syncapp.engine.records import Entity, Presence, Snapshot
from syncapp.engine.writes import Operation, Write

_MADE_HERE = ("Line", "PrivateNote")
_SUBTOTAL = "SubTotalLineDetail"


def snapshot(raw: Raw, names: Collection[str]) -> Snapshot:
    fields = fields_of(Entity.INVOICE, raw, names)
    note, key = notes.read(raw.get("PrivateNote"))
    fields["PrivateNote"] = note
    fields["CustomerRef"] = reference(raw, "CustomerRef", Entity.CONTACT)
    fields["Line"] = lines.read(raw)
    more: dict[str, Any] = {"presence": Presence.VOIDED} if is_voided(raw) else {}
    return snapshot_of(Entity.INVOICE, raw, fields, payments=_payments(raw), key=key, **more)


def body(write: Write, *, key: str, tax_code: str) -> dict[str, Any]:
    """`key` is the marker of a create; an update keeps the one that is there."""
    result = body_of(write, skip=_MADE_HERE)
    before = write.before
    if write.operation is Operation.CREATE:
        result["PrivateNote"] = notes.write(write.fields.get("PrivateNote"), key)
    elif "PrivateNote" in write.fields:
        note = notes.write(write.fields["PrivateNote"], before.key if before else "")
        result["PrivateNote"] = note
    wanted = write.fields.get("Line")
    if isinstance(wanted, tuple):
        held = before.get("Line") if before else ()
        result["Line"] = linewriting.bodies(
            wanted,
            held if isinstance(held, tuple) else (),
            currency=_currency(write),
            tax_code=tax_code,
        )
    return result


def is_voided(raw: Raw) -> bool:
    """There is no status (quickbooks-api.md 8): zeros everywhere and a note that begins with
    `Voided`, or in another language, lines that have lost their prices."""
    lines = [line for line in raw.get("Line") or () if line.get("DetailType") != _SUBTOTAL]
    if values.number(raw.get("TotalAmt")) or not all(_is_zeroed(line) for line in lines):
        return False
    if str(raw.get("PrivateNote") or "").startswith("Voided"):
        return True
    details = [detail for line in lines if (detail := line.get("SalesItemLineDetail"))]
    return bool(details) and not any("UnitPrice" in detail for detail in details)


def _is_zeroed(line: Raw) -> bool:
    detail = line.get("SalesItemLineDetail")
    has_quantity = detail is not None and detail.get("ItemRef") and detail.get("Qty") != 0
    return not values.number(line.get("Amount")) and not has_quantity


def _payments(raw: Raw) -> tuple[Any, ...]:
    return tuple(
        ref_of(Entity.PAYMENT, f"{linked['TxnId']}/{raw['Id']}")
        for linked in raw.get("LinkedTxn") or ()
        if linked.get("TxnType") == "Payment"
    )


def _currency(write: Write) -> str:
    held = write.before.get("CurrencyRef") if write.before else None
    return str(write.fields.get("CurrencyRef") or held or "USD")
