"""What QuickBooks would answer to a write, worked out without asking: for a rehearsal. Pure.

What only QuickBooks itself can know (a number or name that is taken by a record we never read,
automated tax, a closed period) is not foreseen here.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from syncapp.connectors.base import Read
from syncapp.connectors.new_ids import numbered
from syncapp.connectors.quickbooks.codec import ref_of
from syncapp.engine.money import cents
from syncapp.engine.records import Entity, Line, LineKind, Presence, RecordRef, Snapshot, Value
from syncapp.engine.writes import Operation, Write

_ZERO = Decimal(0)


def pretended(write: Write, id: str, key: str, read: Read) -> tuple[Snapshot, ...]:
    """The record first, then the records that change with it: a payment moves its invoice."""
    match write.operation:
        case Operation.CREATE:
            made = _made(write, id, key)
            return (made, *_moved(write, made, -_amount(made), read))
        case Operation.UPDATE if write.before is not None:
            changed = _changed(write, write.before)
            growth = _amount(changed) - _amount(write.before)
            return (changed, *_moved(write, changed, -growth, read))
        case Operation.VOID if write.before is not None:
            voided = _voided(write, write.before)
            return (voided, *_moved(write, voided, _amount(write.before), read))
        case _:
            raise ValueError(f"QuickBooks knows no {write.operation} of a {write.entity}.")


def _made(write: Write, id: str, key: str) -> Snapshot:
    ref = ref_of(write.entity, id)
    fields: dict[str, Value] = dict(write.fields)
    if write.entity is Entity.INVOICE:
        fields = _billed({**fields, "Line": numbered(fields.get("Line"))}, paid=_ZERO)
    elif write.entity is Entity.PAYMENT:
        invoice = fields.get("Invoice")
        ref = ref_of(write.entity, f"{id}/{invoice.id if isinstance(invoice, RecordRef) else ''}")
        fields |= {"TotalAmt": fields.get("Amount"), "UnappliedAmt": _ZERO}
    return Snapshot(ref, fields, version="0", key=key)


def _changed(write: Write, before: Snapshot) -> Snapshot:
    fields = {**before.fields, **write.fields}
    if write.entity is Entity.INVOICE and "Line" in write.fields:
        paid = _number(before.get("TotalAmt")) - _number(before.get("Balance"))
        fields = _billed({**fields, "Line": numbered(fields["Line"])}, paid=paid)
    if write.entity is Entity.PAYMENT:
        growth = _number(fields.get("Amount")) - _number(before.get("Amount"))
        fields["TotalAmt"] = _number(before.get("TotalAmt")) + growth
    return replace(before, fields=fields, version=_next(before.version))


def _voided(write: Write, before: Snapshot) -> Snapshot:
    zeros: Mapping[str, Value] = (
        {"TotalAmt": _ZERO, "Balance": _ZERO, "Line": _emptied(before.get("Line"))}
        if write.entity is Entity.INVOICE
        else {"Amount": _ZERO, "TotalAmt": _ZERO}
    )
    return replace(
        before,
        fields={**before.fields, **zeros},
        version=_next(before.version),
        presence=Presence.VOIDED,
        payments=(),
    )


def _moved(write: Write, payment: Snapshot, change: Decimal, read: Read) -> tuple[Snapshot, ...]:
    invoice = payment.get("Invoice") if write.entity is Entity.PAYMENT else None
    settled = read(invoice) if isinstance(invoice, RecordRef) else None
    if settled is None:
        return ()
    payments = set(settled.payments) - {payment.ref}
    if payment.is_live:
        payments.add(payment.ref)
    fields = {**settled.fields, "Balance": _number(settled.get("Balance")) + change}
    version = _next(settled.version)
    return (replace(settled, fields=fields, payments=tuple(sorted(payments)), version=version),)


def _billed(fields: dict[str, Value], paid: Decimal) -> dict[str, Value]:
    lines = fields.get("Line")
    added = sum((_worth(line) for line in lines), _ZERO) if isinstance(lines, tuple) else _ZERO
    total = cents(added, str(fields.get("CurrencyRef") or "USD"))
    return {**fields, "TotalAmt": total, "Balance": total - paid}


def _worth(line: Line) -> Decimal:
    match line.kind:
        case LineKind.TEXT:
            return _ZERO
        case LineKind.DISCOUNT:
            return -line.amount
        case LineKind.ITEM | LineKind.TAX | LineKind.FEE:
            return line.amount + line.tax


def _emptied(lines: Value) -> Value:
    if not isinstance(lines, tuple):
        return lines
    return tuple(
        replace(line, amount=_ZERO, quantity=_ZERO, unit_price=None)
        for line in lines
        if line.kind is not LineKind.TAX
    )


def _amount(snapshot: Snapshot) -> Decimal:
    return _number(snapshot.get("Amount"))


def _number(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else _ZERO


def _next(version: str) -> str:
    return str(int(version) + 1) if version.isdecimal() else version
