"""Invoices (quickbooks-api.md 8)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from syncapp.connectors.quickbooks import custom_fields, lines, linewriting, notes, values
from syncapp.connectors.quickbooks.codec import (
    body_of,
    carried,
    fields_of,
    ref_of,
    reference,
    snapshot_of,
    to_carry,
)
from syncapp.connectors.quickbooks.facts import INVOICE_URL
from syncapp.connectors.quickbooks.values import Raw
from syncapp.engine.records import Entity, Presence, Snapshot, Value
from syncapp.engine.writes import Operation, Write

_MADE_HERE = ("Line", "PrivateNote")
_REQUIRED = {"CustomerRef", "Line"}
_TAX = "TxnTaxDetail"
_CUSTOM = "CustomField"
_SUBTOTAL = "SubTotalLineDetail"


def snapshot(raw: Raw, names: Collection[str]) -> Snapshot:
    fields = fields_of(
        Entity.INVOICE, raw, [name for name in names if not custom_fields.is_custom(name)]
    )
    fields |= custom_fields.read(raw, names)
    note, key = notes.read(raw.get("PrivateNote"))
    fields["PrivateNote"] = note
    fields["CustomerRef"] = reference(raw, "CustomerRef", Entity.CONTACT)
    fields["Line"] = lines.read(raw)
    fields["app_link"] = f"{INVOICE_URL}{raw['Id']}"
    more: dict[str, Any] = {"presence": Presence.VOIDED} if is_voided(raw) else {}
    if kept := _kept(raw, fields):
        more["carried"] = to_carry(kept)
    return snapshot_of(Entity.INVOICE, raw, fields, payments=_payments(raw), key=key, **more)


def _kept(raw: Raw, fields: Mapping[str, Value]) -> dict[str, Any]:
    """What must be sent back as it is when a part of it is written."""
    kept: dict[str, Any] = {}
    if fields.get("TxnTaxDetail.TotalTax"):
        kept[_TAX] = raw[_TAX]
    if any(map(custom_fields.is_custom, fields)) and raw.get(_CUSTOM):
        kept[_CUSTOM] = raw[_CUSTOM]
    return kept


def body(write: Write, *, key: str, tax_code: str) -> dict[str, Any]:
    """`key` is the marker of a create; an update keeps the one that is there."""
    custom = [name for name in write.fields if custom_fields.is_custom(name)]
    result = body_of(write, skip=(*_MADE_HERE, *custom))
    before = write.before
    if custom:
        result[_CUSTOM] = custom_fields.bodies(write.fields, carried(before).get(_CUSTOM) or ())
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
        tax = carried(before).get(_TAX)
        if tax and wanted == held:  # QuickBooks would compute anew what a person may have set
            result[_TAX] = tax
    return result


def completed(write: Write) -> Write | None:
    """The same update with everything that a create would need; None where it is all there."""
    before = write.before
    if before is None or write.fields.keys() >= _REQUIRED:
        return None
    required = {name: before.get(name) for name in sorted(_REQUIRED)}
    return replace(write, fields=required | dict(write.fields))


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
