"""Whole lists of records as they were asked for a moment ago, which answer what would else be asked
about each of them. Only lists that came in one answer: memory does not grow with the company.
"""

import math
import time
from collections.abc import Callable, Sequence

from syncapp.connectors.quickbooks.reading import Reader, Row
from syncapp.engine.records import Entity, Presence, RecordRef, Snapshot
from syncapp.engine.writes import Done, KeyedWrite, Unknown, WriteAnswer

_SHOWN = (Presence.LIVE, Presence.VOIDED)  # by a query that does not ask for inactive ones


class WholeLists:
    """One is forgotten when it is older than `fresh_seconds`, when a change of such a record is
    shown, and when nobody knows what became of a write of ours; our other writes are added."""

    def __init__(
        self, reader: Reader, fresh_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._reader = reader
        self._fresh, self._clock = fresh_seconds, clock
        self._rows: dict[Entity, tuple[float, Sequence[Row]]] = {}
        self._read: dict[Entity, dict[RecordRef, Snapshot]] = {}

    def keep(self, entity: Entity, rows: Sequence[Row], asked_at: float) -> None:
        self.forget(entity)
        if self._fresh:
            self._rows[entity] = asked_at, rows

    def asked_at(self, entity: Entity) -> float | None:
        """When the list was asked for; None: there is none that is young enough."""
        at, _ = self._rows.get(entity, (-math.inf, ()))
        if self._clock() - at <= self._fresh:
            return at
        self.forget(entity)
        return None

    def of(self, entity: Entity) -> list[Snapshot] | None:
        """What a query shows of all of them."""
        if self.asked_at(entity) is None:
            return None
        return [one for one in self._snapshots(entity).values() if one.presence in _SHOWN]

    def wrote(self, writes: Sequence[KeyedWrite], answers: Sequence[WriteAnswer]) -> None:
        for keyed, answer in zip(writes, answers, strict=True):
            entity = keyed.write.entity
            match answer:
                case Done(snapshot=Snapshot() as left, may_be_replay=False):
                    if self.asked_at(entity) is not None:
                        self._snapshots(entity)[left.ref] = left
                case Done() | Unknown():
                    self.forget(entity)

    def forget(self, entity: Entity) -> None:
        self._rows.pop(entity, None)
        self._read.pop(entity, None)

    def _snapshots(self, entity: Entity) -> dict[RecordRef, Snapshot]:
        if entity not in self._read:
            _, rows = self._rows[entity]
            self._read[entity] = {one.ref: one for one in self._reader.snapshots(entity, rows)}
        return self._read[entity]
