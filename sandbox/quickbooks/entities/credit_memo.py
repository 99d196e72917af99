"""Credit memos: what a customer has in credit, applied to invoices by payments
(quickbooks-api.md 9)."""

from sandbox.quickbooks.amounts import rounded
from sandbox.quickbooks.applying import linked_payments
from sandbox.quickbooks.balances import add_to_balance
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.entities.invoice import check_removal, show_home_amounts
from sandbox.quickbooks.faults import broken_rule
from sandbox.quickbooks.kinds import Change, Kind
from sandbox.quickbooks.sales.form import applied_amount, complete_sales_form
from sandbox.quickbooks.sales.numbers import saw_number
from sandbox.quickbooks.sales.voiding import zeroed_form
from sandbox.quickbooks.table import Record


def complete(change: Change) -> None:
    record = change.record
    complete_sales_form(change)
    if applied_amount(record) > record["TotalAmt"]:
        raise broken_rule("More than this is applied already.", "TotalAmt")
    record["LinkedTxn"] = linked_payments(record)
    record["RemainingCredit"] = rounded(record["TotalAmt"] - applied_amount(record))
    record["Balance"] = record["RemainingCredit"]
    show_home_amounts(change.company, record)


def settle(company: Company, before: Record | None, after: Record, _author: Author) -> None:
    saw_number(company, after)
    if before is not None and not before.get("_deleted"):
        add_to_balance(company, before["CustomerRef"]["value"], before["RemainingCredit"])
    if not after.get("_deleted"):
        add_to_balance(company, after["CustomerRef"]["value"], -after["RemainingCredit"])


CREDIT_MEMO = Kind(
    "CreditMemo",
    complete,
    settle,
    check_removal=check_removal,
    zeroed=zeroed_form,
    app_may=frozenset({"create", "update", "delete"}),
)
