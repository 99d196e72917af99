"""Works out what HubSpot keeps on an invoice: totals, amount paid, balance, paid or open again."""

from decimal import Decimal
from typing import Any

from sandbox.hubspot import records
from sandbox.hubspot.actors import CALCULATED
from sandbox.hubspot.billing.amounts import ZERO, amount_of, as_text, rounded
from sandbox.hubspot.billing.received import last_payment_date, received
from sandbox.hubspot.billing.recipients import recipient_values
from sandbox.hubspot.billing.totals import Parts, total_of
from sandbox.hubspot.links.store import linked_ids
from sandbox.hubspot.object_types import OBJECT_TYPES
from sandbox.hubspot.portal import Portal, Record

Values = dict[str, str | None]
INVOICES = OBJECT_TYPES["invoices"]


def settle(portal: Portal) -> None:
    """Brings every invoice up to date that something was done to since the last time."""
    while portal.stale_invoices:
        invoice_id = next(iter(portal.stale_invoices))
        del portal.stale_invoices[invoice_id]
        invoice = portal.live("invoices", invoice_id)
        if invoice is not None:
            records.change(portal, INVOICES, invoice, _kept_values(portal, invoice), CALCULATED)


def wake_due_payments(portal: Portal) -> None:
    """Payments whose delay is over: hubspot-api.md 7.4, delay unverified."""
    now = portal.clock.now_ms()
    due = portal.state["due_payments"]
    if any(entry["due_ms"] <= now for entry in due):
        portal.stale_invoices.update({e["invoice"]: None for e in due if e["due_ms"] <= now})
        portal.state["due_payments"] = [entry for entry in due if entry["due_ms"] > now]
        settle(portal)


def is_mirror(invoice: Record) -> bool:
    return bool(invoice["properties"].get("hs_invoice_billable") == "false")


def _kept_values(portal: Portal, invoice: Record) -> Values:
    properties = invoice["properties"]
    currency = properties["hs_currency"]
    values = recipient_values(portal, invoice)
    if properties["hs_invoice_status"] == "voided":  # keeps its amounts, nothing is owed
        return {**values, "hs_balance_due": as_text(ZERO, currency)}
    totals = total_of(_parts(portal, invoice), currency)
    values["hs_subtotal"] = as_text(totals.subtotal, currency)
    values["hs_total_discount"] = as_text(totals.discount, currency)
    values["hs_fees_amount"] = as_text(totals.fees, currency)
    billed = totals.billed
    if _total_is_as_written(portal, invoice):
        billed = amount_of(properties, "hs_amount_billed")
    else:
        values["hs_amount_billed"] = as_text(billed, currency)
    if currency == portal.option("currency"):
        values["hs_amount_billed_in_company_currency"] = as_text(billed, currency)
    values |= _paid_values(portal, invoice, rounded(billed, currency))
    known = portal.catalogue.of("invoices")
    return {name: value for name, value in values.items() if name in known}


def _paid_values(portal: Portal, invoice: Record, billed: Decimal) -> Values:
    properties = invoice["properties"]
    currency, status = properties["hs_currency"], properties["hs_invoice_status"]
    paid = received(portal, invoice, billed)
    balance = billed - paid
    values: Values = {}
    if status == "open" and paid > 0 and balance <= 0:
        values["hs_invoice_status"] = "paid"
        values["hs_payment_date"] = last_payment_date(portal, invoice)
    elif status == "paid" and balance > 0 and _lost_money(portal, invoice, paid):
        values["hs_invoice_status"] = "open"
        values["hs_payment_date"] = None
    elif status == "paid" and is_mirror(invoice) and not paid:
        balance = ZERO  # its status was written, no payment stands behind it
    if portal.option("overpayment") != "negative_balance":
        balance = max(balance, ZERO)
    if not portal.option("balance_writable") or _is_calculated(invoice, "hs_amount_paid"):
        values["hs_amount_paid"] = as_text(paid, currency)
    if not portal.option("balance_writable") or _is_calculated(invoice, "hs_balance_due"):
        values["hs_balance_due"] = as_text(balance, currency)
    return values


def _lost_money(portal: Portal, invoice: Record, paid: Decimal) -> bool:
    """hubspot-api.md 7.3: paid is left again only through its payments; unverified."""
    if not portal.option("payment_removal_reopens"):
        return False
    return paid < amount_of(invoice["properties"], "hs_amount_paid")


def _total_is_as_written(portal: Portal, invoice: Record) -> bool:
    """hubspot-api.md 7.5: whether HubSpot recomputes mirrors is unverified."""
    if not is_mirror(invoice) or portal.option("mirror_totals") == "recomputed":
        return False
    return not _is_calculated(invoice, "hs_amount_billed")


def _is_calculated(invoice: Record, name: str) -> bool:
    history = invoice["history"].get(name)
    return not history or history[0]["sourceType"] == CALCULATED.source_type


def _parts(portal: Portal, invoice: Record) -> Parts:
    lines = _members(portal, invoice, "line_items")
    if portal.option("stale_header_total") and not invoice.get("edited"):
        lines = lines[:1]
    return Parts(
        lines=lines,
        discounts=_members(portal, invoice, "discounts"),
        fees=_members(portal, invoice, "fees"),
        taxes=_members(portal, invoice, "taxes"),
    )


def _members(portal: Portal, invoice: Record, type_name: str) -> list[dict[str, Any]]:
    ids = linked_ids(portal, "invoices", invoice["id"], type_name)
    return [portal.records(type_name)[member]["properties"] for member in ids]
