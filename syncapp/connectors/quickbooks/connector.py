"""QuickBooks Online as a `Connector`: combines the pieces, holds the threads and nothing else."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from syncapp.connectors.base import (
    Account,
    ChangePage,
    Cursor,
    Matching,
    Note,
    Noted,
    Read,
    Seen,
    Wanted,
)
from syncapp.connectors.quickbooks import matching
from syncapp.connectors.quickbooks.around_invoices import RELATED
from syncapp.connectors.quickbooks.changes import ChangeFeed
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.connectors.quickbooks.facts import Facts
from syncapp.connectors.quickbooks.fields import FIELDS
from syncapp.connectors.quickbooks.lane import Lane
from syncapp.connectors.quickbooks.lookup import Lookup
from syncapp.connectors.quickbooks.pretending import pretended
from syncapp.connectors.quickbooks.reading import Reader
from syncapp.connectors.quickbooks.recovery import Recovery
from syncapp.connectors.quickbooks.sending import Sender
from syncapp.connectors.quickbooks.whole_lists import WholeLists
from syncapp.connectors.quickbooks.writing import Writer
from syncapp.connectors.threads import CallersThreads
from syncapp.connectors.transport import Transport
from syncapp.engine.field_types import FieldInfo
from syncapp.engine.keys import marker
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import Filter
from syncapp.engine.writes import KeyedWrite, Write, WriteAnswer


class QuickBooksConnector:
    side = Side.QUICKBOOKS
    has_one_feed = True

    def __init__(
        self,
        transport: Transport,
        *,
        wanted: Wanted,
        realm: str,
        portal: str,
        batch_size: int = 30,
        overlap_seconds: float = 120,
        sweep_seconds: float = 3600,
        threads: int = 10,  # quickbooks-api.md 14: in flight at once
        country: str = "",
        fresh_seconds: float = 0,
        single_creates: bool = False,
    ) -> None:
        """`country` is the account's; unknown, it is asked for when an invoice needs it.
        `fresh_seconds`: for how long an answer to a question of the same kind is good enough.
        `single_creates`: beside the batches others go alone, where the transport's throttle knows
        how many may."""
        self._transport = transport
        self._portal = portal
        self._company = Company(transport, realm)
        self._pool = CallersThreads(threads, thread_name_prefix="quickbooks")
        self._facts = Facts(self._company, country)
        reader = self._reader = Reader(self._company, self._facts, wanted)
        writer = Writer(self._facts, portal)
        self._lists = WholeLists(reader, fresh_seconds / 2)  # the other half is for sending
        self._lookup = Lookup(self._company, reader, self._pool, self._lists, fresh_seconds)
        self._feed = ChangeFeed(
            self._company,
            reader,
            self._lists,
            timedelta(seconds=overlap_seconds),
            timedelta(seconds=sweep_seconds),
        )
        self._lane = Lane(transport.forecast) if single_creates else None
        self._sender = Sender(self._company, writer, reader, self._pool, batch_size, self._lane)
        self._recovery = Recovery(self._company, self._lookup, reader, writer)

    @property
    def calls(self) -> int:
        return self._transport.calls

    @property
    def reads(self) -> int:
        return self._transport.reads

    def account(self) -> Account:
        return self._facts.account()

    def prepare(self, entities: Collection[Entity]) -> None:
        """Our copies need nothing of their own here: the marker goes into the note."""

    def is_prepared(self, entities: Collection[Entity]) -> bool:  # noqa: ARG002
        return True

    def describe(self, entity: Entity) -> tuple[FieldInfo, ...]:
        listed = tuple(field.info for field in FIELDS[entity].values())
        return (*listed, *(self._facts.custom_fields() if entity is Entity.INVOICE else ()))

    def related_objects(self, entity: Entity) -> tuple[str, ...]:
        return tuple(RELATED) if entity is Entity.INVOICE else ()

    def describe_related(self, entity: Entity, name: str) -> tuple[FieldInfo, ...]:  # noqa: ARG002
        return self.describe(RELATED[name])

    def missing(self, entity: Entity) -> frozenset[str]:
        return self._reader.missing(entity)

    def changes(self, since: Mapping[Entity, Cursor]) -> Iterator[ChangePage]:
        return self._feed.pages(since)

    def fetch(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Snapshot]:
        return self._lookup.fetch(refs)

    def amounts(self, invoices: Collection[RecordRef]) -> Mapping[RecordRef, Snapshot]:
        """A query has the whole record anyway."""
        return self._lookup.fetch(invoices)

    def forget(self, entities: Collection[Entity]) -> None:
        for entity in entities:
            self._lists.forget(entity)

    def versions(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Seen]:  # noqa: ARG002
        """A query has the whole record anyway."""
        return {}

    def find(
        self, entity: Entity, field_name: str, values: Collection[str]
    ) -> Mapping[str, tuple[Snapshot, ...]]:
        return self._lookup.find(entity, field_name, values)

    def asked_at(self, entity: Entity) -> float | None:
        return self._lists.asked_at(entity)

    def authors(self, snapshots: Sequence[Snapshot]) -> Mapping[RecordRef, str]:  # noqa: ARG002
        """What QuickBooks tells of that stands in the snapshot."""
        return {}

    def taken_elsewhere(self, entity: Entity, values: Collection[str]) -> Mapping[str, str]:
        return self._lookup.taken_elsewhere(entity, values)

    def matching(self, entity: Entity, filter_: Filter, now: datetime, limit: int) -> Matching:
        return matching.matching(self._company, self._reader, entity, filter_, now, limit)

    def steps(self, write: Write) -> tuple[Write, ...]:
        """QuickBooks takes every document in one call."""
        return (write,)

    def pack(self, writes: Sequence[KeyedWrite]) -> tuple[KeyedWrite, ...]:
        return self._sender.pack(writes)

    def apply(self, writes: Sequence[KeyedWrite]) -> Sequence[WriteAnswer]:
        answers = self._sender.apply(writes)
        self._lists.wrote(writes, answers)
        return answers

    def find_applied(self, writes: Sequence[KeyedWrite]) -> Mapping[str, Snapshot]:
        return self._recovery.find_applied(writes)

    def overwritten(
        self,
        found: Sequence[tuple[KeyedWrite, Snapshot]],  # noqa: ARG002
    ) -> Mapping[str, Mapping[str, Value]]:
        """QuickBooks takes a change of the version that was read, or none."""
        return {}

    def pretend(self, write: Write, id: str, read: Read) -> tuple[Snapshot, ...]:
        key = marker(self._portal, write.source) if write.source else ""
        return pretended(write, id, key, read)

    def annotate(self, notes: Mapping[RecordRef, Note]) -> Mapping[RecordRef, Noted]:  # noqa: ARG002
        """Book-keepers read about the sync in Ledgerline."""
        return {}

    def close(self) -> None:
        self._pool.shutdown()
        if self._lane is not None:
            self._lane.close()
        self._company.close()
