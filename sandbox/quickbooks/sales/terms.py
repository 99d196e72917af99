"""Due dates from payment terms (quickbooks-api.md 6, 8)."""

import calendar
from datetime import date, timedelta

from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.references import resolve
from sandbox.quickbooks.stamps import days_after
from sandbox.quickbooks.table import Record


def settle_due_date(change: Change) -> None:
    record = change.record
    if change.touches("SalesTermRef"):
        resolve(change.company, record, "SalesTermRef", "Term")
    is_asked = change.sent.get("DueDate") is not None
    is_moved = "SalesTermRef" in change.sent
    if not is_asked and ("DueDate" not in record or is_moved):
        record["DueDate"] = _due_date(change)


def _due_date(change: Change) -> str:
    record = change.record
    reference = record.get("SalesTermRef")
    if reference is None:
        return str(record["TxnDate"])
    term = change.company.tables["Term"].records[reference["value"]]
    if term["Type"] == "STANDARD":
        return days_after(record["TxnDate"], int(term["DueDays"]))
    return _on_day_of_month(term, date.fromisoformat(record["TxnDate"])).isoformat()


def _on_day_of_month(term: Record, day: date) -> date:
    due = _in_month(day.year, day.month, term["DayOfMonthDue"])
    if (due - day).days < term.get("DueNextMonthDays", 0) or due < day:
        following = day.replace(day=1) + timedelta(days=32)
        due = _in_month(following.year, following.month, term["DayOfMonthDue"])
    return due


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
