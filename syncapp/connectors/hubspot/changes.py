"""What has changed: the first time everything by listing, then by searching for later changes.

The search begins `overlap_seconds` before the last pass, because it shows changes late
(hubspot-api.md 8), and once an hour and once a day reaches back further in case it was later than
that. Search hides archived records, and a list of them cannot be filtered by time: it is read
through every `archived_every_seconds`. A changed line item is a change of its invoice.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from syncapp.connectors.base import ChangePage, Cursor
from syncapp.connectors.hubspot import fetching, places
from syncapp.connectors.hubspot.codec import merged_ids
from syncapp.connectors.hubspot.endpoints import ASSOCIATIONS_BATCH
from syncapp.connectors.hubspot.objects import (
    INVOICES,
    KEY,
    LINE_ITEMS,
    MERGED,
    OBJECTS,
    RELATED,
    ObjectType,
)
from syncapp.connectors.hubspot.places import Place, Position
from syncapp.connectors.hubspot.reading import Reader, ids_of
from syncapp.connectors.hubspot.replies import Record
from syncapp.connectors.hubspot.values import instant
from syncapp.connectors.hubspot.walking import Step, walk
from syncapp.engine.records import Entity, RecordRef, Side

_DAY = timedelta(days=1)
_ASSOCIATED = ("company", "contact", "invoice")  # lines move their invoices anyway


@dataclass(frozen=True, slots=True)
class Pace:
    overlap: timedelta = timedelta(seconds=120)
    archived_every: timedelta = timedelta(seconds=3600)
    sweep: timedelta = timedelta(seconds=3600)
    line_items_every: timedelta = timedelta(0)


# The versions in which our own writes left some of these line items, by their ids
LeftLines = Callable[[Collection[str]], Mapping[str, str]]


def nothing_left(_ids: Collection[str]) -> Mapping[str, str]:
    return {}


class Changes:
    def __init__(self, reader: Reader, pace: Pace, left_lines: LeftLines = nothing_left) -> None:
        self._reader = reader
        self._pace = pace
        self._left_lines = left_lines

    def pages(self, since: Mapping[Entity, Cursor]) -> Iterator[ChangePage]:
        for entity in Entity:
            if entity in since:
                cursor = since[entity]
                yield from (
                    self._listed(entity, cursor)
                    if cursor.since is None
                    else self._changed(entity, cursor, cursor.since)
                )

    def _listed(self, entity: Entity, cursor: Cursor) -> Iterator[ChangePage]:
        """Snapshots come with it. What changes meanwhile is found by the search that follows,
        which begins where the listing began."""
        place = places.parse(cursor.page)
        inline = fetching.inline(self._reader, entity)
        while True:
            page = self._reader.endpoints.list(
                OBJECTS[entity],
                self._reader.properties(entity),
                associations=inline,
                after=place.after,
            )
            started = place.started or _remote(page.asked_at)
            place = Place(after=page.after, started=started)
            found = fetching.complete(self._reader, entity, page.records, inline)
            following = (
                Cursor(page=place.text())
                if page.after
                else Cursor(
                    started,
                    Place.begun(started).text(),
                )
            )
            yield ChangePage(entity, tuple(found), following, found)
            if not page.after:
                return

    def _changed(self, entity: Entity, cursor: Cursor, since: datetime) -> Iterator[ChangePage]:
        """The cursor stays the very same when there is nothing new, so that idle passes have
        nothing to store."""
        place = places.parse(cursor.page)
        place = replace(place, daily=place.daily or since)
        start = place.position or Position(since - self._pace.overlap)
        news = place.position is not None
        began = place.began
        for step in self._walk(entity, start):
            began = began or _remote(step.asked_at)
            at = step.following or Position(began - self._pace.overlap)
            place = replace(place, began=began, at=at.at, seen=at.seen, tie=at.tie)
            if step.records:
                news = True
                yield self._page(entity, step.records, Cursor(since, place.text()), step.total)
        began = _remote(began)
        following = _Following(since, place, began)
        for page in self._slow(entity, following, start.at):
            news = True
            yield page
        stays = not news and not following.is_slow
        yield ChangePage(entity, (), cursor if stays else following.last())

    def _slow(
        self, entity: Entity, following: "_Following", searched_from: datetime
    ) -> Iterator[ChangePage]:
        if following.is_due("archived", self._pace.archived_every):
            yield from self._archived(entity, following)
        yield from self._further_back(entity, following, searched_from)
        if entity is Entity.INVOICE and following.is_due("lines", self._pace.line_items_every):
            yield from self._by_line_items(following)
        yield from self._by_watched(entity, following)

    def _archived(self, entity: Entity, following: "_Following") -> Iterator[ChangePage]:
        since = following.last_time("archived") - self._pace.overlap
        for records in self._archived_since(OBJECTS[entity], since):
            swallowed = [id for record in records for id in merged_ids(record)]
            removed = _refs(entity, [*(str(record["id"]) for record in records), *swallowed])
            yield ChangePage(entity, (), following.meanwhile(), removed=removed)
        if entity is Entity.INVOICE:
            for records in self._archived_since(LINE_ITEMS, since):
                refs = self._mirrors_of(records)
                yield ChangePage(entity, refs, following.meanwhile())
        following.done("archived")

    def _archived_since(self, kind: ObjectType, since: datetime) -> Iterator[list[Record]]:
        properties, after = (KEY, MERGED) if kind is OBJECTS[Entity.CONTACT] else (KEY,), ""
        while True:
            page = self._reader.endpoints.list(kind, properties, after=after, archived=True)
            recent = [
                record
                for record in page.records
                if instant(str(record.get("archivedAt") or record["updatedAt"])) >= since
            ]
            if recent:
                yield recent
            after = page.after
            if not after:
                return

    def _mirrors_of(self, lines: Sequence[Record]) -> tuple[RecordRef, ...]:
        """An archived line no longer shows its invoice, but our lines name it in their key."""
        keys = (str((line.get("properties") or {}).get(KEY) or "") for line in lines)
        invoice_keys = [key.partition(":line:")[0] for key in keys if ":line:" in key]
        records = self._reader.by_key(Entity.INVOICE, invoice_keys)
        return _refs(Entity.INVOICE, [str(record["id"]) for record in records.values()])

    def _further_back(
        self, entity: Entity, following: "_Following", searched_from: datetime
    ) -> Iterator[ChangePage]:
        """Two of its own intervals, so that a record indexed up to an hour, or a day, late is
        found."""
        paces = {"daily": _DAY, "swept": self._pace.sweep}
        due = next((name for name, every in paces.items() if following.is_due(name, every)), None)
        if due is None:
            return
        start = Position(following.last_time(due) - paces[due])
        for step in self._walk(entity, start, before=searched_from):
            if step.records:
                yield self._page(entity, step.records, following.meanwhile())
        following.done("swept")
        if due == "daily":
            following.done("daily")

    def _by_line_items(self, following: "_Following") -> Iterator[ChangePage]:
        start = Position(following.last_time("lines") - self._pace.overlap)
        shown: list[Record] = []
        for step in walk(self._reader.endpoints, LINE_ITEMS, start):
            shown += step.records
            if step.following and len(shown) < ASSOCIATIONS_BATCH:
                continue
            links = self._reader.links(LINE_ITEMS, INVOICES, self._news_of_lines(shown))
            shown = []
            if step.following:
                following.went_to("lines", step.following.at)
            if links or step.following:
                refs = _refs(Entity.INVOICE, ids_of(links))
                yield ChangePage(Entity.INVOICE, refs, following.meanwhile())
        following.done("lines", is_slow=self._pace.line_items_every > timedelta(0))

    def _news_of_lines(self, lines: Sequence[Record]) -> list[str]:
        """Their ids. A line in the very version that our own write left is no news."""
        versions = {
            str(line["id"]): str((line.get("properties") or {}).get(LINE_ITEMS.modified) or "")
            for line in lines
        }
        left = self._left_lines(versions)
        return [id for id, version in versions.items() if not version or left.get(id) != version]

    def _by_watched(self, entity: Entity, following: "_Following") -> Iterator[ChangePage]:
        """A changed company is a change of its contacts, where a filter looks at it."""
        watched = [
            RELATED[entity][name]
            for name in sorted(self._reader.watched(entity))
            if name in _ASSOCIATED and name in RELATED[entity]
        ]
        start = Position(following.last_time("watched") - self._pace.overlap)
        for kind in watched:
            for step in walk(self._reader.endpoints, kind, start):
                ids = [str(record["id"]) for record in step.records]
                links = self._reader.links(kind, OBJECTS[entity], ids)
                if links:
                    yield ChangePage(entity, _refs(entity, ids_of(links)), following.meanwhile())
        if watched:
            following.done("watched", is_slow=False)

    def _walk(
        self, entity: Entity, start: Position, before: datetime | None = None
    ) -> Iterator[Step]:
        properties = (MERGED,) if entity is Entity.CONTACT else self._reader.names_of_mark(entity)
        return walk(self._reader.endpoints, OBJECTS[entity], start, properties, before)

    def _page(
        self, entity: Entity, records: Sequence[Record], cursor: Cursor, total: int | None = None
    ) -> ChangePage:
        refs = _refs(entity, [str(record["id"]) for record in records])
        if entity in fetching.FEW and cursor.since is not None:
            self._reader.newcomers[entity] |= {
                str(record["id"])
                for record in records
                if record.get("createdAt") and instant(record["createdAt"]) >= cursor.since
            }
        removed = _refs(entity, [id for record in records for id in merged_ids(record)])
        names = self._reader.names_of_mark(entity)
        versions = {
            ref: fetching.seen(entity, record, names)
            for ref, record in zip(refs, records, strict=True)
        }
        return ChangePage(entity, refs, cursor, removed=removed, total=total, versions=versions)


class _Following:
    """The cursor after this pass, as far as it has come."""

    def __init__(self, since: datetime, place: Place, began: datetime) -> None:
        self._since = since
        self._place = place
        self._began = began
        self.is_slow = False

    def is_due(self, sweep: str, every: timedelta) -> bool:
        return self._began - self.last_time(sweep) >= every

    def last_time(self, sweep: str) -> datetime:
        at: datetime | None = getattr(self._place, sweep)
        return at or self._since

    def went_to(self, sweep: str, at: datetime) -> None:
        times: dict[str, Any] = {sweep: at}
        self._place = replace(self._place, **times)

    def done(self, sweep: str, *, is_slow: bool = True) -> None:
        self.went_to(sweep, self._began)
        self.is_slow = self.is_slow or is_slow

    def meanwhile(self) -> Cursor:
        return Cursor(self._since, self._place.text())

    def last(self) -> Cursor:
        place = self._place
        return Cursor(self._began, place.times_only.text())


def _refs(entity: Entity, ids: Iterable[str]) -> tuple[RecordRef, ...]:
    return tuple(RecordRef(Side.HUBSPOT, entity, id) for id in dict.fromkeys(ids))


def _remote(at: datetime | None) -> datetime:
    """HubSpot's clock; should it ever not tell, an hour earlier than ours: rather read twice."""
    return at or datetime.now(UTC) - timedelta(hours=1)
