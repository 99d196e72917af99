"""The chart of accounts (quickbooks-api.md 6)."""

from decimal import Decimal

from sandbox.quickbooks.currency import settle_own_currency
from sandbox.quickbooks.faults import Fault, missing
from sandbox.quickbooks.kinds import Change, Kind
from sandbox.quickbooks.names import settle_name
from sandbox.quickbooks.references import parent_of

TAKEN = "Another account is already using this name."
CLASSIFICATIONS = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
}
USUAL_SUB_TYPES = {"Bank": "Checking", "Income": "SalesOfProductIncome"}
TYPES_BY_SUB_TYPE = {"UndepositedFunds": "Other Current Asset", "Checking": "Bank"} | {
    "SalesOfProductIncome": "Income",
    "ServiceFeeIncome": "Income",
}


def complete(change: Change) -> None:
    record = change.record
    if not record.get("Name"):
        raise missing("Name")
    if any(character in record["Name"] for character in '":'):
        raise Fault("2040", f"Element contains invalid characters: {record['Name']}", "Name")
    record.setdefault("Active", True)
    settle_name(change, "Name", ("Account",), TAKEN)
    _settle_type(change)
    settle_own_currency(change)
    parent = parent_of(change)
    record["SubAccount"] = parent is not None
    record["FullyQualifiedName"] = (
        f"{parent['FullyQualifiedName']}:{record['Name']}" if parent else record["Name"]
    )
    for field in ("CurrentBalance", "CurrentBalanceWithSubAccounts"):
        record[field] = change.before[field] if change.before else Decimal(0)


def _settle_type(change: Change) -> None:
    record = change.record
    account_type, sub_type = record.get("AccountType"), record.get("AccountSubType")
    if not account_type and not sub_type:
        raise Fault("6010", "Either AccountType or AccountSubType must be given")
    if not account_type:
        account_type = TYPES_BY_SUB_TYPE.get(str(sub_type), "Expense")
    record["AccountType"] = account_type
    record["AccountSubType"] = sub_type or USUAL_SUB_TYPES.get(
        account_type, account_type.replace(" ", "")
    )
    record["Classification"] = CLASSIFICATIONS.get(account_type, "Expense")


ACCOUNT = Kind("Account", complete, name_field="Name")
