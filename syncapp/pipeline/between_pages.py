"""A first load is worked on while HubSpot's long lists are still being read: what has gone need not
be read a second time when the pass breaks off, and QuickBooks need not wait for the last page.

Only what nothing that is still to be read could change: contacts and products, which are read to
their end by then, and invoices that nobody on the other side can be a partner of. All others wait
for the end of their list. What happens meanwhile goes before the load here too.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from syncapp.engine.keys import marker
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import PendingChange
from syncapp.pipeline import worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.guards import brake
from syncapp.pipeline.recover import unanswered
from syncapp.pipeline.worklist import ref_of

_LONG = (Entity.INVOICE, Entity.PAYMENT)
_READ_BEFORE = (Entity.CONTACT, Entity.PRODUCT)
_MOST_HELPINGS = 4  # of invoices that wait for a vendor's window: what QuickBooks takes in a minute
_LITTLE = 1_000

Process = Callable[[Pass, Sequence[PendingChange]], None]
Rest = Callable[[Pass, float | None], None]


@dataclass(slots=True)
class BetweenPages:
    """A `detect.Meanwhile`. `until`: by the monotonic clock, nothing is waited for after it."""

    work: Pass
    entities: Collection[Entity]
    process: Process
    rest: Rest
    until: float | None
    brake_on: bool
    _may_begin: bool | None = None  # asked once: of a large load all links are looked through
    _looked_at: int = 0  # the last row of an invoice that was taken, or left for the end

    def __call__(self, listed: Entity, began: datetime | None) -> None:
        if listed not in _LONG or began is None:
            return
        if self._may_begin is None:
            self._may_begin = not self.brake_on or brake.may_begin(self.work, began)
        if self._may_begin and not self._must_wait() and (rows := self._next(listed)):
            self.process(self.work, rows)

    def _next(self, listed: Entity) -> Sequence[PendingChange]:
        """People and products, then what has just happened to documents, then the load."""
        asked = [entity for entity in _READ_BEFORE if entity in self.entities]
        if rows := worklist.take(self.work.integration, timezone.now(), asked):
            return rows
        if Entity.INVOICE not in self.entities or not self._knows_quickbooks():
            return ()
        if unanswered(self.work).exists():  # an invoice would wait for a contact just made
            return ()
        at_least = worklist.HELPING if listed is Entity.INVOICE else 1
        return self._fresh_documents() or self._of_the_load(at_least)

    def _must_wait(self) -> bool:
        """For a vendor's window: the pages go on, until too much of them would grow old."""
        if not self._is_closed():
            return False
        if self._invoices().count() >= _MOST_HELPINGS * worklist.HELPING:
            self.rest(self.work, self.until)
        return self._is_closed()

    def _is_closed(self) -> bool:
        return any(gate.is_closed for gate in self.work.gates.values())

    def _knows_quickbooks(self) -> bool:
        """Has this pass seen whatever may be the partner of an invoice of HubSpot? What the passes
        before it have left on the worklist is looked at if it is little."""
        if self.work.was_listed(Side.QUICKBOOKS, Entity.INVOICE):
            return True
        rows = self._rows(Side.QUICKBOOKS)[:_LITTLE]
        return len(rows) < _LITTLE and all(map(self._is_seen, rows))

    def _is_seen(self, row: PendingChange) -> bool:
        return self.work.recall(ref_of(row)) is not None

    def _fresh_documents(self) -> Sequence[PendingChange]:
        """Nothing is made in HubSpot without being looked for there, and payments are recognised by
        what their invoices show now."""
        rule = self.work.rules[Entity.INVOICE]
        asked = [entity for entity in _LONG if entity in self.entities and not rule.match_keys]
        rows = worklist.take(self.work.integration, timezone.now(), asked, fresh_only=True)
        return [row for row in rows if self._has_no_partner(ref_of(row))]

    def _of_the_load(self, at_least: int) -> Sequence[PendingChange]:
        while len(rows := list(self._invoices()[: worklist.HELPING])) >= at_least:
            self._looked_at = rows[-1].pk
            if alone := [row for row in rows if self._has_no_partner(ref_of(row))]:
                return alone
        return ()

    def _has_no_partner(self, ref: RecordRef) -> bool:
        if ref.entity is not Entity.INVOICE or ref.side is not Side.HUBSPOT:
            return True
        keys = [marker(self.work.portal, ref)]
        if self.work.rules[Entity.INVOICE].match_keys:
            snapshot = self.work.recall(ref)
            if snapshot is None:
                return False
            keys.append(self.work.key_of(snapshot))
        return not self.work.having(Side.QUICKBOOKS, filter(None, keys))

    def _invoices(self) -> QuerySet[PendingChange]:
        initial = PendingChange.Priority.INITIAL
        rows = self._rows(Side.HUBSPOT).filter(priority=initial, pk__gt=self._looked_at)
        return rows.order_by("pk")

    def _rows(self, side: Side) -> QuerySet[PendingChange]:
        rows = worklist.due_rows(self.work.integration, timezone.now())
        return rows.filter(entity=Entity.INVOICE, side=side)
