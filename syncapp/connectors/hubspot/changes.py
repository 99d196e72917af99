"""What has changed: the first time everything by listing, then by searching for later changes.

The search begins `overlap_seconds` before the last pass, because it shows changes late
(hubspot-api.md 8), and once an hour and once a day reaches back further in case it was later than
that. Search hides archived records, and a list of them cannot be filtered by time: it is read
through every `archived_every_seconds`, for what was archived since the last time but one, should
the last answer have been empty by mistake. A changed line item is a change of its invoice.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from syncapp.connectors.ahead import ReadAhead
from syncapp.connectors.base import ChangePage, Cursor
from syncapp.connectors.hubspot import fetching, places, walking
from syncapp.connectors.hubspot.codec import merged_ids
from syncapp.connectors.hubspot.endpoints import ASSOCIATIONS_BATCH, SEARCH_PAGE
from syncapp.connectors.hubspot.following import Following
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
from syncapp.connectors.hubspot.replies import Page, Record, version_of
from syncapp.connectors.hubspot.values import instant
from syncapp.connectors.hubspot.walking import MOST_NAMED, Step, walk
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot

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
        self._lines_of_new: dict[str, str] = {}  # the versions in which they were read
        self._read_now: dict[str, str] = {}  # those of them since the last search began

    def pages(self, since: Mapping[Entity, Cursor]) -> Iterator[ChangePage]:
        unread = [entity for entity in Entity if entity in since and since[entity].since is None]
        with ReadAhead(2 * len(unread), "hubspot-lists") as ahead:
            lists = {entity: self._listed(entity, since[entity], ahead) for entity in unread}
            for entity in Entity:
                if entity in lists:
                    yield from lists[entity]
                elif entity in since and (at := since[entity].since) is not None:
                    yield from self._changed(entity, since[entity], at)

    def _listed(self, entity: Entity, cursor: Cursor, ahead: ReadAhead) -> Iterator[ChangePage]:
        """Snapshots come with it; while they are completed the next page of the list is read. What
        changes meanwhile is found by the search that follows, which begins where the listing
        began."""
        place = places.parse(cursor.page)
        inline = fetching.inline(self._reader, entity)
        listing = ahead.of(self._list(entity, place.after, inline))
        return ahead.of(self._completed(entity, place, inline, listing))

    def _list(
        self, entity: Entity, after: str, inline: Sequence[str]
    ) -> Iterator[tuple[float, Page]]:
        kind, properties = OBJECTS[entity], self._reader.properties(entity)
        while True:
            asked_at = time.monotonic()
            page = self._reader.endpoints.list(kind, properties, associations=inline, after=after)
            if not page.records:
                walking.check_end(self._reader.endpoints, kind, after)
            yield asked_at, page
            after = page.after
            if not after:
                return

    def _completed(
        self,
        entity: Entity,
        place: Place,
        inline: Sequence[str],
        listing: Iterator[tuple[float, Page]],
    ) -> Iterator[ChangePage]:
        for asked_at, page in listing:
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
            yield ChangePage(entity, tuple(found), following, found, read_at=asked_at)

    def _changed(self, entity: Entity, cursor: Cursor, since: datetime) -> Iterator[ChangePage]:
        """The cursor stays the very same when there is nothing new, so that idle passes have
        nothing to store."""
        place = places.parse(cursor.page)
        place = replace(place, daily=place.daily or since)
        start = place.position or Position(since - self._pace.overlap)
        news = place.position is not None
        self._read_now.clear()
        began = place.began
        for step in self._walk(entity, start):
            began = began or _remote(step.asked_at)
            at = step.following or Position(began - self._pace.overlap)
            place = replace(place, began=began, at=at.at, seen=at.seen, tie=at.tie)
            if step.records:
                news = True
                yield self._page(entity, step.records, Cursor(since, place.text()), step.total)
        began = _remote(began)
        following = Following(since, place, began)
        for page in self._slow(entity, following, start.at):
            news = True
            yield page
        stays = not news and not following.is_slow
        yield ChangePage(entity, (), cursor if stays else following.last())

    def _slow(
        self, entity: Entity, following: Following, searched_from: datetime
    ) -> Iterator[ChangePage]:
        if following.is_due("archived", self._pace.archived_every):
            yield from self._archived(entity, following)
        yield from self._further_back(entity, following, searched_from)
        if entity is Entity.INVOICE and following.is_due("lines", self._pace.line_items_every):
            yield from self._by_line_items(following)
        yield from self._by_watched(entity, following)

    def _archived(self, entity: Entity, following: Following) -> Iterator[ChangePage]:
        last = following.last_time("archived")
        since = min(last, following.last_time("archived_before")) - self._pace.overlap
        for records in self._archived_since(OBJECTS[entity], since):
            swallowed = [id for record in records for id in merged_ids(record)]
            removed = _refs(entity, [*(str(record["id"]) for record in records), *swallowed])
            yield ChangePage(entity, (), following.meanwhile(), removed=removed)
        if entity is Entity.INVOICE:
            for records in self._archived_since(LINE_ITEMS, since):
                refs = self._mirrors_of(records)
                yield ChangePage(entity, refs, following.meanwhile())
        following.went_to("archived_before", last)
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
        self, entity: Entity, following: Following, searched_from: datetime
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

    def _by_line_items(self, following: Following) -> Iterator[ChangePage]:
        start = Position(following.last_time("lines") - self._pace.overlap)
        shown: list[Record] = []
        known = self._earliest_of_new()
        for step in walk(self._reader.endpoints, LINE_ITEMS, start, leave_out=known):
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

    def _earliest_of_new(self) -> Sequence[str]:
        """Lines of new invoices that were read just now, of so many that a page less shows the
        rest. What somebody makes of them since is after the beginning of the next search."""
        lines = self._read_now
        if len(lines) <= SEARCH_PAGE:
            return ()
        return sorted(lines, key=lambda id: (lines[id], id))[:MOST_NAMED]

    def _news_of_lines(self, lines: Sequence[Record]) -> list[str]:
        """Their ids. A line in the very version that our own write left, or that was read with its
        new invoice just now, is no news."""
        versions = {str(line["id"]): version_of(LINE_ITEMS, line) for line in lines}
        self._reader.kept_lines.shown(versions)
        known = {**self._left_lines(versions), **self._lines_of_new}
        return [id for id, version in versions.items() if not version or known.get(id) != version]

    def _by_watched(self, entity: Entity, following: Following) -> Iterator[ChangePage]:
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
        new = [one for one in records if _is_new(one, cursor)] if entity in fetching.FEW else []
        for one in new:
            self._reader.newcomers[entity].keep(str(one["id"]), None)
        removed = _refs(entity, [id for record in records for id in merged_ids(record)])
        names = self._reader.names_of_mark(entity)
        versions = {
            ref: fetching.seen(entity, record, names)
            for ref, record in zip(refs, records, strict=True)
        }
        return ChangePage(
            entity, refs, cursor, self._read_with_lines(entity, new), removed, total, versions
        )

    def _read_with_lines(
        self, entity: Entity, new: Sequence[Record]
    ) -> Mapping[RecordRef, Snapshot]:
        """New invoices of people: read at once, so that the search for changed line items, which
        shows theirs, need not be asked whose they are. One that cannot be understood is read when
        its turn comes, where it stops no other."""
        if entity is not Entity.INVOICE or not self._reader.names_of_mark(entity):
            return {}
        theirs = [one for one in new if not (one.get("properties") or {}).get(KEY)]
        versions = self._reader.line_versions = {}
        try:
            found = fetching.fetch(self._reader, _refs(entity, [str(one["id"]) for one in theirs]))
        except (ValueError, TypeError, LookupError, ArithmeticError):
            return {}
        finally:
            self._reader.line_versions = None
        self._lines_of_new |= versions
        self._read_now |= versions
        return found


def _is_new(record: Record, cursor: Cursor) -> bool:
    made = record.get("createdAt")
    return bool(made) and cursor.since is not None and instant(str(made)) >= cursor.since


def _refs(entity: Entity, ids: Iterable[str]) -> tuple[RecordRef, ...]:
    return tuple(RecordRef(Side.HUBSPOT, entity, id) for id in dict.fromkeys(ids))


def _remote(at: datetime | None) -> datetime:
    """HubSpot's clock; should it ever not tell, an hour earlier than ours: rather read twice."""
    return at or datetime.now(UTC) - timedelta(hours=1)
