"""Do the two worlds agree about money? Reads what both vendors hold, not what the product says."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.chaos.evidence import Evidence, money

Amounts = tuple[Decimal, Decimal, Decimal]  # total, open balance, paid


def differing_invoices(seen: Evidence) -> Iterator[str]:
    for row in seen.linked:
        if row["entity"] != "invoice" or row["state"] != "in_sync":
            continue
        invoice = seen.hubspot("invoices").get(row["hubspot_id"])
        booked = seen.quickbooks("Invoice").get(row["quickbooks_id"])
        if invoice is None or booked is None:
            continue  # another oracle's
        here, there = _in_hubspot(seen, row["hubspot_id"], invoice), _in_quickbooks(seen, booked)
        is_void = invoice["hs_invoice_status"] == "voided" and there == (0, 0, 0)
        if here != there and not is_void:
            name = f"invoice {row['hubspot_id']}={row['quickbooks_id']}"
            yield f"{name}: {_words(here)} and {_words(there)}"


def overpaid(seen: Evidence) -> Iterator[str]:
    for id_, booked in seen.quickbooks("Invoice").items():
        if booked["Balance"] < 0 <= booked["TotalAmt"]:
            yield f"invoice {id_} in QuickBooks has a balance of {booked['Balance']}"


def _in_hubspot(seen: Evidence, id_: str, invoice: dict[str, Any]) -> Amounts:
    if invoice.get("hs_invoice_billable") == "false":
        total, balance = (
            money(invoice.get("ledgerline_total")),
            money(invoice.get("ledgerline_balance")),
        )
        return total, balance, total - balance
    ids = (
        seen.world["hubspot"]["associations"]
        .get("invoices", {})
        .get(id_, {})
        .get("commerce_payments", ())
    )
    held = seen.hubspot("commerce_payments")
    paid = [
        money(held[one]["hs_initial_amount"])
        for one in ids
        if one in held and held[one]["hs_latest_status"] == "succeeded"
    ]
    billed, due = money(invoice["hs_amount_billed"]), money(invoice["hs_balance_due"])
    return billed, due, sum(paid, Decimal(0))


def _in_quickbooks(seen: Evidence, booked: dict[str, Any]) -> Amounts:
    paid = [
        money(line["Amount"])
        for payment in seen.quickbooks("Payment").values()
        for line in payment.get("Line", ())
        for linked in line.get("LinkedTxn", ())
        if linked["TxnType"] == "Invoice" and linked["TxnId"] == booked["Id"]
    ]
    return money(booked["TotalAmt"]), money(booked["Balance"]), sum(paid, Decimal(0))


def _words(amounts: Amounts) -> str:
    total, balance, paid = amounts
    return f"{total} ({balance} open, {paid} paid)"
