"""References to other records: they must exist and be active (quickbooks-api.md 3, 15)."""

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, made_inactive
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.table import Record

NAME_FIELDS = {"Customer": "DisplayName", "Vendor": "DisplayName", "Employee": "DisplayName"}
PLURALS = {"Item": "items", "Account": "accounts", "Term": "terms"}


def resolve(
    company: Company, record: Record, field: str, entity: str, element: str = ""
) -> Record | None:
    """Puts the target's name beside its id; answers the target, None without a reference."""
    reference = record.get(field)
    if reference is None:
        return None
    target = company.find(entity, reference["value"])
    if target is None:
        detail = f"Invalid Reference Id : {entity} {reference['value']} not found"
        raise Fault("2500", detail, element or field)
    if not target.get("Active", True):
        raise made_inactive(PLURALS.get(entity, f"{entity.lower()}s"))
    record[field] = reference_to(entity, target)
    return target


def parent_of(change: Change) -> Record | None:
    """The record above this one; a parent nobody asked to look at may be inactive by now."""
    if change.touches("ParentRef"):
        return resolve(change.company, change.record, "ParentRef", change.entity)
    reference = change.record.get("ParentRef")
    table = change.company.tables[change.entity]
    return table.records[reference["value"]] if reference else None


def reference_to(entity: str, target: Record) -> Record:
    return {"value": target["Id"], "name": target[NAME_FIELDS.get(entity, "Name")]}


def sales_customer(company: Company, record: Record) -> Record:
    """The customer of a sales form; 6250 when inactive (quickbooks-api.md 15)."""
    reference = record["CustomerRef"]
    customer = company.find("Customer", reference["value"])
    if customer is None:
        detail = f"Invalid Reference Id : Customer {reference['value']} not found"
        raise Fault("2500", detail, "CustomerRef")
    if not customer["Active"]:
        detail = f"Invalid Customer : customer {customer['Id']} is inactive"
        raise Fault("6250", detail, "CustomerRef")
    record["CustomerRef"] = reference_to("Customer", customer)
    return customer
