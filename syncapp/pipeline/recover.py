"""RECOVER: writes without an answer, before anything else touches their records.

Silence is no answer. After a rest in which the server must have given up, one look-up of all
members decides: found and ours -> adopt; none of a batch found -> the identical batch again; some
found -> only the missing ones, each alone under its own id. Never a new id after silence.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from syncapp.connectors.base import Connector
from syncapp.engine import wire
from syncapp.engine.baseline import settle
from syncapp.engine.plan import FieldDecision, Plan
from syncapp.engine.records import Pair, Side
from syncapp.engine.said import said
from syncapp.engine.writes import Done, KeyedWrite, Operation, Refused, Unknown, WriteAnswer
from syncapp.errors import TooLate, Unavailable
from syncapp.models import RecordLink, WriteIntent
from syncapp.pipeline import activity, decisions, leaps, worklist
from syncapp.pipeline.apply import MOST_LOOKS
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, absorb, baseline_of
from syncapp.pipeline.intents import close
from syncapp.pipeline.put_back import bring_back, settled
from syncapp.pipeline.sending import Sending
from syncapp.pipeline.sent_again import Look, send_again
from syncapp.pipeline.setting_aside import hits_all

logger = logging.getLogger(__name__)

_LOOKED_UP_AT_ONCE = 10  # calls that go again soon after one look-up


@dataclass(slots=True)
class Recovered:
    """What became of an open write. `backs` bring back what it replaced of a person's."""

    intent: WriteIntent
    keyed: KeyedWrite
    answer: WriteAnswer | None
    fields: tuple[FieldDecision, ...] | None = None
    backs: Sequence[Sending] = ()

    @property
    def plan(self) -> Plan:
        return Plan(fields=tuple(wire.decode(self.intent.plan.get("fields")) or ()))

    def sending(self, link: RecordLink) -> Sending:
        settles = {"fields": wire.encode(self.plan.fields)}
        return Sending(
            link, self.keyed.write, settles,
            intent=self.intent, answer=self.answer, fields=self.fields,
        )  # fmt: skip


def recover(work: Pass) -> None:
    for side, connector in work.connectors.items():
        groups = _by_batch(_open_intents(work, side))
        done: set[int] = set()
        for start in range(0, len(groups), _LOOKED_UP_AT_ONCE):
            _resolve_all(work, connector, groups[start : start + _LOOKED_UP_AT_ONCE], done)


def _resolve_all(
    work: Pass, connector: Connector, groups: Sequence[list[WriteIntent]], done: set[int]
) -> None:
    """What cannot be sent again soon enough after the look-up is looked up anew."""
    for _ in range(MOST_LOOKS):
        groups = _left_after_a_look(work, connector, groups, done)
        if not groups:
            return
        work.gates[connector.side].wait()
    raise Unavailable(said("The vendor's limits leave no room; the next pass looks again."))


def _left_after_a_look(
    work: Pass, connector: Connector, groups: Sequence[list[WriteIntent]], done: set[int]
) -> Sequence[list[WriteIntent]]:
    intents = [one for group in groups for one in group]
    look = _look(work, connector, intents)
    for number, group in enumerate(groups):
        if done.isdisjoint(one.pk for one in group):
            try:
                done |= _resolve(work, connector, group, look)
            except TooLate:
                return groups[number:]
    return ()


def _look(work: Pass, connector: Connector, intents: Sequence[WriteIntent]) -> Look:
    looked_up_at = time.monotonic()
    keyed = {one.request_id: _keyed(one) for one in intents}
    links = {one.request_id: one.link for one in intents}
    found = connector.find_applied(list(keyed.values()))
    return Look(keyed, decisions.may_adopt(work, found, links), looked_up_at)


def unanswered(work: Pass) -> QuerySet[WriteIntent]:
    return WriteIntent.objects.filter(integration=work.integration, state=WriteIntent.State.OPEN)


def _open_intents(work: Pass, side: Side) -> list[WriteIntent]:
    """Those that have rested. HubSpot refuses a second record with our key, so only QuickBooks,
    which may still be at work on the first request, needs the rest."""
    rest = settings.UNKNOWN_REST if side is Side.QUICKBOOKS else 0
    now = timezone.now()
    sent = [
        (one, one.sent_at)
        for one in unanswered(work).filter(side=side).select_related("link", "batch").order_by("id")
        if one.sent_at is not None
    ]
    if any(at > now for _, at in sent):
        leaps.set_right()
    return [one for one, at in sent if at <= now - timedelta(seconds=rest)]


def _keyed(intent: WriteIntent) -> KeyedWrite:
    stored = wire.decode(intent.body)
    if not isinstance(stored, KeyedWrite):
        raise TypeError(f"intent {intent.request_id} holds no write")
    return stored


def _by_batch(intents: Sequence[WriteIntent]) -> list[list[WriteIntent]]:
    groups: dict[str, list[WriteIntent]] = defaultdict(list)
    for intent in intents:
        groups[intent.batch.batch_id if intent.batch else intent.request_id].append(intent)
    return list(groups.values())


def _resolve(
    work: Pass, connector: Connector, group: Sequence[WriteIntent], look: Look
) -> set[int]:
    """Answers the intents under which people's values were put back meanwhile."""
    keyed, found = look.keyed, look.found
    there = [(keyed[id_], found[id_]) for one in group if (id_ := one.request_id) in found]
    changes = [one for one in there if one[0].write.target is not None]
    replaced = connector.overwritten(changes) if changes else {}
    answers: dict[str, WriteAnswer] = {
        one.request_id: Done(now, overwritten=replaced.get(one.request_id, {}))
        for one, now in there
    }
    answers |= send_again(work, connector, group, look)
    recovered = [
        Recovered(one, keyed[one.request_id], answers.get(one.request_id)) for one in group
    ]
    _put_back(work, recovered)
    with transaction.atomic():
        work.lease.guard_commit()
        for each in recovered:
            _stored(work, each)
    return {back.intent.pk for one in recovered for back in one.backs if back.intent}


def _put_back(work: Pass, recovered: Sequence[Recovered]) -> None:
    """Where it cannot go, all of them are still open in the next pass."""
    replacing = [
        (one, [one.sending(link)])
        for one in recovered
        if (link := one.intent.link) is not None
        and isinstance(one.answer, Done)
        and one.answer.overwritten
    ]
    bring_back(work, [group for _, group in replacing])
    for one, (sending, *backs) in replacing:
        one.backs, one.fields = backs, sending.fields


def _stored(work: Pass, one: Recovered) -> None:
    """A mistake of ours about one of them must not stop the pass: it stays open, so that nothing
    else touches its record, and is looked at again in the next one."""
    try:
        with transaction.atomic():
            _store(work, one)
    except Exception as error:
        if hits_all(error):
            raise
        logger.exception("could not store the answer to intent %s", one.intent.pk)


def _store(work: Pass, one: Recovered) -> None:
    intent, link = one.intent, one.intent.link
    match one.answer:
        case None:
            # It may have happened and been changed since: what it overwrote is kept for people.
            _tell(work, replace(one, answer=Unknown(said("nobody can tell whether it happened"))))
            intent.state = WriteIntent.State.SUPERSEDED
            intent.answered_at = timezone.now()
            intent.save(update_fields=["state", "answered_at"])
        case Unknown():
            intent.sent_at = timezone.now()
            intent.attempts += 1
            intent.save(update_fields=["sent_at", "attempts"])
            return
        case Done():
            work.writes += 1
            _adopt(work, one, one.answer)
            _close(one, one.answer)
        case Refused():
            # Looked for just now and not there, and refused when repeated: a definite no.
            close(intent, one.answer)
            if link is not None:
                link.generation += 1
                link.save(update_fields=["generation"])
    if link is not None:
        worklist.add(work.integration, Dossier(link).refs)


def _close(one: Recovered, answer: Done) -> None:
    close(one.intent, answer)
    for back in one.backs:
        if back.intent is not None and back.answer is not None:
            close(back.intent, back.answer)


def _adopt(work: Pass, one: Recovered, answer: Done) -> None:
    """What the answer would have settled, settled now; the record is decided again right away."""
    link, snapshot, write = one.intent.link, answer.snapshot, one.keyed.write
    if link is None or snapshot is None:
        return
    side = write.side
    setattr(link, f"{side.value}_id", snapshot.ref.id)
    if write.operation is Operation.CREATE:
        link.origin = side.other
    rule = work.rules.get(Dossier(link).entity)
    fields = settled(one.plan, one.backs).fields
    if rule is not None and fields:
        is_hubspot = side is Side.HUBSPOT
        after = Pair(snapshot if is_hubspot else None, None if is_hubspot else snapshot)
        written = frozenset({side})
        baseline = settle(rule, baseline_of(link), fields, written, after, is_recovered=True)
        link.baseline_hubspot = wire.encode(baseline.hubspot)
        link.baseline_quickbooks = wire.encode(baseline.quickbooks)
    _tell(work, one)
    absorb([link])
    link.save_known()


def _tell(work: Pass, one: Recovered) -> None:
    if one.intent.link is not None:
        happened = [one.sending(one.intent.link), *one.backs]
        rows = activity.of(work, Dossier(one.intent.link), None, happened, one.plan)
        activity.append(work.integration, rows)
