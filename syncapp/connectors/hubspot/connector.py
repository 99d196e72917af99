"""HubSpot as the pipeline sees it: combines what the other modules know one by one.

Copies we make carry `ledgerline_key` (properties.py). Contacts, products and payments take one
call each (writing.py), invoices several (invoice_steps.py).
"""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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
from syncapp.connectors.hubspot import (
    accounts,
    annotating,
    fetching,
    finding,
    history,
    matching,
    properties,
    recovering,
    verifying,
)
from syncapp.connectors.hubspot.calls import SideBySide, chunks
from syncapp.connectors.hubspot.changes import Changes, LeftLines, Pace, nothing_left
from syncapp.connectors.hubspot.endpoints import BATCH, Endpoints
from syncapp.connectors.hubspot.invoice_steps import Step
from syncapp.connectors.hubspot.invoice_writing import InvoiceWriter
from syncapp.connectors.hubspot.objects import KEY, LINE_ITEMS, OBJECTS, RELATED
from syncapp.connectors.hubspot.pretending import pretended
from syncapp.connectors.hubspot.reading import Latest, Reader, nothing_known
from syncapp.connectors.hubspot.sending import Sender, Unsent
from syncapp.connectors.hubspot.writing import Answers, Writer
from syncapp.connectors.transport import Transport
from syncapp.engine.field_types import FieldInfo
from syncapp.engine.keys import batch_id
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import Filter
from syncapp.engine.writes import KeyedWrite, Operation, Write, WriteAnswer
from syncapp.errors import RemoteError

_Kind = tuple[Entity, Operation, Step | None]


class HubSpotConnector:
    """`time_zone` and `line_keys` (may our line items carry a key?) save a call each where the
    caller knows them already. `history_since`: changes by others before then are of no interest.
    `left_lines`: line items as our own writes left them, which are no news. `fresh_seconds`: for so
    long a line item need not be read again. `latest`: which records are the newest."""

    side = Side.HUBSPOT
    has_one_feed = False

    def __init__(
        self,
        transport: Transport,
        *,
        wanted: Wanted,
        realm: str,
        write_batch: int = BATCH,
        threads: int = 6,
        overlap_seconds: float = 120,
        archived_every_seconds: float = 3600,
        sweep_seconds: float = 3600,
        line_items_every_seconds: float = 0,
        time_zone: str = "",
        line_keys: bool | None = None,
        history_since: datetime | None = None,
        left_lines: LeftLines = nothing_left,
        fresh_seconds: float = 0,
        latest: Latest = nothing_known,
    ) -> None:
        self._transport = transport
        self._endpoints = Endpoints(transport)
        self._side_by_side = SideBySide(threads)
        self._definitions = properties.Definitions(self._endpoints)
        self._zone = accounts.zone(time_zone) if time_zone else None
        self._zone_lock = threading.Lock()
        self._line_keys = line_keys
        self._reader = Reader(
            self._endpoints,
            self._side_by_side,
            self._definitions,
            wanted,
            self._time_zone,
            history_since,
            fresh_seconds,
            latest,
        )
        self._write_batch = min(write_batch, BATCH)
        self._sender = Sender(self._endpoints, self._side_by_side, self._write_batch)
        self._writer = Writer(self._reader, self._sender, realm)
        self._invoices = InvoiceWriter(self._reader, self._sender, self._writer, self._keyed_lines)
        pace = Pace(
            overlap=timedelta(seconds=overlap_seconds),
            archived_every=timedelta(seconds=archived_every_seconds),
            sweep=timedelta(seconds=sweep_seconds),
            line_items_every=timedelta(seconds=line_items_every_seconds),
        )
        self._changes = Changes(self._reader, pace, left_lines)

    @property
    def calls(self) -> int:
        return self._transport.calls

    @property
    def reads(self) -> int:
        return self._transport.reads

    def account(self) -> Account:
        return accounts.account(self._endpoints.account())

    def prepare(self, entities: Collection[Entity]) -> None:
        properties.prepare(self._endpoints, entities)

    def is_prepared(self, entities: Collection[Entity]) -> bool:
        return all(self._definitions.has(OBJECTS[entity], KEY) for entity in entities)

    def describe(self, entity: Entity) -> tuple[FieldInfo, ...]:
        return self._definitions.describe(entity)

    def related_objects(self, entity: Entity) -> tuple[str, ...]:
        return tuple(RELATED[entity])

    def describe_related(self, entity: Entity, name: str) -> tuple[FieldInfo, ...]:
        return self._definitions.shown(RELATED[entity][name])

    def missing(self, entity: Entity) -> frozenset[str]:
        return self._reader.missing(entity)

    def changes(self, since: Mapping[Entity, Cursor]) -> Iterator[ChangePage]:
        return self._changes.pages(since)

    def fetch(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Snapshot]:
        return fetching.fetch(self._reader, refs)

    def amounts(self, invoices: Collection[RecordRef]) -> Mapping[RecordRef, Snapshot]:
        return fetching.amounts(self._reader, invoices)

    def forget(self, entities: Collection[Entity]) -> None:
        if Entity.INVOICE in entities:
            self._reader.kept_lines.forget_all()

    def versions(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Seen]:
        return fetching.versions(self._reader, refs)

    def find(
        self, entity: Entity, field_name: str, values: Collection[str]
    ) -> Mapping[str, tuple[Snapshot, ...]]:
        return finding.find(self._reader, entity, field_name, values)

    def asked_at(self, entity: Entity) -> float | None:  # noqa: ARG002
        """Listed is read from by the pass itself."""
        return None

    def authors(self, snapshots: Sequence[Snapshot]) -> Mapping[RecordRef, str]:
        return history.authors(self._reader, snapshots)

    def taken_elsewhere(self, entity: Entity, values: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002
        """Nothing else in HubSpot has an invoice's number."""
        return {}

    def matching(self, entity: Entity, filter_: Filter, now: datetime, limit: int) -> Matching:
        return matching.matching(self._reader, entity, filter_, now, limit)

    def steps(self, write: Write) -> tuple[Write, ...]:
        if write.entity is not Entity.INVOICE:
            return (replace(write, step=0),)
        return tuple(
            replace(write, step=number) for number in range(len(self._invoices.steps(write)))
        )

    def pack(self, writes: Sequence[KeyedWrite]) -> tuple[KeyedWrite, ...]:
        """One call's worth of records each. A step of an invoice may take more calls than one;
        what came of it is told apart by the keys, so nothing depends on how they were grouped."""
        batch_ids: dict[str, str] = {}
        for some in self._by_kind(writes).values():
            for together in chunks(some, self._write_batch):
                ids = [one.request_id for one in together]
                if len(ids) > 1:
                    batch_ids |= dict.fromkeys(ids, batch_id(ids))
        return tuple(
            replace(one, batch_id=batch_ids.get(one.request_id, one.batch_id)) for one in writes
        )

    def apply(self, writes: Sequence[KeyedWrite]) -> Sequence[WriteAnswer]:
        """Where a call could not be sent at all, its records are refused as busy when others got
        through; when none did, that error is raised."""
        answers: Answers = {}
        for (entity, operation, step), some in self._by_kind(writes).items():
            try:
                if step is not None:
                    answers |= self._invoices.write(step, some)
                else:
                    answers |= self._writer.write(entity, operation, some)
            except RemoteError as error:  # of a read that came before sending anything
                answers |= {one.request_id: Unsent(error) for one in some}
        unsent = [answer for answer in answers.values() if isinstance(answer, Unsent)]
        if unsent and len(unsent) == len(answers):
            raise unsent[0].error
        given = {
            id: one.refused() if isinstance(one, Unsent) else one for id, one in answers.items()
        }
        given = verifying.verified(self._reader, writes, given)
        return [given[one.request_id] for one in writes]

    def overwritten(
        self, found: Sequence[tuple[KeyedWrite, Snapshot]]
    ) -> Mapping[str, Mapping[str, Value]]:
        return verifying.overwritten(self._reader, found)

    def find_applied(self, writes: Sequence[KeyedWrite]) -> Mapping[str, Snapshot]:
        return recovering.find_applied(self._reader, self._writer, writes)

    def pretend(self, write: Write, id: str, read: Read) -> tuple[Snapshot, ...]:
        return pretended(write, id, self._writer.key(write), read)

    def annotate(self, notes: Mapping[RecordRef, Note]) -> Mapping[RecordRef, Noted]:
        return annotating.annotate(self._reader, self._sender, notes)

    def close(self) -> None:
        self._side_by_side.close()
        self._transport.close()

    def _by_kind(self, writes: Sequence[KeyedWrite]) -> dict[_Kind, list[KeyedWrite]]:
        """What can travel together."""
        groups: dict[_Kind, list[KeyedWrite]] = {}
        for one in writes:
            write, step = one.write, None
            if write.entity is Entity.INVOICE:
                step = self._invoices.steps(write)[write.step]
            groups.setdefault((write.entity, write.operation, step), []).append(one)
        return groups

    def _time_zone(self) -> ZoneInfo:
        with self._zone_lock:  # lists are read side by side
            if self._zone is None:
                self._zone = accounts.zone(self.account().time_zone)
            return self._zone

    def _keyed_lines(self) -> bool:
        if self._line_keys is None:
            self._line_keys = self._definitions.has(LINE_ITEMS, KEY)
        return self._line_keys
