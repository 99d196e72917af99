"""Completes an invoice or a credit memo, in the order in which the parts need each other."""

from decimal import Decimal

from sandbox.quickbooks.addresses import flatten_changed_address, settle_addresses
from sandbox.quickbooks.amounts import ZERO, rounded
from sandbox.quickbooks.currency import settle_transaction_currency
from sandbox.quickbooks.faults import Fault, broken_rule, missing
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.references import sales_customer
from sandbox.quickbooks.sales.custom_fields import settle_custom_fields
from sandbox.quickbooks.sales.discounts import discount
from sandbox.quickbooks.sales.lines import settle_lines, subtotal, with_subtotal
from sandbox.quickbooks.sales.numbers import settle_number
from sandbox.quickbooks.sales.tax import settle_tax
from sandbox.quickbooks.table import Record

DEFAULTS = {
    "ApplyTaxAfterDiscount": False,
    "PrintStatus": "NeedToPrint",
    "EmailStatus": "NotSet",
}
GHOST_DATE = "9999-12-31"


def complete_sales_form(change: Change) -> Record:
    """Answers the customer."""
    company, record = change.company, change.record
    if "CustomerRef" not in record or _sparse_lacks(change, "CustomerRef"):
        raise missing("CustomerRef")
    customer = _customer(change)
    record.setdefault("TxnDate", company.today(change.author))
    for field, value in DEFAULTS.items():
        record.setdefault(field, value)
    _check_customer_stays(change)
    settle_transaction_currency(change, customer)
    settle_number(change)
    if company.country == "US":
        record.pop("GlobalTaxCalculation", None)
    settle_lines(change)
    settle_tax(change, customer)
    _show_ghost_dates(change)
    settle_custom_fields(change)
    for field in ("BillAddr", "ShipAddr", "ShipFromAddr"):
        flatten_changed_address(change, field, customer)
    settle_addresses(change, "BillAddr", "ShipAddr", "ShipFromAddr")
    if record["EmailStatus"] == "NeedToSend" and not record.get("BillEmail"):
        raise Fault("6420", "An e-mail address is needed to send the form", "BillEmail")
    record["Line"] = with_subtotal(record["Line"])
    record["TotalAmt"] = _total(record)
    if record["TotalAmt"]:
        record.pop("_voided", None)
    return customer


def applied_amount(record: Record) -> Decimal:
    """What payments have taken from it so far."""
    return sum(record.get("_applied", {}).values(), ZERO)


def _customer(change: Change) -> Record:
    if change.touches("CustomerRef"):
        return sales_customer(change.company, change.record)
    customer_id = change.record["CustomerRef"]["value"]
    return change.company.tables["Customer"].records[customer_id]


def _sparse_lacks(change: Change, field: str) -> bool:
    """quickbooks-api.md 3: a sparse update may still demand the required fields."""
    demands = change.company.options["sparse_demands_required"]
    return bool(demands and change.is_sparse and field not in change.sent)


def _check_customer_stays(change: Change) -> None:
    before, record = change.before, change.record
    if before is None or not before.get("_applied"):
        return
    if before["CustomerRef"]["value"] != record["CustomerRef"]["value"]:
        raise broken_rule("The customer cannot change while payments are applied.", "CustomerRef")


def _total(record: Record) -> Decimal:
    lines = record["Line"]
    total = rounded(subtotal(lines) - discount(lines) + record["TxnTaxDetail"]["TotalTax"])
    if total < 0:
        raise broken_rule("Transaction amount must be 0 or greater.", "TotalAmt")
    return total


def _show_ghost_dates(change: Change) -> None:
    """quickbooks-api.md 18 no. 11 [observed]: a service date of the far future after the tax
    changed."""
    before, record = change.before, change.record
    if before is None or change.company.options["service_date_after_tax_change"] == "kept":
        return
    if before["TxnTaxDetail"]["TotalTax"] == record["TxnTaxDetail"]["TotalTax"]:
        return
    record["Line"] = [
        line | {"SalesItemLineDetail": {"ServiceDate": GHOST_DATE} | line["SalesItemLineDetail"]}
        if line["DetailType"] == "SalesItemLineDetail"
        else line
        for line in record["Line"]
    ]
