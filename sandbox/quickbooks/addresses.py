"""Postal addresses inside records: an id of their own, and a length for all lines together."""

from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.table import Record

LINES = ("Line1", "Line2", "Line3", "Line4", "Line5")
LONGEST_TOGETHER = 2000  # quickbooks-api.md 3
NOT_COMPARED = {"Id"}


def settle_addresses(change: Change, *fields: str) -> None:
    for field in fields:
        address = change.record.get(field)
        if address is None:
            continue
        if sum(len(address.get(line, "")) for line in LINES) > LONGEST_TOGETHER:
            detail = f"The address lines may have {LONGEST_TOGETHER} characters together"
            raise Fault("2050", detail, field)
        before = change.before.get(field) if change.before else None
        if before and _same(before, address):
            change.record[field] = before
        else:
            change.record[field] = {"Id": str(change.company.count_up("addresses")), **address}


def flatten_changed_address(change: Change, field: str, customer: Record) -> None:
    """quickbooks-api.md 3, the address trap: changed inside a transaction, an address comes back
    as plain lines, the names of the customer first."""
    before = change.before.get(field) if change.before else None
    address = change.record.get(field)
    if address is None or before is None or _same(before, address):
        return
    city = ", ".join(
        part for part in (address.get("City"), address.get("CountrySubDivisionCode")) if part
    )
    town = "  ".join(part for part in (city, address.get("PostalCode")) if part)
    lines = [customer["DisplayName"], customer.get("CompanyName")]
    lines += [address.get(line) for line in LINES]
    lines += [town, address.get("Country")]
    written = [line for line in lines if line]
    kept = [*written[:4], " ".join(written[4:])] if len(written) > 5 else written
    change.record[field] = dict(zip(LINES, kept, strict=False))


def _same(before: Record, after: Record) -> bool:
    return {k: v for k, v in before.items() if k not in NOT_COMPARED} == {
        k: v for k, v in after.items() if k not in NOT_COMPARED
    }
