"""Invoices (quickbooks-api.md 8)."""

from sandbox.quickbooks.amounts import ZERO, rounded
from sandbox.quickbooks.applying import linked_payments
from sandbox.quickbooks.balances import add_to_balance
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.credits import apply_open_credits, cut_overpaid
from sandbox.quickbooks.currency import in_home_currency
from sandbox.quickbooks.faults import broken_rule
from sandbox.quickbooks.kinds import Change, Kind
from sandbox.quickbooks.references import resolve
from sandbox.quickbooks.sales.form import applied_amount, complete_sales_form
from sandbox.quickbooks.sales.numbers import saw_number
from sandbox.quickbooks.sales.terms import settle_due_date
from sandbox.quickbooks.sales.voiding import zeroed_form
from sandbox.quickbooks.table import Record

FLAGS = (
    "AllowIPNPayment",
    "AllowOnlinePayment",
    "AllowOnlineCreditCardPayment",
    "AllowOnlineACHPayment",
)
PAYMENT_LINKS = ("Payment", "CreditMemo", "ReimburseCharge")  # read-only for clients


def complete(change: Change) -> None:
    record = change.record
    for flag in FLAGS:
        record.setdefault(flag, False)
    customer = complete_sales_form(change)
    _apply_customer_defaults(change, customer)
    settle_due_date(change)
    _settle_deposit(change)
    _settle_links(change)
    record["Balance"] = rounded(
        max(record["TotalAmt"] - record.get("Deposit", ZERO) - applied_amount(record), ZERO)
    )
    show_home_amounts(change.company, record)


def settle(company: Company, before: Record | None, after: Record, author: Author) -> None:
    saw_number(company, after)
    after = cut_overpaid(company, after, author)
    if before is not None and not before.get("_deleted"):
        add_to_balance(company, before["CustomerRef"]["value"], -before["Balance"])
    if not after.get("_deleted"):
        add_to_balance(company, after["CustomerRef"]["value"], after["Balance"])


def check_removal(company: Company, record: Record, operation: str) -> None:
    """quickbooks-api.md 8: paid invoices are neither voided nor deleted; the codes are
    unverified."""
    if not record.get("_applied"):
        return
    option = "void_paid_invoice_code" if operation == "void" else "delete_linked_code"
    detail = "Payments or credits are applied to this transaction, unlink or delete them first."
    raise broken_rule(detail, code=company.options[option])


def show_home_amounts(company: Company, record: Record) -> None:
    if company.is_multicurrency:
        record["HomeTotalAmt"] = in_home_currency(record, record["TotalAmt"])
        record["HomeBalance"] = in_home_currency(record, record["Balance"])


def _apply_customer_defaults(change: Change, customer: Record) -> None:
    """quickbooks-api.md 8: reports disagree whether term and e-mail fall back to the customer."""
    if not change.is_new or change.company.options["customer_defaults"] == "not_applied":
        return
    for field, source in (("SalesTermRef", "SalesTermRef"), ("BillEmail", "PrimaryEmailAddr")):
        if field not in change.record and source in customer:
            change.record[field] = customer[source]


def _settle_deposit(change: Change) -> None:
    company, record = change.company, change.record
    if not record.get("Deposit"):
        record.pop("Deposit", None)
        return
    record["Deposit"] = rounded(record["Deposit"])
    if not company.preference("SalesFormsPrefs", "AllowDeposit"):
        code = company.options["feature_off_code"]
        raise broken_rule("Deposits are switched off in this company.", "Deposit", code)
    if record["Deposit"] > record["TotalAmt"]:
        raise broken_rule("The deposit is higher than the total.", "Deposit")
    if change.touches("DepositToAccountRef"):
        resolve(company, record, "DepositToAccountRef", "Account")


def _settle_links(change: Change) -> None:
    """Links to estimates and the like are the client's, those to payments are not."""
    sent = change.sent.get("LinkedTxn")
    own = sent if sent is not None else (change.before or {}).get("LinkedTxn", [])
    kept = [link for link in own if link.get("TxnType") not in PAYMENT_LINKS]
    change.record["LinkedTxn"] = kept + linked_payments(change.record)


INVOICE = Kind(
    "Invoice",
    complete,
    settle,
    check_removal=check_removal,
    afterwards=apply_open_credits,
    zeroed=zeroed_form,
    app_may=frozenset({"create", "update", "delete", "void"}),
)
