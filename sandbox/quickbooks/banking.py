"""Deposits and refunds, which only persons make: a deposit freezes its payments
(quickbooks-api.md 9)."""

from decimal import Decimal

from sandbox.quickbooks.amounts import rounded
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.faults import broken_rule, not_found
from sandbox.quickbooks.table import Record


def deposit(
    company: Company, payment: Record, account_id: str | None, day: str | None, author: Author
) -> str:
    """The deposit's id."""
    if payment.get("LinkedTxn"):
        raise broken_rule("The payment is on a deposit already.")
    accounts = company.tables["Account"]
    banks = list(accounts.with_value("AccountType", "bank"))
    account = company.read("Account", account_id) if account_id else banks[0]
    link = {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    fields = {
        "TxnDate": day or company.today(author),
        "TotalAmt": payment["TotalAmt"],
        "DepositToAccountRef": {"value": account["Id"], "name": account["Name"]},
        "CurrencyRef": payment["CurrencyRef"],
        "Line": [{"Amount": payment["TotalAmt"], "LinkedTxn": [link]}],
    }
    made = company.add("Deposit", fields, author)
    links = [{"TxnId": made["Id"], "TxnType": "Deposit"}]
    company.change("Payment", payment, payment | {"LinkedTxn": links}, author)
    return str(made["Id"])


def undo_deposit(company: Company, deposit_id: str, author: Author) -> str:
    made = company.find("Deposit", deposit_id)
    if made is None:
        raise not_found("Deposit", deposit_id)
    for line in made["Line"]:
        payment = company.read("Payment", line["LinkedTxn"][0]["TxnId"])
        free = {name: value for name, value in payment.items() if name != "LinkedTxn"}
        company.change("Payment", payment, free, author)
    company.change("Deposit", made, made | {"_deleted": True}, author, "Delete")
    return deposit_id


def refund(
    company: Company, record: Record, amount: Decimal, day: str | None, author: Author
) -> str:
    """A refund receipt: money back that touches neither the invoice nor the payment."""
    fields = {
        "TxnDate": day or company.today(author),
        "CustomerRef": record["CustomerRef"],
        "CurrencyRef": record["CurrencyRef"],
        "TotalAmt": rounded(amount),
        "Balance": Decimal(0),
        "PrivateNote": f"Refund of {record.get('DocNumber', record['Id'])}",
    }
    return str(company.add("RefundReceipt", fields, author)["Id"])
