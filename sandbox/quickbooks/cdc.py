"""Change data capture: everything changed since an instant, deletions included
(quickbooks-api.md 12)."""

from collections.abc import Sequence
from typing import Any

from sandbox.quickbooks.company import Company, answered
from sandbox.quickbooks.entities import KINDS
from sandbox.quickbooks.faults import Fault, missing
from sandbox.quickbooks.stamps import milliseconds
from sandbox.quickbooks.table import Record

DAY_MS = 86_400_000
LOOK_BACK_MS = 30 * DAY_MS
NOT_CAPTURED = ("TaxCode", "TaxRate", "CompanyInfo")


def changes_since(company: Company, entities: str, since: str) -> list[dict[str, Any]]:
    """The QueryResponse list, one object for each entity asked for."""
    names = _names(entities)
    since_ms = _instant(company, since)
    if company.options["cdc_order"] == "alphabetical":
        names = sorted(names)
    answers = []
    left = company.options["cdc_max"]
    for entity in names:
        found = _changed(company, entity, since_ms, left)
        if company.options["cdc_limit_counts"] == "answer":
            left -= len(found)
        answers.append(_query_response(entity, found))
    return answers


def _names(entities: str) -> list[str]:
    names = [name.strip() for name in entities.split(",") if name.strip()]
    if not names:
        raise missing("entities")
    by_lower = {name.lower(): name for name in KINDS}
    known = []
    for name in names:
        entity = by_lower.get(name.lower())
        if entity is None or entity in NOT_CAPTURED:
            raise Fault("2000", f"Object Name: {name} is not supported by change data capture")
        if entity not in known:
            known.append(entity)
    return known


def _instant(company: Company, since: str) -> int:
    if not since:
        raise missing("changedSince")
    try:
        at = milliseconds(since.replace(" ", "+"))  # a "+" that was not encoded
    except ValueError:
        detail = f"Invalid Date Format. Supplied value:{since}"
        raise Fault("2060", detail, "changedSince") from None
    if at < company.now_ms() - LOOK_BACK_MS:
        raise Fault(
            company.options["cdc_too_old_code"],
            "changedSince can be at most 30 days ago",
            "changedSince",
        )
    return at // 1000 * 1000


def _changed(company: Company, entity: str, since_ms: int, most: int) -> list[Record]:
    live: list[Record] = []
    gone: list[Record] = []
    shown_until = company.now_ms() - int(company.options["cdc_lag_seconds"] * 1000)
    for record in company.tables[entity].changed_since(since_ms):
        if len(live) + len(gone) >= most or record["_at"] > shown_until:
            break
        if record.get("_deleted"):
            gone.append(deleted_answer(record) | {"MetaData": _last_updated(record)})
        elif record.get("Active", True) or company.options["cdc_shows_inactive"]:
            live.append(answered(record))
    return live + gone


def deleted_answer(record: Record) -> Record:
    """quickbooks-api.md 3: what a delete answers, and CDC shows of it."""
    return {"domain": "QBO", "status": "Deleted", "Id": record["Id"]}


def _last_updated(record: Record) -> Record:
    return {"LastUpdatedTime": record["MetaData"]["LastUpdatedTime"]}


def _query_response(entity: str, found: Sequence[Record]) -> dict[str, Any]:
    if not found:
        return {}
    count = len(found)
    return {entity: list(found), "startPosition": 1, "maxResults": count, "totalCount": count}
