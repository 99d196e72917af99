"""Walks everything changed since a time, oldest first, by searching.

Never by HubSpot's `after`: that is an offset, and a record changed between two pages moves to the
end and shifts another one out of sight; it also ends at 10,000 (hubspot-api.md 8 [SEARCH]). Every
page asks anew for what comes after the last record, so neither can happen. More records of one
and the same time than a filter can name are walked by id (airbytehq/airbyte #43317 **T**).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from syncapp.connectors.hubspot.endpoints import SEARCH_PAGE, Endpoints
from syncapp.connectors.hubspot.objects import ObjectType
from syncapp.connectors.hubspot.places import Position
from syncapp.connectors.hubspot.replies import Page, Record
from syncapp.connectors.hubspot.values import instant, milliseconds
from syncapp.engine.records import Side
from syncapp.engine.said import said
from syncapp.errors import Unavailable

MOST_NAMED = 100  # ids in one filter: a search body is limited to 3,000 characters [SEARCH]
_TICK = timedelta(milliseconds=1)

Filters = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """`following` None: that was the last page."""

    records: tuple[Record, ...]
    following: Position | None
    asked_at: datetime | None
    total: int | None


def walk(
    endpoints: Endpoints,
    kind: ObjectType,
    start: Position,
    properties: tuple[str, ...] = (),
    before: datetime | None = None,
    leave_out: Sequence[str] = (),
) -> Iterator[Step]:
    """`leave_out`: at most `MOST_NAMED` ids that the first page need not show."""
    position: Position | None = start
    while position is not None:
        page = endpoints.search(kind, _query(kind, position, properties, before, leave_out))
        leave_out = ()  # a body that names two pages' worth of ids is too long
        position = _following(kind, position, page)
        yield Step(page.records, position, page.asked_at, page.total)


def check_end(endpoints: Endpoints, kind: ObjectType, after: str) -> None:
    """Of a list that shows nothing, or nothing any more, after this record: where search knows of
    records there, the answer is wrong, and nothing could ever find what it left out."""
    later = {"propertyName": "hs_object_id", "operator": "GT", "value": after}
    groups = [{"filters": [later]}] if after else []
    found = endpoints.search(kind, {"filterGroups": groups, "limit": 1})
    if found.records or found.total:
        raise Unavailable(
            said("HubSpot's list shows fewer records than there are."),
            kind.name,
            side=Side.HUBSPOT.value,
        )


def modified_at(kind: ObjectType, record: Record) -> datetime:
    return instant(str((record.get("properties") or {}).get(kind.modified) or record["updatedAt"]))


def _query(
    kind: ObjectType,
    position: Position,
    properties: tuple[str, ...],
    before: datetime | None,
    leave_out: Sequence[str],
) -> dict[str, Any]:
    end = [_filter(kind.modified, "LT", before)] if before else []
    end += [_none_of(leave_out)] if leave_out else []
    sorted_by = "hs_object_id" if position.tie else kind.modified
    return {
        "filterGroups": [{"filters": some + end} for some in _alternatives(kind, position)],
        "sorts": [{"propertyName": sorted_by, "direction": "ASCENDING"}],
        "properties": [kind.modified, *properties],
        "limit": SEARCH_PAGE,
    }


def _alternatives(kind: ObjectType, position: Position) -> list[Filters]:
    then = _filter(kind.modified, "EQ", position.at)
    if position.tie:
        return [[then, {"propertyName": "hs_object_id", "operator": "GT", "value": position.tie}]]
    if position.seen:
        others = [then, _none_of(position.seen)]
        return [[_filter(kind.modified, "GT", position.at)], others]
    return [[_filter(kind.modified, "GTE", position.at)]]


def _following(kind: ObjectType, position: Position, page: Page) -> Position | None:
    if position.tie:
        if page.after and page.records:
            return Position(position.at, tie=str(page.records[-1]["id"]))
        return Position(position.at + _TICK)
    if not page.after or not page.records:
        return None
    last = max(position.at, modified_at(kind, page.records[-1]))
    seen = [str(r["id"]) for r in page.records if modified_at(kind, r) == last]
    if last == position.at:
        seen += position.seen
    if not seen or len(seen) > MOST_NAMED:
        return Position(last, tie="0")
    return Position(last, tuple(dict.fromkeys(seen)))


def _none_of(ids: Sequence[str]) -> dict[str, Any]:
    return {"propertyName": "hs_object_id", "operator": "NOT_IN", "values": list(ids)}


def _filter(name: str, operator: str, at: datetime) -> dict[str, Any]:
    return {"propertyName": name, "operator": operator, "value": str(milliseconds(at))}
