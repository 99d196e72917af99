"""Closed books: nothing dated on or before the closing date can be made or changed
(quickbooks-api.md 7, 15)."""

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.table import Record


def check_period(company: Company, before: Record | None, after: Record) -> None:
    closed_until = company.preference("AccountingInfoPrefs", "BookCloseDate")
    if not closed_until:
        return
    dates = [record["TxnDate"] for record in (before, after) if record and "TxnDate" in record]
    if any(day <= closed_until for day in dates):
        raise Fault(
            company.options["closed_books_code"],
            "Account Period Closed : the books are closed until "
            f"{closed_until}, and a password is needed to change what is dated before.",
        )
