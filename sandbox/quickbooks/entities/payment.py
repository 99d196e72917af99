"""Payments and what they settle (quickbooks-api.md 9)."""

from sandbox.quickbooks.amounts import ZERO, rounded
from sandbox.quickbooks.applying import apply_differences, settle_payment_lines
from sandbox.quickbooks.balances import add_to_balance
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.currency import settle_transaction_currency
from sandbox.quickbooks.faults import Fault, missing
from sandbox.quickbooks.kinds import Change, Kind
from sandbox.quickbooks.references import resolve, sales_customer
from sandbox.quickbooks.sales.voiding import voided_note
from sandbox.quickbooks.schema import check_length
from sandbox.quickbooks.table import Record

DEPOSIT_TYPES = ("Bank", "Other Current Asset")


def complete(change: Change) -> None:
    company, record = change.company, change.record
    if change.before is not None:
        check_removal(company, change.before, "update")
    for field in ("CustomerRef", "TotalAmt"):
        demanded = company.options["sparse_demands_required"] and change.is_sparse
        if field not in record or (demanded and field not in change.sent):
            raise missing(field)
    if record["TotalAmt"] < 0:
        raise Fault("2140", f"Invalid Amount. Supplied value:{record['TotalAmt']}", "TotalAmt")
    record["TotalAmt"] = rounded(record["TotalAmt"])
    record.setdefault("TxnDate", company.today(change.author))
    record.setdefault("ProcessPayment", False)
    check_length("PaymentRefNum", record.get("PaymentRefNum", ""), _reference_max(company))
    if company.country == "FR" and "PaymentRefNum" not in record:
        raise missing("PaymentRefNum")
    settle_transaction_currency(change, _customer(change))
    _settle_references(change)
    settle_payment_lines(change)


def settle(company: Company, before: Record | None, after: Record, author: Author) -> None:
    apply_differences(company, before, after, author)
    if before is not None:
        add_to_balance(company, before["CustomerRef"]["value"], before["UnappliedAmt"])
    if not after.get("_deleted"):
        add_to_balance(company, after["CustomerRef"]["value"], -after["UnappliedAmt"])


def check_removal(_company: Company, record: Record, _operation: str) -> None:
    """Frozen while it is on a deposit, matched with the bank feed or settled by the processor,
    whatever is to be done to it (quickbooks-api.md 9)."""
    if any(link["TxnType"] == "Deposit" for link in record.get("LinkedTxn", [])):
        raise Fault("6540", "The transaction is on a deposit; take it off there first")
    if record.get("_matched"):
        raise Fault("6480", "The transaction is matched to another transaction")
    if record.get("_settled"):
        raise Fault("6450", "The transaction was settled and cannot be voided")


def zeroed(company: Company, record: Record) -> Record:
    note = voided_note(company, record)
    return record | {
        "TotalAmt": ZERO,
        "UnappliedAmt": ZERO,
        "Line": [],
        "PrivateNote": note,
        "_voided": True,
    }


def _customer(change: Change) -> Record:
    if change.touches("CustomerRef"):
        return sales_customer(change.company, change.record)
    customer_id = change.record["CustomerRef"]["value"]
    return change.company.tables["Customer"].records[customer_id]


def _reference_max(company: Company) -> int | None:
    longest: int | None = company.options["payment_ref_max"]
    return longest


def _settle_references(change: Change) -> None:
    company, record = change.company, change.record
    if "DepositToAccountRef" not in record:
        funds = company.tables["Account"].with_value("AccountSubType", "undepositedfunds")
        record["DepositToAccountRef"] = {"value": next(iter(funds))["Id"]}
    if change.touches("DepositToAccountRef"):
        account = resolve(company, record, "DepositToAccountRef", "Account")
        if account is not None and account["AccountType"] not in DEPOSIT_TYPES:
            detail = f"Invalid Account Type : {account['Name']} takes no payments"
            raise Fault("6430", detail, "DepositToAccountRef")
    if change.touches("PaymentMethodRef"):
        resolve(company, record, "PaymentMethodRef", "PaymentMethod")
    if change.touches("ARAccountRef"):
        resolve(company, record, "ARAccountRef", "Account")


PAYMENT = Kind(
    "Payment",
    complete,
    settle,
    check_removal=check_removal,
    zeroed=zeroed,
    app_may=frozenset({"create", "update", "delete", "void"}),
)
