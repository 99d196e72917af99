"""Do two worlds agree to the cent? Reads what both vendors hold, never our own amounts."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from syncapp.engine.records import Entity
from syncapp.models import Integration, RecordLink
from tests.pipeline.worlds import money

Amounts = tuple[Decimal, Decimal, Decimal]  # total, open balance, paid


def differing_invoices(
    world: dict[str, Any], realm: str, integration: Integration
) -> Iterator[tuple[RecordLink, Amounts, Amounts]]:
    """Linked invoices whose total, balance or payments are not the same on both sides."""
    hubspot, company = world["hubspot"], world["quickbooks"]["companies"][realm]
    links = RecordLink.objects.filter(
        integration=integration,
        entity=Entity.INVOICE,
        hubspot_id__isnull=False,
        quickbooks_id__isnull=False,
    )
    for link in links:
        here = _in_hubspot(hubspot, str(link.hubspot_id))
        there = _in_quickbooks(company, str(link.quickbooks_id))
        if here != there:
            yield link, here, there


def _in_hubspot(hubspot: dict[str, Any], id_: str) -> Amounts:
    invoice = hubspot["objects"]["invoices"][id_]["properties"]
    if invoice.get("hs_invoice_billable") == "false":
        total, balance = invoice["ledgerline_total"], invoice["ledgerline_balance"]
        return money(total), money(balance), money(total) - money(balance)
    payments = hubspot["associations"].get("invoices", {}).get(id_, {}).get("commerce_payments", ())
    held = hubspot["objects"]["commerce_payments"]
    paid = sum(
        (
            money(held[payment]["properties"]["hs_initial_amount"])
            for payment in payments
            if not held[payment]["archived"]
            and held[payment]["properties"]["hs_latest_status"] == "succeeded"
        ),
        Decimal(0),
    )
    return money(invoice["hs_amount_billed"]), money(invoice["hs_balance_due"]), paid


def _in_quickbooks(company: dict[str, Any], id_: str) -> Amounts:
    invoice = company["Invoice"][id_]
    paid = sum(
        (
            money(line["Amount"])
            for payment in company.get("Payment", {}).values()
            if not payment.get("_deleted")
            for line in payment.get("Line", ())
            for linked in line.get("LinkedTxn", ())
            if linked["TxnType"] == "Invoice" and linked["TxnId"] == id_
        ),
        Decimal(0),
    )
    return money(invoice["TotalAmt"]), money(invoice["Balance"]), paid
