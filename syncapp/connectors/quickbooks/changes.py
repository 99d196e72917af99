"""What changed: a listing from the beginning, or everything since a cursor from one call of
change data capture (quickbooks-api.md 12). It begins a little before the last one; once an hour and
once a day it reaches further back, in case a change was shown later than that.

A full answer is cut off, deletions first. Where they do not fit, the cursor keeps since when some
may be unseen, until a later pass has looked who is there."""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from syncapp.connectors.ahead import ReadAhead
from syncapp.connectors.base import ChangePage, Cursor
from syncapp.connectors.quickbooks import listing, values
from syncapp.connectors.quickbooks.codec import ENTITY_NAMES
from syncapp.connectors.quickbooks.counting import Counts, cut_off
from syncapp.connectors.quickbooks.endpoints import Company, Reply, time_in
from syncapp.connectors.quickbooks.pages import page_of
from syncapp.connectors.quickbooks.reading import Reader, Row
from syncapp.connectors.quickbooks.whole_lists import WholeLists
from syncapp.engine.records import Entity
from syncapp.engine.said import said
from syncapp.errors import Unavailable

LOOK_BACK = timedelta(days=29)  # a day short of the documented 30: their clock decides
FULL = 1000  # objects in one answer; nothing says that there were more
ROOM_FOR_DELETED = 50
SMALLEST_WINDOW = timedelta(seconds=2)
UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Captured:
    """One answer: the rows of each entity, and QuickBooks' own time."""

    rows: Mapping[Entity, list[Row]]
    time: datetime

    @property
    def is_full(self) -> bool:
        return sum(len(rows) for rows in self.rows.values()) >= FULL


class ChangeFeed:
    def __init__(
        self,
        company: Company,
        reader: Reader,
        lists: WholeLists,
        overlap: timedelta,
        sweep: timedelta = timedelta(hours=1),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._company = company
        self._reader = reader
        self._lists = lists
        self._counts = Counts(company)
        self._overlap = overlap
        self._paces = {"daily": timedelta(days=1), "swept": sweep}
        self._now = now

    def pages(self, since: Mapping[Entity, Cursor]) -> Iterator[ChangePage]:
        asked = {entity: since[entity] for entity in Entity if entity in since}
        recent = {entity: cursor for entity, cursor in asked.items() if self._is_recent(cursor)}
        unread = {entity: cursor for entity, cursor in asked.items() if entity not in recent}
        with ReadAhead(len(unread), "quickbooks-lists") as ahead:
            lists = [
                ahead.of(self._listed(entity, cursor.page if cursor.since is None else ""))
                for entity, cursor in unread.items()
            ]
            for pages in lists:
                yield from pages
        if recent:
            yield from self._incremental(recent)

    def _is_recent(self, cursor: Cursor) -> bool:
        return cursor.since is not None and cursor.since > self._now() - LOOK_BACK

    def _incremental(
        self, since: Mapping[Entity, Cursor], *, may_stay: bool = True
    ) -> Iterator[ChangePage]:
        captured = self._capture(since, min(self._moment(cursor) for cursor in since.values()))
        if captured is None:
            for entity in since:
                for page in self._listed(entity):
                    yield _with_unseen(page, page.cursor.since)
        elif captured.is_full:
            yield from self._narrowed(since, captured)
        elif may_stay and self._is_quiet(since, captured):
            for entity, cursor in since.items():
                yield ChangePage(entity, (), cursor)
        else:
            for entity, cursor in since.items():
                following = self._following(cursor, captured.time)
                page = self._page(entity, captured.rows[entity], following)
                yield from self._compared(page, cursor) if _unseen_since(cursor) else [page]

    def _listed(self, entity: Entity, page: str = "") -> Iterator[ChangePage]:
        return listing.pages(self._company, self._reader, self._lists, self._counts, entity, page)

    def _is_quiet(self, since: Mapping[Entity, Cursor], captured: Captured) -> bool:
        """The cursors stay the very same while there is nothing new, so that idle passes have
        nothing to store; but not for longer than until the next sweep."""
        if any(captured.rows.values()) or any(map(_unseen_since, since.values())):
            return False
        return not any(
            self._is_due(last, captured.time, self._paces[name])
            for cursor in since.values()
            for name, last in self._last_times(cursor).items()
        )

    def _narrowed(self, since: Mapping[Entity, Cursor], cut: Captured) -> Iterator[ChangePage]:
        """The entity that fills the answer is read by queries. They show no deletions: those are
        asked for in ever shorter windows. The other entities are asked for once more."""
        largest = max(since, key=lambda entity: len(cut.rows[entity]))
        cursor = since[largest]
        moment = self._moment(cursor)
        live: deque[datetime] = deque(maxlen=FULL)
        for rows in listing.changed(self._company, largest, moment, cut.time):
            times = (values.instant(row["MetaData"]["LastUpdatedTime"]) for row in rows)
            live += filter(None, times)
            yield self._page(largest, rows, cursor)
        if not live and any(row.get("status") != "Deleted" for row in cut.rows[largest]):
            raise cut_off()
        seen_since, deleted = self._deleted(largest, _with_room(moment, list(live)), cut.time)
        page = self._page(largest, deleted, self._following(cursor, cut.time))
        unseen, some_missing = _unseen_since(cursor), seen_since > moment
        if unseen and (not some_missing or cut.time - unseen >= self._paces["swept"]):
            page = _with_unseen(page, cut.time) if some_missing else page
            yield from self._compared(page, cursor)
        elif some_missing:
            yield _with_unseen(page, unseen or cut.time)
        else:
            yield page
        others = {entity: cursor for entity, cursor in since.items() if entity is not largest}
        if others:
            yield from self._incremental(others, may_stay=False)  # behind, they would show it again

    def _deleted(
        self, entity: Entity, since: datetime, until: datetime
    ) -> tuple[datetime, list[Row]]:
        """Within one entity the deleted ones come last: a cut answer has lost them. So it is asked
        for as long ago as the live ones leave room in it. Answers since when none is missing."""
        found = self._capture([entity], since)
        while found is not None and found.is_full and until - since > SMALLEST_WINDOW:
            since += (until - since) / 2
            found = self._capture([entity], since)
        rows = found.rows[entity] if found else []
        deleted = [row for row in rows if row.get("status") == "Deleted"]
        return until if found is None or found.is_full else since, deleted

    def _compared(self, page: ChangePage, cursor: Cursor) -> Iterator[ChangePage]:
        """Whatever is not there is gone. Looked up in a later pass than the one that could not
        see it: by then queries do not show it any more."""
        there: set[str] = set()
        for ids in listing.ids(self._company, self._counts, page.entity):
            there |= ids
            yield ChangePage(page.entity, (), cursor)
        yield replace(page, there=frozenset(there))

    def _capture(self, entities: Collection[Entity], since: datetime) -> Captured | None:
        """None where that is longer ago than QuickBooks looks back."""
        names = {ENTITY_NAMES[entity]: entity for entity in entities}
        reply = self._company.changes(list(names), since)
        if reply.errors and self._is_too_old(reply, since):
            return None
        payload = self._company.accepted(reply).payload
        rows: dict[Entity, list[Row]] = {entity: [] for entity in names.values()}
        for part in _parts(payload):
            for name, entity in names.items():
                rows[entity] += part.get(name) or []
        return Captured(rows, time_in(payload))

    def _is_too_old(self, reply: Reply, since: datetime) -> bool:
        theirs = values.instant(reply.payload.get("time"))
        return since < (theirs or self._now()) - LOOK_BACK

    def _moment(self, cursor: Cursor) -> datetime:
        """A sweep goes back two of its own intervals."""
        since = cursor.since or self._now()
        moments = [since - self._overlap]
        for name, last in self._last_times(cursor).items():
            if self._is_due(last, since, self._paces[name]):
                moments.append(last - self._paces[name])
        return max(min(moments), self._now() - LOOK_BACK)

    def _following(self, cursor: Cursor, until: datetime) -> Cursor:
        since = cursor.since or until
        times = {
            name: until if self._is_due(last, since, self._paces[name]) else last
            for name, last in self._last_times(cursor).items()
        }
        return Cursor(until, urlencode({name: at.isoformat() for name, at in times.items()}))

    def _last_times(self, cursor: Cursor) -> dict[str, datetime]:
        """When each sweep was last made; those of a new cursor begin with it."""
        stored = dict(parse_qsl(cursor.page))
        since = cursor.since or self._now()
        return {
            name: datetime.fromisoformat(stored[name]) if name in stored else since
            for name in self._paces
        }

    def _is_due(self, last: datetime, since: datetime, every: timedelta) -> bool:
        """By the cursor, which is the same before and after the call: judged once, done once."""
        return since - last >= every

    def _page(self, entity: Entity, rows: list[Row], cursor: Cursor) -> ChangePage:
        if rows:
            self._lists.forget(entity)
        return page_of(self._reader, entity, rows, cursor)


def _unseen_since(cursor: Cursor) -> datetime | None:
    """Since when deletions may have been told in answers that had no room for them."""
    stored = dict(parse_qsl(cursor.page)).get(UNSEEN)
    return datetime.fromisoformat(stored) if stored else None


def _with_unseen(page: ChangePage, since: datetime | None) -> ChangePage:
    if since is None:  # not the last page of its entity
        return page
    marks = {**dict(parse_qsl(page.cursor.page)), UNSEEN: since.isoformat()}
    return replace(page, cursor=replace(page.cursor, page=urlencode(marks)))


def _with_room(moment: datetime, live: Sequence[datetime]) -> datetime:
    """From when on an answer has room for deleted records beside the live ones. These are the
    times of the last ones, in order; a second of them is shown as a whole or not at all."""
    if len(live) < FULL - ROOM_FOR_DELETED:
        return moment
    at = live[ROOM_FOR_DELETED - FULL]
    if len(live) - bisect_left(live, at) < FULL:
        return at
    return next((one for one in live if one > at), at)


def _parts(payload: Any) -> Iterator[Mapping[str, Any]]:
    """One object for each entity, an empty one where nothing changed."""
    answers = payload.get("CDCResponse") if isinstance(payload, Mapping) else None
    if not isinstance(answers, list):
        raise Unavailable(said("QuickBooks sent an answer that is none."), side="quickbooks")
    for answer in answers:
        yield from answer.get("QueryResponse") or []
