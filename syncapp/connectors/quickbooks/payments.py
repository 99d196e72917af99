"""Payments as allocations: the part of one payment that settles one invoice
(quickbooks-api.md 9). The id of an allocation is `<Payment.Id>/<Invoice.Id>`."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from syncapp.connectors.quickbooks import notes, values
from syncapp.connectors.quickbooks.codec import (
    body_of,
    carried,
    fields_of,
    ref_of,
    reference,
    snapshot_of,
    to_carry,
)
from syncapp.connectors.quickbooks.unwritable import Unwritable
from syncapp.connectors.quickbooks.values import Raw
from syncapp.engine.records import Entity, Presence, RecordRef, Snapshot, Value
from syncapp.engine.said import said
from syncapp.engine.writes import Operation, Write

_MADE_HERE = ("Amount", "Invoice", "PaymentMethodRef", "DefaultMethod", "PrivateNote")


@dataclass(frozen=True, slots=True)
class Names:
    """What a payment says by id only: payment methods and credit memos."""

    methods: Mapping[str, str]
    credit_numbers: Mapping[str, str]


def snapshots(raw: Raw, names: Collection[str], known: Names) -> list[Snapshot]:
    """One for each invoice the payment settles, and one for what settles none."""
    rest = [""] if values.number(raw.get("UnappliedAmt")) else []
    return [allocation(raw, id, names, known) for id in [*settled(raw, "Invoice"), *rest]]


def allocation(raw: Raw, invoice: str, names: Collection[str], known: Names) -> Snapshot:
    """Without an invoice the payment itself, with its allocations in `payments`; its amount is what
    settles no invoice."""
    fields = fields_of(Entity.PAYMENT, raw, names)
    note, key = notes.read(raw.get("PrivateNote"))
    amounts = _amounts(raw, invoice)
    rest = values.number(raw.get("UnappliedAmt")) or Decimal(0)
    fields |= {
        "Amount": sum(amounts, Decimal(0)) if invoice else rest,
        "Invoice": ref_of(Entity.INVOICE, invoice) if invoice else None,
        "CustomerRef": reference(raw, "CustomerRef", Entity.CONTACT),
        "PaymentMethodRef": _method(raw, known),
        "PrivateNote": note,
        **_circumstances(raw, known),
    }
    whole = snapshot_of(
        Entity.PAYMENT,
        raw,
        fields,
        key=key,
        carried=to_carry(raw),
        presence=_presence(raw, is_settled=bool(amounts) or not invoice),
        payments=tuple(_allocations(raw)),
    )
    return _named(whole, invoice) if invoice else whole


def settled(raw: Raw, kind: str) -> list[str]:
    """The ids of the invoices, or of the credit memos, that a payment brings together."""
    found = (
        str(linked["TxnId"])
        for line in raw.get("Line") or ()
        for linked in line.get("LinkedTxn") or ()
        if linked.get("TxnType") == kind
    )
    return list(dict.fromkeys(found))


def body(write: Write, *, key: str, method_id: Callable[[str], str | None]) -> dict[str, Any]:
    is_create = write.operation is Operation.CREATE
    result = body_of(write, skip=_MADE_HERE)
    named = str(write.fields.get("PaymentMethodRef") or "")
    method = method_id(named)
    chosen = method or method_id(str(write.fields.get("DefaultMethod") or ""))
    if chosen:
        result["PaymentMethodRef"] = {"value": chosen}
    if is_create or "PrivateNote" in write.fields:
        kept = key if is_create else write.before.key if write.before else ""
        way = (
            f"Paid by {named}" if named and not method else ""
        )  # the company has none of that name
        result["PrivateNote"] = notes.write(write.fields.get("PrivateNote") or way, kept)
    return result | (_new_line(write) if is_create else _all_lines(write))


def _new_line(write: Write) -> dict[str, Any]:
    amount, invoice = write.fields.get("Amount"), write.fields.get("Invoice")
    if not isinstance(amount, Decimal) or not isinstance(invoice, RecordRef):
        raise Unwritable(said("A payment needs an amount and an invoice."))
    linked = {"TxnId": invoice.id, "TxnType": "Invoice"}
    return {"TotalAmt": amount, "Line": [{"Amount": amount, "LinkedTxn": [linked]}]}


def _all_lines(write: Write) -> dict[str, Any]:
    """All or none: an update that leaves one out unlinks it."""
    raw = carried(write.before)
    if not raw or write.target is None:
        raise Unwritable("A payment can only be changed on the ground of what was read of it.")
    lines = [
        {"Amount": line["Amount"], "LinkedTxn": line["LinkedTxn"]} for line in raw.get("Line") or ()
    ]
    total = values.number(raw.get("TotalAmt")) or Decimal(0)
    amount = write.fields.get("Amount")
    if isinstance(amount, Decimal):
        total += _change_amount(lines, write.target.id.partition("/")[2], amount)
    return {"TotalAmt": total, "CustomerRef": raw["CustomerRef"], "Line": lines}


def _change_amount(lines: list[dict[str, Any]], invoice: str, amount: Decimal) -> Decimal:
    """Answers by how much the payment grows."""
    for line in lines:
        if any(_is_invoice(linked, invoice) for linked in line["LinkedTxn"]):
            difference = amount - (values.number(line["Amount"]) or Decimal(0))
            line["Amount"] = amount
            return difference
    raise Unwritable(
        said("The payment does not settle invoice {invoice} any more.", invoice=invoice)
    )


def is_voided(raw: Raw) -> bool:
    """quickbooks-api.md 9: no lines and no total; what the note says depends on the language."""
    return not raw.get("Line") and not values.number(raw.get("TotalAmt"))


def _presence(raw: Raw, *, is_settled: bool) -> Presence:
    if raw.get("status") == "Deleted":
        return Presence.GONE
    if is_voided(raw):
        return Presence.VOIDED
    return Presence.LIVE if is_settled else Presence.GONE


def _circumstances(raw: Raw, known: Names) -> dict[str, Value]:
    credits = settled(raw, "CreditMemo")
    numbers = [number for id in credits if (number := known.credit_numbers.get(id))]
    deposits = [one for one in raw.get("LinkedTxn") or () if one.get("TxnType") == "Deposit"]
    return {
        "is_credit": bool(credits) and not values.number(raw.get("TotalAmt")),
        "credit_number": ", ".join(numbers) or None,
        "is_deposited": bool(deposits),
    }


def _method(raw: Raw, known: Names) -> str | None:
    method = raw.get("PaymentMethodRef") or {}
    return method.get("name") or known.methods.get(str(method.get("value", "")))


def _amounts(raw: Raw, invoice: str) -> list[Decimal]:
    return [
        values.number(line.get("Amount")) or Decimal(0)
        for line in raw.get("Line") or ()
        if any(_is_invoice(linked, invoice) for linked in line.get("LinkedTxn") or ())
    ]


def _is_invoice(linked: Raw, invoice: str) -> bool:
    return linked.get("TxnType") == "Invoice" and str(linked.get("TxnId")) == invoice


def _allocations(raw: Raw) -> Iterator[RecordRef]:
    for id in settled(raw, "Invoice"):
        yield ref_of(Entity.PAYMENT, f"{raw['Id']}/{id}")


def _named(snapshot: Snapshot, invoice: str) -> Snapshot:
    ref = ref_of(Entity.PAYMENT, f"{snapshot.ref.id}/{invoice}")
    return replace(snapshot, ref=ref, payments=())
