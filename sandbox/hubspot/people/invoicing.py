"""People finalise and void invoices, and record and refund payments: hubspot-api.md 7.4 [KB]."""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.hubspot.billing.amounts import amount_of
from sandbox.hubspot.billing.settling import settle
from sandbox.hubspot.links.types import default_type
from sandbox.hubspot.object_types import OBJECT_TYPES
from sandbox.hubspot.people.deed import Deed
from sandbox.hubspot.people.recording import make
from sandbox.hubspot.portal import Record
from sandbox.hubspot.writing import apply, prepare_update

INVOICES, PAYMENTS = OBJECT_TYPES["invoices"], OBJECT_TYPES["commerce_payments"]


def finalize(deed: Deed) -> dict[str, Any]:
    return _set_status(deed, "open")


def void(deed: Deed) -> dict[str, Any]:
    return _set_status(deed, "voided")


def pay(deed: Deed) -> dict[str, Any]:
    """Of invoice `id`: `amount` (all that is due unless given), `method`, `date`, `processor`."""
    invoice = deed.record(INVOICES)
    settle(deed.portal)
    due = amount_of(invoice["properties"], "hs_balance_due")
    amount = _amount(deed.asked["amount"]) if "amount" in deed.asked else due
    if amount <= 0:
        raise ValueError(f"Nothing is due on invoice {invoice['id']}.")
    if amount > due:
        raise ValueError(f"Only {due} is due on invoice {invoice['id']}.")
    payment = make(deed, PAYMENTS, _payment(deed, invoice, amount), [_for_invoice(invoice)])
    return {"id": payment["id"]}


def refund(deed: Deed) -> dict[str, Any]:
    """Of payment `id`: `amount`, or all that is left of it."""
    payment = deed.record(PAYMENTS)
    properties = payment["properties"]
    paid = amount_of(properties, "hs_initial_amount")
    before = amount_of(properties, "hs_refunds_amount")
    amount = _amount(deed.asked["amount"]) if "amount" in deed.asked else paid - before
    if amount <= 0 or before + amount > paid:
        raise ValueError(f"Payment {payment['id']} has {paid - before} left to refund.")
    is_whole = before + amount == paid
    values = {
        "hs_refunds_amount": str(before + amount),
        "hs_latest_status": "refunded" if is_whole else "partially_refunded",
    }
    apply(prepare_update(deed.portal, PAYMENTS, payment, values, deed.actor))
    return {"id": payment["id"]}


def _set_status(deed: Deed, status: str) -> dict[str, Any]:
    invoice = deed.record(INVOICES)
    values = {"hs_invoice_status": status}
    apply(prepare_update(deed.portal, INVOICES, invoice, values, deed.actor))
    return {"id": invoice["id"]}


def _payment(deed: Deed, invoice: Record, amount: Decimal) -> dict[str, Any]:
    values = {
        "hs_initial_amount": str(amount),
        "hs_initiated_date": str(deed.asked.get("date") or deed.portal.now()),
        "hs_latest_status": "succeeded",
        "hs_currency_code": invoice["properties"]["hs_currency"],
        "hs_payment_method_type": str(deed.asked.get("method") or "other"),
        "hs_processor_type": str(deed.asked.get("processor") or "none"),
    }
    return {**values, **deed.properties}


def _for_invoice(invoice: Record) -> dict[str, Any]:
    kind = default_type(PAYMENTS.name, INVOICES.name)
    return {"to": {"id": invoice["id"]}, "types": [kind.spec()]}


def _amount(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value} is not an amount.") from None
