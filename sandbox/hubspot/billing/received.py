"""How much of the payments associated with an invoice counts: hubspot-api.md 7.4.

Which statuses count, and how much, is our reading of their names; the sheet only has
`succeeded`. All else that is open here is a switch.
"""

from decimal import Decimal

from sandbox.hubspot.billing.amounts import ZERO, amount_of
from sandbox.hubspot.instants import ms_of
from sandbox.hubspot.links.store import linked_ids
from sandbox.hubspot.portal import Portal, Record

_COUNTING = (
    "succeeded",
    "partially_refunded",
    "processing_refund",
    "disputed_won",
    "disputed_action_required",
    "disputed_awaiting_decision",
)


def received(portal: Portal, invoice: Record, billed: Decimal) -> Decimal:
    total = ZERO
    for payment_id in linked_ids(portal, "invoices", invoice["id"], "commerce_payments"):
        payment = portal.records("commerce_payments")[payment_id]
        amount = counting_amount(payment)
        if not amount or not _counts_here(portal, invoice, payment):
            continue
        if portal.option("partial_payments") == "ignored" and amount < billed - total:
            continue
        total += amount
    return total


def counting_amount(payment: Record) -> Decimal:
    properties = payment["properties"]
    if properties.get("hs_latest_status") not in _COUNTING:
        return ZERO
    return amount_of(properties, "hs_initial_amount") - amount_of(properties, "hs_refunds_amount")


def last_payment_date(portal: Portal, invoice: Record) -> str | None:
    ids = linked_ids(portal, "invoices", invoice["id"], "commerce_payments")
    payments = (portal.records("commerce_payments")[payment_id] for payment_id in ids)
    dates = [p["properties"].get("hs_initiated_date") or "" for p in payments if counting_amount(p)]
    return max(dates, default="") or None


def is_from_app(record: Record) -> bool:
    return bool(record["properties"].get("hs_object_source") != "CRM_UI")


def _counts_here(portal: Portal, invoice: Record, payment: Record) -> bool:
    if is_from_app(payment):
        if portal.option("api_payments") == "ignored":
            return False
        if _is_still_due(portal, invoice, payment):
            return False
    if portal.option("payment_currency_mismatch") == "ignored":
        currencies = (
            payment["properties"]["hs_currency_code"],
            invoice["properties"]["hs_currency"],
        )
        if currencies[0] != currencies[1]:
            return False
    if portal.option("payment_on_many_invoices") == "first_only":
        first = linked_ids(portal, "commerce_payments", payment["id"], "invoices")[0]
        return bool(first == invoice["id"])
    return True


def _is_still_due(portal: Portal, invoice: Record, payment: Record) -> bool:
    """Remembers when to look again."""
    delay_ms = int(portal.option("payment_delay_seconds") * 1000)
    if not delay_ms:
        return False
    due_ms = ms_of(payment["history"]["hs_latest_status"][0]["timestamp"]) + delay_ms
    if due_ms <= portal.clock.now_ms():
        return False
    portal.state["due_payments"].append({"due_ms": due_ms, "invoice": invoice["id"]})
    return True
