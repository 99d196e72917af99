"""Document numbers (quickbooks-api.md 8 and 18 no. 7)."""

import re

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.table import Record

FIRST = "1001"
DIGITS_AT_END = re.compile(r"(.*?)(\d+)", re.DOTALL)
# The check spans the sales forms: a credit memo's number clashes with an invoice's, too
SHARE_NUMBERS = ("Invoice", "CreditMemo")


def settle_number(change: Change) -> None:
    """Custom numbers on: what was sent or none at all. Off: the next one unless one was sent."""
    company, record = change.company, change.record
    is_custom = bool(company.preference("SalesFormsPrefs", "CustomTxnNumbers"))
    honours = company.options["auto_doc_number"] == "honoured"
    if honours and record.get("DocNumber") == "AUTO_GENERATE":
        record["DocNumber"] = next_number(company)
    if not record.get("DocNumber") and not is_custom:
        before = change.before or {}
        record["DocNumber"] = before.get("DocNumber") or next_number(company)
    if is_custom and change.author.is_app:
        _check_unused(change)


def next_number(company: Company) -> str:
    """Goes on from the highest number seen, prefix and zeros included."""
    found = DIGITS_AT_END.fullmatch(company.last_number)
    if not found:
        return FIRST
    prefix, digits = found.groups()
    return f"{prefix}{str(int(digits) + 1).zfill(len(digits))}"


def saw_number(company: Company, record: Record) -> None:
    found = DIGITS_AT_END.fullmatch(record.get("DocNumber", ""))
    if not found:
        return
    if found[1] and not company.options["numbering_follows_prefix"]:
        return
    last = DIGITS_AT_END.fullmatch(company.last_number)
    if last is None or int(found[2]) > int(last[2]):
        company.last_number = record["DocNumber"]


def _check_unused(change: Change) -> None:
    """quickbooks-api.md 8: refused only with the UI's warning on, and never when the caller
    allows duplicates."""
    company, number = change.company, change.record.get("DocNumber")
    if not number or (change.before and change.before.get("DocNumber") == number):
        return
    if not company.options["warn_duplicate_numbers"] or "allowduplicatedocnum" in change.include:
        return
    for entity in SHARE_NUMBERS:
        if _is_used(company, entity, number):
            raise Fault(
                "6140",
                "Duplicate Document Number Error : You must specify a different number. "
                f"This number has already been used. DocNumber={number} TxnType={entity}",
                "DocNumber",
            )


def _is_used(company: Company, entity: str, number: str) -> bool:
    table = company.tables[entity]
    if table.with_value("DocNumber", number.casefold()):
        return True
    if company.options["deleted_number_is_free"]:
        return False
    return any(
        record.get("_deleted") and record.get("DocNumber") == number
        for record in table.records.values()
    )
