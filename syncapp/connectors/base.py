"""What the pipeline asks of a vendor.

Errors of every method: `Unavailable` and `RateLimited` (nothing was done, try later),
`AuthorizationLost` (a person must reconnect), `Rejected` (the whole call was refused). Reads may
be repeated freely. `apply` never raises for one record: its answer carries the fault.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from syncapp.engine.field_types import FieldInfo
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import Filter
from syncapp.engine.writes import KeyedWrite, Write, WriteAnswer


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one side has been read for one entity. `since` None: from the beginning, that is
    list everything. `page` resumes a listing in the middle. Opaque outside the connector."""

    since: datetime | None = None
    page: str = ""


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some changed records and the cursors that cover them, to be stored together.

    `refs` may name a record twice or one that did not really change. A ref of a QuickBooks
    payment may be the bare `<Payment.Id>`: every allocation known of it may have changed.
    `snapshots` are full ones the vendor sent anyway. `removed` are refs the vendor reported as
    deleted, archived or merged away.
    """

    entity: Entity
    refs: tuple[RecordRef, ...]
    cursor: Cursor
    snapshots: Mapping[RecordRef, Snapshot] = field(default_factory=dict)
    removed: tuple[RecordRef, ...] = ()
    total: int | None = None  # records of this listing where the vendor says so, for progress
    # of refs as far as the vendor says: one that is known already is no news
    versions: Mapping[RecordRef, "Seen"] = field(default_factory=dict)
    # refs that are certainly there and could not be understood; reading them fails one by one
    unreadable: Collection[RecordRef] = ()
    # ids of all records that are there, where deletions may have been told to nobody: what is not
    # among them is looked at
    there: Collection[str] | None = None
    # when it was asked for, monotonic: it may have been read long before it is looked at
    read_at: float = field(default_factory=lambda: time.monotonic(), compare=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """A record without what it holds: `Snapshot.version`, and the version with a fingerprint of
    what `Noted.version` was sure about."""

    version: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fields the rules look at, by entity, and which associated objects their filters do,
    with the fields of those; the connector adds what it needs itself. `watched` are associated
    objects whose changes no rule reads: a record that is associated with a changed one counts as
    changed. `alone`: a record of which this says true passes whatever it is associated with, which
    then need not be read."""

    fields: Mapping[Entity, frozenset[str]] = field(default_factory=dict)
    related: Mapping[Entity, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    watched: Mapping[Entity, frozenset[str]] = field(default_factory=dict)
    alone: Mapping[Entity, Callable[[Snapshot], bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matching:
    """What a vendor's query found for a filter. Every record that passes is among the `total`;
    unless `is_exact`, others may be too. `snapshots` are the first of them."""

    total: int
    snapshots: tuple[Snapshot, ...]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account these credentials open, and what the engine must know of it."""

    id: str  # portal id or realm id
    name: str
    country: str = ""
    currency: str = ""
    time_zone: str = ""
    app_url: str = ""  # where a person opens it
    settings: Mapping[str, str] = field(default_factory=dict)  # preferences by dotted name
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Note:
    """What people over there read about the sync of one of their records. `url` leads to its
    partner; None: what stands there stays. `version`: the record as we last decided about it."""

    state: str
    message: str
    url: str | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """`version`: by what the record is known again, `Seen.mark`, if it is as `Note.version` knew
    it but for our note; empty where that cannot be told. `refusal`: the vendor's words where it
    did not take the note."""

    version: str = ""
    refusal: str = ""
    is_written: bool = True


# how a record stands now, for what changes together with another one; None: unknown
Read = Callable[[RecordRef], Snapshot | None]


class Describing(Protocol):
    """Says which fields an account has."""

    side: Side

    def describe(self, entity: Entity) -> tuple[FieldInfo, ...]:
        """The properties or fields of this very account, as they are now."""
        ...

    def related_objects(self, entity: Entity) -> tuple[str, ...]:
        """The associated objects that a filter may look at; all of them are read when one does."""
        ...

    def describe_related(self, entity: Entity, name: str) -> tuple[FieldInfo, ...]:
        """The fields of one of them."""
        ...


class Connector(Describing, Protocol):
    # One call of `changes` serves all entities and shows a change at once. Where not, what a
    # webhook names is read by its id, because a search would show it late.
    has_one_feed: bool

    @property
    def calls(self) -> int:
        """Calls sent so far."""
        ...

    @property
    def reads(self) -> int:
        """Of them, those the vendor meters as reads."""
        ...

    def account(self) -> Account: ...

    def prepare(self, entities: Collection[Entity]) -> None:
        """Make what our copies need over there (HubSpot: our custom properties). Idempotent."""
        ...

    def is_prepared(self, entities: Collection[Entity]) -> bool:
        """Is all that `prepare` makes there already? Only reads."""
        ...

    def missing(self, entity: Entity) -> frozenset[str]:
        """Of the fields the rules look at, those that this account does not have. Asks only about
        fields that not every account has, and once."""
        ...

    def changes(self, since: Mapping[Entity, Cursor]) -> Iterator[ChangePage]:
        """All entities in one go, oldest first within one. A page is yielded before the next is
        asked for, so that the caller can commit it; of listings the next ones are read meanwhile.
        The last page of an entity carries the cursor for the next pass."""
        ...

    def fetch(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Snapshot]:
        """Fresh snapshots, batched. Every ref is answered; a missing record has presence GONE,
        and only when a direct read said so."""
        ...

    def amounts(self, invoices: Collection[RecordRef]) -> Mapping[RecordRef, Snapshot]:
        """Like `fetch`, for less where that can be had: without lines and contact, but with what
        they come to, what is open and which payments they show."""
        ...

    def forget(self, entities: Collection[Entity]) -> None:
        """Something has happened to such records: what was kept of them is old."""
        ...

    def versions(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Seen]:
        """As they are now, where it costs less than the snapshots. A record that
        is gone or cannot be told so cheaply is not answered."""
        ...

    def find(
        self, entity: Entity, field_name: str, values: Collection[str]
    ) -> Mapping[str, tuple[Snapshot, ...]]:
        """Live records by an exact value (letter case ignored), batched, for matching. Keys are
        the given values; a value nobody has is absent."""
        ...

    def asked_at(self, entity: Entity) -> float | None:
        """When the whole list was asked for, by the monotonic clock, from which `find` and the look
        for creates in `find_applied` answer at present; None: they ask when they are asked."""
        ...

    def authors(self, snapshots: Sequence[Snapshot]) -> Mapping[RecordRef, str]:
        """Who changed these invoices last, other than us, where that takes a call of its own."""
        ...

    def taken_elsewhere(self, entity: Entity, values: Collection[str]) -> Mapping[str, str]:
        """Which of these numbers or names, unique over there, a record has that is no such entity
        of ours (a credit memo, a vendor), and what it is, in words."""
        ...

    def matching(self, entity: Entity, filter_: Filter, now: datetime, limit: int) -> Matching:
        """How many records pass a filter, as far as the vendor's query language can say it, and
        the first of them; few calls. `now` is in the account's time zone. Lists only what is
        there: archived records and deleted ones are none."""
        ...

    def steps(self, write: Write) -> tuple[Write, ...]:
        """The calls a document takes, in order, each with its `step`. Mostly one."""
        ...

    def pack(self, writes: Sequence[KeyedWrite]) -> tuple[KeyedWrite, ...]:
        """The same writes with `batch_id` set on those that will travel in one call. The caller
        stores this before sending."""
        ...

    def apply(self, writes: Sequence[KeyedWrite]) -> Sequence[WriteAnswer]:
        """Send one step of each write; one answer each, in order. May be repeated with the same
        ids after silence, never regrouped. No call in here depends on another one."""
        ...

    def find_applied(self, writes: Sequence[KeyedWrite]) -> Mapping[str, Snapshot]:
        """Which of these writes have happened: request id -> the record as it is now. A create is
        found by its marker and confirmed to be ours; an update when the target holds the values."""
        ...

    def overwritten(
        self, found: Sequence[tuple[KeyedWrite, Snapshot]]
    ) -> Mapping[str, Mapping[str, Value]]:
        """Of changes that were found to have happened, with the record as it is now, what `Done`
        says under this name: request id -> field -> value."""
        ...

    def pretend(self, write: Write, id: str, read: Read) -> tuple[Snapshot, ...]:
        """What the vendor would answer if this were sent, worked out without a call: the record,
        a new one under this id, and after it the records that change with it."""
        ...

    def annotate(self, notes: Mapping[RecordRef, Note]) -> Mapping[RecordRef, Noted]:
        """Lays a note over the one that stands with a record, in fields that are ours alone, so
        that it may be repeated freely. A record that is not answered was not reached: its note is
        lost. Only what differs is written."""
        ...

    def close(self) -> None: ...
