"""What QuickBooks does with credit by itself: it applies open credits to a new invoice and gives
back what an invoice no longer needs (quickbooks-api.md 7, 9)."""

from decimal import Decimal

from sandbox.quickbooks.amounts import ZERO, rounded
from sandbox.quickbooks.applying import (
    Target,
    apply_differences,
    payment_line,
    unapplied_amount,
)
from sandbox.quickbooks.balances import add_to_balance
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.references import reference_to
from sandbox.quickbooks.table import Record


def cut_overpaid(company: Company, invoice: Record, author: Author) -> Record:
    """An invoice that became smaller than what was paid gives the rest back to its payments."""
    applied: dict[str, Decimal] = invoice.get("_applied", {})
    room = invoice["TotalAmt"] - invoice.get("Deposit", ZERO)
    excess = sum(applied.values(), ZERO) - room
    for payment_id in reversed(list(applied)):
        if excess <= 0:
            break
        excess -= _give_back(company, payment_id, invoice["Id"], excess, author)
    return company.tables["Invoice"].records[invoice["Id"]]


def free_from_payments(company: Company, invoice: Record, author: Author) -> None:
    """What the app does when somebody voids or deletes a paid invoice there (ours): its payments
    stay, unapplied."""
    for payment_id, amount in list(invoice.get("_applied", {}).items()):
        _give_back(company, payment_id, invoice["Id"], amount, author)


def apply_open_credits(company: Company, invoice: Record, _author: Author) -> None:
    """quickbooks-api.md 7: with AutoApplyCredit QuickBooks itself applies open credits to a new
    invoice."""
    if not company.preference("SalesFormsPrefs", "AutoApplyCredit"):
        return
    customer_id = invoice["CustomerRef"]["value"]
    for payment in list(company.tables["Payment"].with_value("CustomerRef", customer_id)):
        left = company.read("Invoice", invoice["Id"])["Balance"]
        amount = min(left, payment["UnappliedAmt"])
        if amount > 0:
            _extend(company, payment, ("Invoice", invoice["Id"]), amount)
    for credit in list(company.tables["CreditMemo"].with_value("CustomerRef", customer_id)):
        left = company.read("Invoice", invoice["Id"])["Balance"]
        amount = min(left, credit["RemainingCredit"])
        if amount > 0:
            apply_credit(company, credit, invoice["Id"], amount, Author("QuickBooks"))


def apply_credit(
    company: Company, credit: Record, invoice_id: str, amount: Decimal, author: Author
) -> Record:
    """quickbooks-api.md 9: by a payment of zero that links both."""
    fields = {
        "CustomerRef": credit["CustomerRef"],
        "CurrencyRef": credit["CurrencyRef"],
        "TotalAmt": ZERO,
        "UnappliedAmt": ZERO,
        "TxnDate": company.today(author),
        "ProcessPayment": False,
        "Line": [
            payment_line(company, "Invoice", invoice_id, amount),
            payment_line(company, "CreditMemo", credit["Id"], amount),
        ],
    }
    payment = company.add("Payment", fields, author)
    apply_differences(company, None, payment, author)
    return payment


def _extend(company: Company, payment: Record, target: Target, amount: Decimal) -> None:
    line = payment_line(company, *target, amount)
    rest = rounded(payment["UnappliedAmt"] - amount)
    after = payment | {"Line": [*payment["Line"], line], "UnappliedAmt": rest}
    author = Author("QuickBooks")
    stored = company.change("Payment", payment, after, author)
    apply_differences(company, payment, stored, author)
    add_to_balance(company, payment["CustomerRef"]["value"], amount)


def _give_back(
    company: Company, payment_id: str, invoice_id: str, excess: Decimal, author: Author
) -> Decimal:
    """Answers how much of the excess this payment took. A credit memo that it carried to nothing
    but this invoice is free again."""
    payment = company.tables["Payment"].records[payment_id]
    lines, taken = [], ZERO
    for line in payment["Line"]:
        if line["LinkedTxn"][0] == {"TxnId": invoice_id, "TxnType": "Invoice"}:
            taken = min(excess, line["Amount"])
            line = line | {"Amount": line["Amount"] - taken}
        if line["Amount"] > 0:
            lines.append(line)
    if all(line["LinkedTxn"][0]["TxnType"] == "CreditMemo" for line in lines):
        lines = []
    after = payment | {"Line": lines}
    after["UnappliedAmt"] = unapplied_amount(after)
    stored = company.change("Payment", payment, after, author)
    apply_differences(company, payment, stored, author)
    moved = payment["UnappliedAmt"] - after["UnappliedAmt"]
    add_to_balance(company, payment["CustomerRef"]["value"], moved)
    return taken


def clear_balance(company: Company, customer: Record, author: Author) -> None:
    """quickbooks-api.md 4: whoever makes a customer with open invoices inactive gets a credit
    memo that settles them."""
    invoices = company.tables["Invoice"].with_value("CustomerRef", customer["Id"])
    unpaid = [invoice for invoice in invoices if invoice["Balance"] > 0]
    total = sum((invoice["Balance"] for invoice in unpaid), ZERO)
    if not total:
        return
    line = {"Id": "1", "LineNum": 1, "Amount": total, "DetailType": "SalesItemLineDetail"}
    detail = {**unpaid[0]["Line"][0].get("SalesItemLineDetail", {}), "Qty": 1, "UnitPrice": total}
    fields = {
        "CustomerRef": reference_to("Customer", customer),
        "CurrencyRef": customer["CurrencyRef"],
        "TxnDate": company.today(author),
        "PrivateNote": "Created by QuickBooks to clear the balance of an inactive customer",
        "Line": [line | {"SalesItemLineDetail": detail}],
        "TxnTaxDetail": {"TotalTax": ZERO},
        "TotalAmt": total,
        "RemainingCredit": total,
        "Balance": total,
        "LinkedTxn": [],
        "CustomField": [],
    }
    credit = company.add("CreditMemo", fields, author)
    add_to_balance(company, customer["Id"], -total)
    for invoice in unpaid:
        current = company.read("CreditMemo", credit["Id"])
        apply_credit(company, current, invoice["Id"], invoice["Balance"], author)
