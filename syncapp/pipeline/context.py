"""What every step of a pass has at hand."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from django.conf import settings

from syncapp.connectors.base import Account, Connector
from syncapp.engine.match import known_by
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.engine.safety import Deed
from syncapp.models import Integration, SyncRun
from syncapp.pipeline.guards.counted import Counted
from syncapp.pipeline.guards.gate import Gate
from syncapp.pipeline.lease import Held
from syncapp.pipeline.memory import Memory

logger = logging.getLogger(__name__)

# what is being done, how many records of it are done, how many there are (None: unknown)
Progress = Callable[[str, int, int | None], None]


def silent(step: str, done: int, total: int | None) -> None:
    """Progress that nobody watches."""


@dataclass(slots=True)
class Pass:
    integration: Integration
    lease: Held
    run: SyncRun
    rules: Mapping[Entity, SyncRule]
    connectors: Mapping[Side, Connector]
    accounts: Mapping[Side, Account]
    now: datetime
    progress: Progress = silent
    gates: Mapping[Side, Gate] = field(default_factory=dict)  # a pass that only looks has none
    writes: int = 0
    done: Counter[Entity] = field(default_factory=Counter)
    # what the safety brake lets through (None: any number; empty: it is off; None as a whole: not
    # worked out yet), and what went so far
    allowed: Mapping[Deed, int | None] | None = field(default_factory=dict)
    deeds: dict[Deed, Counted] = field(default_factory=dict)  # with the links it is done to
    # found by a poll although webhooks should have named them
    unannounced: set[RecordRef] = field(default_factory=set)
    # numbers that no invoice in QuickBooks had, and when that was asked; each is relied on once
    free_numbers: dict[str, float] = field(default_factory=dict)
    # payments that the invoices worked so far show, in their order, until they are a helping
    paying: dict[RecordRef, None] = field(default_factory=dict)
    _listed: dict[tuple[Side, Entity], float] = field(default_factory=dict)
    _seen: Memory = field(default_factory=lambda: Memory(clock=lambda: monotonic()))
    # invoices without their lines, as they were asked for last, and when
    _amounts: dict[Side, dict[RecordRef, tuple[Snapshot, float]]] = field(default_factory=dict)
    _asked_for: set[RecordRef] = field(default_factory=set)
    _inboxes_read: set[tuple[Side, Entity]] = field(default_factory=set)

    @property
    def portal(self) -> str:
        return self.accounts[Side.HUBSPOT].id

    @property
    def realm(self) -> str:
        return self.accounts[Side.QUICKBOOKS].id

    def remember(self, snapshot: Snapshot, read_at: float | None = None) -> None:
        """A snapshot read in this very pass need not be fetched again."""
        self._seen.keep(snapshot, read_at)
        for key in filter(None, (self.key_of(snapshot), snapshot.key)):
            self._seen.note(snapshot.ref, key)

    def fetched(self, side: Side, refs: Iterable[RecordRef]) -> dict[RecordRef, Snapshot]:
        """As they are now: those seen a moment ago are not asked for again."""
        wanted = dict.fromkeys(refs)
        known = {ref: seen for ref in wanted if (seen := self.recall_recent(ref))}
        missing = [ref for ref in wanted if ref not in known]
        if missing:
            fresh = self.connectors[side].fetch(missing)
            for snapshot in fresh.values():
                self._seen.keep(snapshot)
            known |= fresh
        return known

    def glanced_at(self, side: Side, refs: Iterable[RecordRef]) -> dict[RecordRef, Snapshot]:
        """As they were at some moment of this pass. Enough to see that nothing is to be done; what
        is written over is `fetched`."""
        wanted = dict.fromkeys(refs)
        known = {ref: seen for ref in wanted if (seen := self.recall(ref))}
        return known | self.fetched(side, [ref for ref in wanted if ref not in known])

    def amounts(self, side: Side, invoices: Iterable[RecordRef]) -> dict[RecordRef, Snapshot]:
        """What they come to and which payments they show, as they are now. Whoever looks at their
        lines or their contact fetches them."""
        wanted = dict.fromkeys(invoices)
        oldest = monotonic() - settings.SEND_DEADLINE
        last = self._amounts.get(side, {})
        held = {ref: last[ref] for ref in wanted if ref in last and last[ref][1] >= oldest}
        known = {ref: seen for ref in wanted if (seen := self.recall_recent(ref))}
        if missing := [ref for ref in wanted if ref not in known and ref not in held]:
            read_at = monotonic()
            fresh = self.connectors[side].amounts(missing)
            held |= {ref: (snapshot, read_at) for ref, snapshot in fresh.items()}
        self._amounts[side] = held
        return {ref: snapshot for ref, (snapshot, _) in held.items()} | known

    def key_of(self, snapshot: Snapshot) -> str:
        """By which it is recognised on both sides; empty where nobody could."""
        rule = self.rules.get(snapshot.ref.entity)
        try:
            return known_by(rule, snapshot) if rule else ""
        except Exception:  # a mistake of ours: the record is set aside when its turn comes
            logger.exception("could not tell the key of %s", snapshot.ref)
            return ""

    def having(self, side: Side, keys: Iterable[str]) -> set[RecordRef]:
        """Records of this side that had one of these keys when they were read in this pass, or one
        of these marks of a copy."""
        return self._seen.known_by(side, keys)

    def has_listed(self, side: Side, entity: Entity, read_at: float) -> None:
        """Every record that this side has of it was read in this pass, the first ones then."""
        self._listed[side, entity] = read_at

    def was_listed(self, side: Side, entity: Entity, *, recently: bool = False) -> bool:
        at = self._listed.get((side, entity))
        return at is not None and not (recently and monotonic() - at > settings.SEND_DEADLINE)

    def is_first_look(self, side: Side, entity: Entity) -> bool:
        """Into the inbox of this pass."""
        is_first = (side, entity) not in self._inboxes_read
        self._inboxes_read.add((side, entity))
        return is_first

    def recall(self, ref: RecordRef) -> Snapshot | None:
        """To recognise a record. What is written over is decided on what `recall_recent` gives."""
        return self._seen.get(ref)

    def recall_recent(self, ref: RecordRef) -> Snapshot | None:
        """A long pass lists everything first; until a record's turn comes people go on working."""
        return self._seen.get(ref, within=settings.SEND_DEADLINE)

    def is_recent(self, ref: RecordRef) -> bool:
        return not self._seen.is_older(ref, settings.SEND_DEADLINE)

    def forget(self, *refs: RecordRef) -> None:
        """Something was written there: what we saw is old."""
        self._seen.forget(refs)
        for ref in refs:
            self._amounts.get(ref.side, {}).pop(ref, None)

    def close(self) -> None:
        self._seen.close()

    def is_old(self, snapshot: Snapshot) -> bool:
        """Read earlier in this pass, and not just now."""
        return self.recall(snapshot.ref) is not None and not self.is_recent(snapshot.ref)

    def ask_for(self, refs: Iterable[RecordRef]) -> list[RecordRef]:
        """Those that no child has waited for in this pass yet. A parent that stays undecided wakes
        its waiting children: asked for again by each of them, the two would never come to rest."""
        new = [ref for ref in dict.fromkeys(refs) if ref not in self._asked_for]
        self._asked_for.update(new)
        return new
