"""Customers (quickbooks-api.md 4)."""

from sandbox.quickbooks.addresses import settle_addresses
from sandbox.quickbooks.amounts import ZERO, rounded
from sandbox.quickbooks.balances import add_to_parents
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.credits import clear_balance
from sandbox.quickbooks.currency import settle_own_currency
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.kinds import Change, Kind
from sandbox.quickbooks.names import rename_children, settle_name
from sandbox.quickbooks.references import parent_of, resolve
from sandbox.quickbooks.table import Record

NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
SHARED_NAMES = ("Customer", "Vendor", "Employee")
TAKEN = "Another customer, vendor or employee is already using this name."
DEEPEST_LEVEL = 4  # five levels, the first is 0
DEFAULTS = {
    "Active": True,
    "Taxable": True,
    "Job": False,
    "BillWithParent": False,
    "IsProject": False,
    "PreferredDeliveryMethod": "Print",
}


def complete(change: Change) -> None:
    company, record = change.company, change.record
    for field, value in DEFAULTS.items():
        record.setdefault(field, value)
    settle_display_name(change)
    settle_name(change, "DisplayName", SHARED_NAMES, TAKEN)
    record.setdefault("PrintOnCheckName", record["DisplayName"][:110])
    _settle_parent(change)
    settle_own_currency(change)
    _settle_balance(change)
    settle_addresses(change, "BillAddr", "ShipAddr")
    for field, entity in (
        ("SalesTermRef", "Term"),
        ("PaymentMethodRef", "PaymentMethod"),
        ("DefaultTaxCodeRef", "TaxCode"),
        ("ARAccountRef", "Account"),
    ):
        if change.touches(field):
            resolve(company, record, field, entity)
    if "PrimaryTaxIdentifier" in record:
        record["PrimaryTaxIdentifier"] = _masked(record["PrimaryTaxIdentifier"])


def settle_display_name(change: Change) -> None:
    """Built from the parts when left out; a sparse update cannot remove it."""
    record = change.record
    if record.get("DisplayName"):
        return
    if change.before is not None and change.is_sparse:
        record["DisplayName"] = change.before["DisplayName"]
        return
    built = " ".join(record[part] for part in NAME_PARTS if record.get(part))
    if not built:
        parts = "Title, GivenName, MiddleName, FamilyName, DisplayName, Suffix"
        raise Fault("6080", f"No name provided : one of {parts} must be given")
    record["DisplayName"] = built


def settle(company: Company, before: Record | None, after: Record, author: Author) -> None:
    if before is not None and before["Active"] and not after["Active"]:
        clear_balance(company, after, author)
    if before is None and after["Balance"]:
        add_to_parents(company, after, after["Balance"])
    if before is not None and before["FullyQualifiedName"] != after["FullyQualifiedName"]:
        rename_children(company, "Customer", "DisplayName", after)


def _settle_parent(change: Change) -> None:
    record = change.record
    parent = parent_of(change)
    if parent is None:
        record["Level"] = 0
        record["Job"] = False
        record["FullyQualifiedName"] = record["DisplayName"]
        return
    if change.before is not None and parent["Id"] == change.before["Id"]:
        raise Fault("900", "A customer cannot be its own parent", "ParentRef")
    if parent["Level"] >= DEEPEST_LEVEL:
        raise Fault("6180", "Customers can be nested up to 5 levels", "ParentRef")
    record["Level"] = parent["Level"] + 1
    record["Job"] = True
    record["FullyQualifiedName"] = f"{parent['FullyQualifiedName']}:{record['DisplayName']}"


def _settle_balance(change: Change) -> None:
    record, before = change.record, change.before
    if before is None:
        record["Balance"] = rounded(record.get("Balance", ZERO))
        record["BalanceWithJobs"] = ZERO
        return
    for field in ("Balance", "BalanceWithJobs", "OpenBalanceDate"):
        if field in before:
            record[field] = before[field]
    if before["Active"] and not record["Active"] and before["BalanceWithJobs"]:
        _check_deactivation(change)


def _check_deactivation(change: Change) -> None:
    rule = change.company.options["deactivate_with_balance"]
    if rule == "fault_6220" and change.author.is_app:
        raise Fault("6220", "The customer has a balance and cannot be made inactive", "Active")


def _masked(number: str) -> str:
    return "X" * max(0, len(number) - 4) + number[-4:]


CUSTOMER = Kind("Customer", complete, settle, name_field="DisplayName")
