"""Products and services, categories and bundles (quickbooks-api.md 5)."""

from decimal import Decimal

from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.faults import Fault, broken_rule, missing
from sandbox.quickbooks.kinds import Change, Kind
from sandbox.quickbooks.names import rename_children, settle_name
from sandbox.quickbooks.references import parent_of, resolve
from sandbox.quickbooks.table import Record

TAKEN = "Another product, service or category is already using this name."
APP_TYPES = ("Service", "NonInventory", "Inventory", "Category")
TYPES = (*APP_TYPES, "Group")
DEEPEST_LEVEL = 4
NEEDED_FOR_INVENTORY = ("ExpenseAccountRef", "AssetAccountRef", "QtyOnHand", "InvStartDate")
ACCOUNT_TYPES = {
    "IncomeAccountRef": ("Income", "Other Income"),
    "ExpenseAccountRef": ("Cost of Goods Sold", "Expense", "Other Expense"),
    "AssetAccountRef": ("Other Current Asset",),
}


def complete(change: Change) -> None:
    record = change.record
    if not record.get("Name"):
        raise missing("Name")
    record.setdefault("Active", True)
    _check_type(change)
    settle_name(change, "Name", ("Item",), TAKEN)
    _settle_parent(change)
    if record["Type"] == "Category":
        _complete_category(change)
        return
    for field in ("Taxable", "TrackQtyOnHand"):
        record.setdefault(field, False)
    record.setdefault("UnitPrice", Decimal(0))
    record.setdefault("PurchaseCost", Decimal(0))
    _check_needed(change)
    _check_accounts(change)
    if change.touches("SalesTaxCodeRef"):
        resolve(change.company, record, "SalesTaxCodeRef", "TaxCode")


def settle(company: Company, before: Record | None, after: Record, _author: Author) -> None:
    if before is not None and before["FullyQualifiedName"] != after["FullyQualifiedName"]:
        rename_children(company, "Item", "Name", after)


def _check_type(change: Change) -> None:
    record = change.record
    kind = record.get("Type")
    if not kind:
        raise missing("Type")
    if kind not in TYPES:
        raise Fault("2120", f"Invalid Type : {kind} is not a type of item here", "Type")
    if kind == "Group" and change.author.is_app:
        # bundles are read-only over the API
        raise Fault("500", "Operation create or update is not supported for bundles.", "Type")
    if change.before is not None and change.before["TrackQtyOnHand"] and kind != "Inventory":
        raise broken_rule("Tracking quantities cannot be switched off.", "Type")


def _complete_category(change: Change) -> None:
    if not change.record["Active"]:
        raise broken_rule("A category cannot be made inactive.", "Active")
    change.record["TrackQtyOnHand"] = False


def _check_needed(change: Change) -> None:
    record = change.record
    kind = record["Type"]
    if kind in ("Service", "Inventory") and "IncomeAccountRef" not in record:
        raise missing("IncomeAccountRef")
    if kind == "Inventory":
        if not record["TrackQtyOnHand"]:
            raise missing("TrackQtyOnHand")
        for field in NEEDED_FOR_INVENTORY:
            if field not in record:
                raise missing(field)
    if change.company.country == "FR" and kind != "Group" and "ItemCategoryType" not in record:
        raise missing("ItemCategoryType")
    before = change.before
    if before is not None and before["TrackQtyOnHand"] and not record["TrackQtyOnHand"]:
        raise broken_rule("Tracking quantities cannot be switched off.", "TrackQtyOnHand")


def _check_accounts(change: Change) -> None:
    for field, allowed in ACCOUNT_TYPES.items():
        if not change.touches(field):
            continue
        account = resolve(change.company, change.record, field, "Account")
        if account is not None and account["AccountType"] not in allowed:
            detail = f"Invalid Account Type : {field} needs one of {', '.join(allowed)}"
            raise Fault("6430", detail, field)


def _settle_parent(change: Change) -> None:
    record = change.record
    parent = parent_of(change)
    record["SubItem"] = parent is not None
    record["Level"] = parent["Level"] + 1 if parent else 0
    if record["Level"] > DEEPEST_LEVEL:
        raise Fault("6180", "Items can be nested up to 5 levels", "ParentRef")
    name = record["Name"]
    record["FullyQualifiedName"] = f"{parent['FullyQualifiedName']}:{name}" if parent else name


ITEM = Kind("Item", complete, settle, name_field="Name")
