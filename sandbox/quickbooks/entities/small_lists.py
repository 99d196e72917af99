"""Terms, payment methods, tax codes and rates, and the names of vendors and employees
(quickbooks-api.md 4, 6)."""

from decimal import Decimal

from sandbox.quickbooks.currency import settle_own_currency
from sandbox.quickbooks.entities.customer import SHARED_NAMES, TAKEN, settle_display_name
from sandbox.quickbooks.faults import Fault, missing
from sandbox.quickbooks.kinds import Change, Kind
from sandbox.quickbooks.names import settle_name

SAME_LIST = "Another entry of this list is already using this name."
DATE_DRIVEN_FIELDS = ("DayOfMonthDue", "DueNextMonthDays", "DiscountDayOfMonth")


def _complete_named(change: Change) -> None:
    if not change.record.get("Name"):
        raise missing("Name")
    change.record.setdefault("Active", True)
    settle_name(change, "Name", (change.entity,), SAME_LIST)


def _complete_term(change: Change) -> None:
    _complete_named(change)
    record = change.record
    is_date_driven = record.get("DayOfMonthDue") is not None
    record["Type"] = "DATE_DRIVEN" if is_date_driven else "STANDARD"
    if not is_date_driven:
        record.setdefault("DueDays", 0)
        record.setdefault("DiscountDays", 0)
        record.setdefault("DiscountPercent", Decimal(0))


def _complete_payment_method(change: Change) -> None:
    _complete_named(change)
    kind = change.record.setdefault("Type", "NON_CREDIT_CARD")
    if kind not in ("CREDIT_CARD", "NON_CREDIT_CARD"):
        raise Fault("2170", f"Invalid Enumeration : {kind}", "Type")


def _complete_person(change: Change) -> None:
    change.record.setdefault("Active", True)
    settle_display_name(change)
    settle_name(change, "DisplayName", SHARED_NAMES, TAKEN)
    change.record.setdefault("PrintOnCheckName", change.record["DisplayName"][:110])
    if change.entity == "Vendor":
        settle_own_currency(change)
        change.record.setdefault("Balance", Decimal(0))


READ_ONLY: frozenset[str] = frozenset()

TERM = Kind("Term", _complete_term, name_field="Name")
PAYMENT_METHOD = Kind("PaymentMethod", _complete_payment_method, name_field="Name")
# Made over the API only through a resource that is not simulated (quickbooks-api.md 6)
TAX_CODE = Kind("TaxCode", _complete_named, name_field="Name", app_may=READ_ONLY)
TAX_RATE = Kind("TaxRate", _complete_named, name_field="Name", app_may=READ_ONLY)
# Served because their names compete with customers' names
VENDOR = Kind("Vendor", _complete_person, name_field="DisplayName")
EMPLOYEE = Kind("Employee", _complete_person, name_field="DisplayName")
