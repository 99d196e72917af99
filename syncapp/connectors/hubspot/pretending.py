"""What HubSpot would answer to a write, worked out without asking: for a rehearsal. Pure.

What only HubSpot itself can know (an e-mail address that another contact has, a payment that the
account refuses) is not foreseen here.
"""

from dataclasses import replace
from decimal import Decimal

from syncapp.connectors.base import Read
from syncapp.connectors.hubspot.codec import VOIDED
from syncapp.connectors.new_ids import numbered
from syncapp.engine.records import Entity, Presence, RecordRef, Side, Snapshot, Value
from syncapp.engine.writes import Operation, Write

_ZERO = Decimal(0)
_AMOUNT = "hs_initial_amount"


def pretended(write: Write, id: str, key: str, read: Read) -> tuple[Snapshot, ...]:
    """The record first, then the records that change with it: a payment moves its invoice."""
    match write.operation:
        case Operation.CREATE:
            made = _made(write, id, key)
            return (made, *_moved(write, made, -_amount(made), read))
        case Operation.UPDATE | Operation.VOID if write.before is not None:
            changed = _changed(write, write.before)
            growth = _amount(changed) - _amount(write.before)
            return (changed, *_moved(write, changed, -growth, read))
        case Operation.ARCHIVE if write.before is not None:
            archived = replace(write.before, presence=Presence.GONE)
            return (archived, *_moved(write, archived, _amount(archived), read))
        case _:
            raise ValueError(f"A {write.operation} of a {write.entity} says not of what.")


def _made(write: Write, id: str, key: str) -> Snapshot:
    fields: dict[str, Value] = dict(write.fields)
    if write.entity is Entity.INVOICE:
        contacts = Decimal(1 if fields.get("contact") else 0)
        lines = numbered(fields.get("lines"))
        fields |= {"hs_invoice_billable": False, "contact_count": contacts, "lines": lines}
    elif write.entity is Entity.PAYMENT:
        fields["invoice_count"] = Decimal(1 if fields.get("invoice") else 0)
    ref = RecordRef(Side.HUBSPOT, write.entity, id)
    return Snapshot(ref, fields, version="0", presence=_presence(fields), key=key)


def _changed(write: Write, before: Snapshot) -> Snapshot:
    fields = {**before.fields, **write.fields}
    if "lines" in write.fields:
        fields["lines"] = numbered(fields["lines"])
    presence = _presence(fields) if "hs_invoice_status" in write.fields else before.presence
    return replace(before, fields=fields, presence=presence, version=f"{before.version}+")


def _presence(fields: dict[str, Value]) -> Presence:
    return Presence.VOIDED if fields.get("hs_invoice_status") == VOIDED else Presence.LIVE


def _moved(write: Write, payment: Snapshot, change: Decimal, read: Read) -> tuple[Snapshot, ...]:
    """A copy of a QuickBooks invoice shows what QuickBooks says; only a billable one follows."""
    invoice = payment.get("invoice") if write.entity is Entity.PAYMENT else None
    settled = read(invoice) if isinstance(invoice, RecordRef) else None
    if settled is None:
        return ()
    payments = set(settled.payments) - {payment.ref}
    if payment.is_live:
        payments.add(payment.ref)
    fields = dict(settled.fields)
    balance = fields.get("hs_balance_due")
    if fields.get("hs_invoice_billable") is not False and isinstance(balance, Decimal):
        fields["hs_balance_due"] = balance + change
        fields["hs_invoice_status"] = "open" if balance + change > 0 else "paid"
    return (replace(settled, fields=fields, payments=tuple(sorted(payments))),)


def _amount(snapshot: Snapshot) -> Decimal:
    value = snapshot.get(_AMOUNT)
    return value if isinstance(value, Decimal) else _ZERO
