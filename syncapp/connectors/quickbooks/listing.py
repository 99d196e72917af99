"""Reading a whole list in pages, while people go on working in it (quickbooks-api.md 11)."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from syncapp.connectors.base import ChangePage, Cursor
from syncapp.connectors.quickbooks import query, values
from syncapp.connectors.quickbooks.codec import ALSO_INACTIVE, ENTITY_NAMES, LISTS
from syncapp.connectors.quickbooks.counting import Counts
from syncapp.connectors.quickbooks.endpoints import Company, rows_in, time_in
from syncapp.connectors.quickbooks.pages import page_of
from syncapp.connectors.quickbooks.reading import Reader, Row
from syncapp.connectors.quickbooks.whole_lists import WholeLists
from syncapp.engine.records import Entity
from syncapp.engine.said import said
from syncapp.errors import Unavailable

MOST_STEPS_BACK = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where a listing stands: only what was created by `bound` belongs to it. The page at `start`
    begins with the record `last`, which was read before."""

    bound: datetime | None = None
    start: int = 1
    last: str = ""

    @classmethod
    def parse(cls, page: str) -> Self:
        if not page:
            return cls()
        bound, start, last = page.split("|")
        return cls(datetime.fromisoformat(bound), int(start), last)

    def __str__(self) -> str:
        return f"{self.bound.isoformat() if self.bound else ''}|{self.start}|{self.last}"

    def after(self, rows: list[Row], bound: datetime) -> "Place":
        return Place(bound, self.start + len(rows) - 1, str(rows[-1]["Id"]))

    def a_page_back(self) -> "Place":
        return replace(self, start=max(1, self.start - query.PAGE), last="")


@dataclass(frozen=True, slots=True)
class Piece:
    """What one call showed, and where the next one goes on; None: that was all."""

    rows: list[Row]
    asked_at: float
    bound: datetime
    following: Place | None
    total: int | None = None
    is_whole: bool = False  # nothing was shown by other calls


def pages(
    company: Company,
    reader: Reader,
    lists: WholeLists,
    counts: Counts,
    entity: Entity,
    page: str,
) -> Iterator[ChangePage]:
    for one in _pieces(company, counts, entity, Place.parse(page)):
        following = Cursor(page=str(one.following)) if one.following else Cursor(since=one.bound)
        shown = page_of(reader, entity, one.rows, following, one.total)
        if one.is_whole and not shown.unreadable:
            lists.keep(entity, one.rows, one.asked_at)
        yield replace(shown, read_at=one.asked_at)


def ids(company: Company, counts: Counts, entity: Entity) -> Iterator[set[str]]:
    """Of everything that is there, a set for each page."""
    for one in _pieces(company, counts, entity, Place()):
        yield {str(row["Id"]) for row in one.rows if row.get("Id")}


def _pieces(company: Company, counts: Counts, entity: Entity, place: Place) -> Iterator[Piece]:
    """Everything, by id. Each page begins with the last record of the one before: where it does
    not, something before it was deleted and all that follows has moved up."""
    steps_back = 0
    while True:
        asked_at = time.monotonic()
        payload = company.query(_statement(entity, place))
        rows = rows_in(payload, ENTITY_NAMES[entity])
        if place.last and (not rows or str(rows[0]["Id"]) != place.last):
            steps_back += 1
            if steps_back > MOST_STEPS_BACK:
                raise Unavailable(said("QuickBooks' list changes faster than it can be read."))
            place = place.a_page_back()
            continue
        bound = place.bound or time_in(payload)
        fresh = rows[1:] if place.last else rows
        if not rows:
            counts.check_empty(entity)
        if len(rows) < query.PAGE:
            total = len(rows) if place.start == 1 else place.start + len(rows) - 1
            yield Piece(fresh, asked_at, bound, None, total, is_whole=place.start == 1)
            return
        place = place.after(rows, bound)
        yield Piece(fresh, asked_at, bound, place)


def changed(
    company: Company, entity: Entity, since: datetime, until: datetime
) -> Iterator[list[Row]]:
    """Live records by their time of change. Each page starts from the last one's time, so that
    nothing is skipped when a record moves to the end meanwhile."""
    name = ENTITY_NAMES[entity]
    start = 1
    while True:
        where = [
            f"MetaData.LastUpdatedTime >= {query.moment(since)}",
            f"MetaData.LastUpdatedTime <= {query.moment(until)}",
            *_active(entity),
        ]
        order = "MetaData.LastUpdatedTime"
        statement = query.select(name, *where, order_by=order, start=start)
        rows = rows_in(company.query(statement), name)
        yield rows
        if len(rows) < query.PAGE:
            return
        last = values.instant(rows[-1]["MetaData"]["LastUpdatedTime"])
        if last is not None and last > since:
            since, start = last, 1
        else:  # more than a page within one second
            start += query.PAGE


def _statement(entity: Entity, place: Place) -> str:
    where = _active(entity)
    if place.bound:
        where.append(f"MetaData.CreateTime <= {query.moment(place.bound)}")
    return query.select(ENTITY_NAMES[entity], *where, order_by="Id", start=place.start)


def _active(entity: Entity) -> list[str]:
    return [ALSO_INACTIVE] if entity in LISTS else []
