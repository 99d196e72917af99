"""A connector that reads a vendor and only pretends to write: what it was told to write is laid
over what it reads, so that the rest of the pass meets the world as it would be."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from syncapp.connectors.base import (
    Account,
    ChangePage,
    Connector,
    Cursor,
    Matching,
    Note,
    Noted,
    Seen,
)
from syncapp.engine.compare import fold
from syncapp.engine.field_types import FieldInfo
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import FieldKind, Filter
from syncapp.engine.writes import Done, KeyedWrite, Write, WriteAnswer

Snapshots = Mapping[RecordRef, Snapshot]

PLANNED = "planned-"


def is_planned(id: str | None) -> bool:
    """Was this id given to a record that does not exist yet?"""
    return bool(id) and str(id).startswith(PLANNED)


class Pretender:
    def __init__(self, connector: Connector) -> None:
        self.connector = connector
        self.side: Side = connector.side
        self.has_one_feed = connector.has_one_feed
        self._over: dict[RecordRef, Snapshot] = {}
        self._prepared: dict[Entity, bool] = {}
        self._made = 0

    @property
    def calls(self) -> int:
        return self.connector.calls

    @property
    def reads(self) -> int:
        return self.connector.reads

    def account(self) -> Account:
        return self.connector.account()

    def prepare(self, entities: Collection[Entity]) -> None:
        """Left undone."""

    def is_prepared(self, entities: Collection[Entity]) -> bool:
        for entity in entities:
            if entity not in self._prepared:
                self._prepared[entity] = self.connector.is_prepared((entity,))
        return all(self._prepared[entity] for entity in entities)

    def describe(self, entity: Entity) -> tuple[FieldInfo, ...]:
        return self.connector.describe(entity)

    def related_objects(self, entity: Entity) -> tuple[str, ...]:
        return self.connector.related_objects(entity)

    def describe_related(self, entity: Entity, name: str) -> tuple[FieldInfo, ...]:
        return self.connector.describe_related(entity, name)

    def missing(self, entity: Entity) -> frozenset[str]:
        return self.connector.missing(entity)

    def changes(self, since: Mapping[Entity, Cursor]) -> Iterator[ChangePage]:
        for page in self.connector.changes(since):
            yield replace(page, snapshots=self._with_ours(page.snapshots))

    def forget(self, entities: Collection[Entity]) -> None:
        self.connector.forget(entities)

    def versions(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Seen]:
        return self.connector.versions([ref for ref in refs if ref not in self._over])

    def fetch(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Snapshot]:
        return self._laid_over(refs, self.connector.fetch)

    def amounts(self, invoices: Collection[RecordRef]) -> Mapping[RecordRef, Snapshot]:
        return self._laid_over(invoices, self.connector.amounts)

    def _laid_over(
        self, refs: Collection[RecordRef], read: Callable[[list[RecordRef]], Snapshots]
    ) -> Snapshots:
        ours = {ref: self._over[ref] for ref in refs if ref in self._over}
        rest = [ref for ref in refs if ref not in ours]
        return {**read(rest), **ours} if rest else ours

    def find(
        self, entity: Entity, field_name: str, values: Collection[str]
    ) -> Mapping[str, tuple[Snapshot, ...]]:
        wanted = {_folded(value): value for value in values}
        found: dict[str, dict[RecordRef, Snapshot]] = {
            value: {one.ref: one for one in some if one.ref not in self._over}
            for value, some in self.connector.find(entity, field_name, values).items()
        }
        for ref, snapshot in self._over.items():
            value = wanted.get(_folded(snapshot.get(field_name)))
            if ref.entity is entity and snapshot.is_live and value is not None:
                found.setdefault(value, {})[ref] = snapshot
        return {value: tuple(some.values()) for value, some in found.items() if some}

    def asked_at(self, entity: Entity) -> float | None:
        return self.connector.asked_at(entity)

    def authors(self, snapshots: Sequence[Snapshot]) -> Mapping[RecordRef, str]:
        return self.connector.authors(snapshots)

    def taken_elsewhere(self, entity: Entity, values: Collection[str]) -> Mapping[str, str]:
        return self.connector.taken_elsewhere(entity, values)

    def matching(self, entity: Entity, filter_: Filter, now: datetime, limit: int) -> Matching:
        return self.connector.matching(entity, filter_, now, limit)

    def steps(self, write: Write) -> tuple[Write, ...]:
        return (replace(write, step=0),)

    def pack(self, writes: Sequence[KeyedWrite]) -> tuple[KeyedWrite, ...]:
        return tuple(writes)

    def apply(self, writes: Sequence[KeyedWrite]) -> Sequence[WriteAnswer]:
        return [Done(self._pretended(keyed.write)) for keyed in writes]

    def find_applied(self, writes: Sequence[KeyedWrite]) -> Mapping[str, Snapshot]:
        """Of a record that names one of ours nothing can be there yet; nor where the account has
        no place for our marker."""
        askable = [
            one
            for one in writes
            if not _names_planned(one.write) and self.is_prepared((one.write.entity,))
        ]
        found = self.connector.find_applied(askable) if askable else {}
        return {id: self._over.get(snapshot.ref, snapshot) for id, snapshot in found.items()}

    def overwritten(
        self,
        found: Sequence[tuple[KeyedWrite, Snapshot]],  # noqa: ARG002
    ) -> Mapping[str, Mapping[str, Value]]:
        return {}

    def pretend(self, write: Write, id: str, read: Any) -> tuple[Snapshot, ...]:
        return self.connector.pretend(write, id, read)

    def annotate(self, notes: Mapping[RecordRef, Note]) -> Mapping[RecordRef, Noted]:  # noqa: ARG002
        """Nothing has happened that anybody could read about."""
        return {}

    def close(self) -> None:
        """The end of a pass is not the end of the rehearsal, which closes the real one itself."""

    def _pretended(self, write: Write) -> Snapshot:
        self._made += 1
        snapshots = self.connector.pretend(write, f"{PLANNED}{self._made}", self._read)
        self._over |= {snapshot.ref: snapshot for snapshot in snapshots}
        return snapshots[0]

    def _read(self, ref: RecordRef) -> Snapshot | None:
        return self.fetch([ref]).get(ref)

    def _with_ours(self, snapshots: Mapping[RecordRef, Snapshot]) -> dict[RecordRef, Snapshot]:
        return {ref: self._over.get(ref, snapshot) for ref, snapshot in snapshots.items()}


def _folded(value: Any) -> object:
    return fold(FieldKind.NAME, value) if isinstance(value, str) else None


def _names_planned(value: Any) -> bool:
    """Anywhere in a write: its target, a reference among its fields, a line's product."""
    match value:
        case RecordRef():
            return is_planned(value.id)
        case Mapping():
            return any(_names_planned(one) for one in value.values())
        case tuple():
            return any(_names_planned(one) for one in value)
        case Write():
            return _names_planned(value.fields) or _names_planned(value.target)
        case _ if is_dataclass(value):
            return any(_names_planned(getattr(value, one.name)) for one in fields(value))
        case _:
            return False
