"""APPLY: commit the intents of a batch, send it, commit the answers.

Steps of a document are walked here, all documents of a batch side by side: the intents of step n
are committed, `apply` sends them, the answers are committed, then step n + 1.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import simplejson
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from syncapp.connectors.base import Connector
from syncapp.engine import keys, wire
from syncapp.engine.plan import FieldDecision
from syncapp.engine.records import Presence, Side, Snapshot
from syncapp.engine.said import said
from syncapp.engine.writes import (
    Done,
    Fault,
    FaultKind,
    KeyedWrite,
    Operation,
    Refused,
    Unknown,
    Write,
    WriteAnswer,
)
from syncapp.errors import AuthorizationLost, TooLate, Unavailable
from syncapp.models import RecordLink, WriteBatch, WriteIntent
from syncapp.models.bulk import insert_all, update_all
from syncapp.pipeline import decisions
from syncapp.pipeline.context import Pass
from syncapp.pipeline.guards import numbers, other_companies

_MOST_LOOKS = 5


@dataclass(slots=True)
class Sending:
    """One write of one link on its way. `settles` is stored with the intents: what the answer
    confirms, so that recovery can settle without having decided."""

    link: RecordLink
    write: Write
    settles: Mapping[str, object] = field(default_factory=dict)
    steps: tuple[Write, ...] = ()
    intent: WriteIntent | None = None
    answer: WriteAnswer | None = None
    made: Mapping[str, str] = field(default_factory=dict)  # by the steps so far
    left: Mapping[str, str] = field(default_factory=dict)  # line items, as the steps left them
    # what happens to each field by this very write, where that is not what was decided
    fields: tuple[FieldDecision, ...] | None = None
    is_back: bool = False  # it brings a person's value back: put_back.py


def send_all(work: Pass, sendings: Sequence[Sending]) -> None:
    """Fills in the answer of every sending. Raises what hits a whole call; what was answered
    before is committed."""
    for side, connector in work.connectors.items():
        ours = [sending for sending in sendings if sending.write.side is side]
        if not ours:
            continue
        for _ in range(_MOST_LOOKS):
            waiting = _send_missing(work, connector, ours)
            _read_back(connector, waiting)
            if all(sending.answer is not None for sending in waiting):
                break
            work.gates[side].wait()
        else:
            raise Unavailable(said("The vendor's limits leave no room; the next pass looks again."))


def _send_missing(
    work: Pass, connector: Connector, sendings: Sequence[Sending]
) -> Sequence[Sending]:
    """What is not there yet. Left without an answer is what could not go soon enough after the
    look-up: it is looked for anew."""
    looked_up_at = _adopt(work, connector, [one for one in sendings if one.answer is None])
    waiting = [sending for sending in sendings if sending.answer is None]
    for sending in waiting:
        sending.steps = connector.steps(sending.write)
    if connector.side is Side.QUICKBOOKS:
        with work.gates[connector.side].looked_up(looked_up_at):
            _walk(work, connector, waiting, looked_up_at)
    else:  # HubSpot itself refuses a second record with our key: no look-up can grow old there
        _walk(work, connector, waiting, looked_up_at)
    return waiting


def _read_back(connector: Connector, sendings: Sequence[Sending]) -> None:
    """QuickBooks replays the answers of records that were deleted since: an answer that may be
    an old one is believed only when the record is there."""
    doubtful = {
        sending.answer.snapshot.ref: sending
        for sending in sendings
        if isinstance(sending.answer, Done)
        and sending.answer.may_be_replay
        and sending.answer.snapshot is not None
    }
    for ref, snapshot in connector.fetch(list(doubtful)).items() if doubtful else ():
        sending = doubtful[ref]
        if snapshot.presence is Presence.GONE:
            sending.answer = Refused(Fault(FaultKind.GONE, message=said("It was deleted since.")))
        elif isinstance(sending.answer, Done):
            sending.answer = replace(sending.answer, snapshot=snapshot)


def _walk(
    work: Pass, connector: Connector, sendings: Sequence[Sending], looked_up_at: float
) -> None:
    longest = max((len(sending.steps) for sending in sendings), default=0)
    for number in range(longest):
        current = [
            sending
            for sending in sendings
            if number < len(sending.steps) and (number == 0 or isinstance(sending.answer, Done))
        ]
        if number == 0 and time.monotonic() - looked_up_at > settings.SEND_DEADLINE:
            raise Unavailable(
                said("This worker stood still for too long; the next pass looks again.")
            )
        _send_step(work, connector, current, number)


def _adopt(work: Pass, connector: Connector, sendings: Sequence[Sending]) -> float:
    """Before every send of a create: is our copy there already (a lost answer, a restored
    backup)? Then it is linked, not made again. Answers when it began to look.

    HubSpot takes each of our keys once; where this very pass has read all of its records, a copy
    of ours was among them and is linked. A number that no invoice in QuickBooks had a moment ago
    is that look-up already."""
    looked_up_at = time.monotonic()
    creates = {}
    for sending in sendings:
        if sending.write.operation is not Operation.CREATE or _was_among_listed(work, sending):
            continue
        if (asked_at := numbers.was_free_at(work, sending.write)) is not None:
            looked_up_at = min(looked_up_at, asked_at)
        else:
            creates[request_id(work, sending.write)] = sending
    if not creates:
        return looked_up_at
    keyed_writes = [KeyedWrite(one.write, id_) for id_, one in creates.items()]
    found = connector.find_applied(keyed_writes)
    links = {id_: one.link for id_, one in creates.items()}
    for id_, snapshot in decisions.may_adopt(work, found, links).items():
        creates[id_].answer = Done(snapshot)
    return looked_up_at


def _was_among_listed(work: Pass, sending: Sending) -> bool:
    write = sending.write
    return write.side is Side.HUBSPOT and work.was_listed(Side.HUBSPOT, write.entity)


def _send_step(work: Pass, connector: Connector, sendings: Sequence[Sending], number: int) -> None:
    if not sendings:
        return
    keyed = connector.pack([_keyed(work, sending, number) for sending in sendings])
    for sending in sendings:
        sending.answer = None  # a document is answered when its last step is
    _commit_intents(work, sendings, keyed)
    require_time(work)
    try:
        answers = connector.apply(keyed)
    except TooLate:
        _take_back(sendings)
        return
    except (Unavailable, AuthorizationLost):
        _take_back(sendings)
        raise
    given = list(zip(sendings, answers, strict=True))
    _take_back([sending for sending, answer in given if _came_too_late(answer)])
    given = [pair for pair in given if not _came_too_late(pair[1])]
    _commit_answers(work, given, last=number)


def _came_too_late(answer: WriteAnswer) -> bool:
    return isinstance(answer, Refused) and answer.fault.code == TooLate.__name__


def _take_back(sendings: Sequence[Sending]) -> None:
    """Certainly nothing was done: these intents are no open questions."""
    ids = [one.intent.pk for one in sendings if one.intent is not None]
    WriteIntent.objects.filter(pk__in=ids).update(
        state=WriteIntent.State.SUPERSEDED, answered_at=timezone.now()
    )


def _keyed(work: Pass, sending: Sending, number: int) -> KeyedWrite:
    step = sending.steps[number]
    step = replace(step, made={**step.made, **sending.made})
    return KeyedWrite(step, request_id(work, step))


def request_id(work: Pass, write: Write) -> str:
    if write.operation is Operation.CREATE and write.source is not None:
        return keys.create_id(work.portal, work.realm, write.source, write.step, write.generation)
    if write.target is None:
        raise ValueError("a change needs a target")
    payload = simplejson.dumps([write.step, write.generation, wire.encode(write.fields)])
    return keys.change_id(
        work.realm, write.operation, write.target, write.expected_version, payload
    )


def require_time(work: Pass) -> None:
    """Send only while the lease leaves room for the whole time-out of a call. A call that waits for
    its turn is asked again when it has come: gate.py."""
    work.lease.make_room(settings.HTTP_TIMEOUT)


def _commit_intents(work: Pass, sendings: Sequence[Sending], keyed: Sequence[KeyedWrite]) -> None:
    now = timezone.now()
    with transaction.atomic():
        work.lease.guard_commit()
        other_companies.claim(work, keyed)
        batches = _store_batches(work, keyed, now)
        ids = [one.request_id for one in keyed]
        known = {row.request_id: row for row in WriteIntent.objects.filter(request_id__in=ids)}
        made: list[WriteIntent] = []
        for sending, one in zip(sendings, keyed, strict=True):
            batch = batches.get(one.batch_id)
            sending.intent = known.get(one.request_id) or _new_intent(work, one)
            _open(work, sending, one, batch, now)
            if sending.intent.pk is None:
                made.append(sending.intent)
            else:  # refused before, and sent again under the same id
                sending.intent.save()
        insert_all(made)
        _learn_keys(made)


def _learn_keys(made: Sequence[WriteIntent]) -> None:
    ids = [intent.request_id for intent in made]
    stored = WriteIntent.objects.filter(request_id__in=ids).order_by()
    keys_of = dict(stored.values_list("request_id", "pk"))
    for intent in made:
        intent.pk = keys_of[intent.request_id]


def _store_batches(work: Pass, keyed: Sequence[KeyedWrite], now: datetime) -> dict[str, WriteBatch]:
    members: dict[str, list[str]] = {}
    for one in keyed:
        if one.batch_id:
            members.setdefault(one.batch_id, []).append(one.request_id)
    WriteBatch.objects.bulk_create(
        [
            WriteBatch(
                batch_id=batch_id,
                integration=work.integration,
                side=keyed[0].write.side,
                members=ids,
                sent_at=now,
            )
            for batch_id, ids in members.items()
        ],
        update_conflicts=True,
        unique_fields=["batch_id"],
        update_fields=["integration", "side", "members", "sent_at"],
    )
    return WriteBatch.objects.in_bulk(list(members), field_name="batch_id")


def _new_intent(work: Pass, keyed: KeyedWrite) -> WriteIntent:
    write = keyed.write
    return WriteIntent(
        integration_id=work.integration.pk,
        side=write.side,
        entity=write.entity,
        operation=write.operation,
        source_id=write.source.id if write.source else "",
        target_id=write.target.id if write.target else "",
        step=write.step,
        generation=write.generation,
        request_id=keyed.request_id,
    )


def _open(
    work: Pass, sending: Sending, keyed: KeyedWrite, batch: WriteBatch | None, now: datetime
) -> None:
    intent = sending.intent
    if intent is None:
        return
    intent.state = WriteIntent.State.OPEN
    intent.link_id, intent.run_id, intent.fencing = sending.link.pk, work.run.pk, work.lease.fencing
    intent.body, intent.plan = wire.encode(keyed), dict(sending.settles)
    intent.batch_id = batch.pk if batch else None
    intent.attempts += 1
    intent.sent_at = now


def _commit_answers(
    work: Pass, answered: Iterable[tuple[Sending, WriteAnswer]], *, last: int
) -> None:
    """Answers of steps in the middle are closed here; that of the last step stays open until
    RECORD commits it together with the link."""
    intents: list[WriteIntent] = []
    with transaction.atomic():
        work.lease.guard_commit()
        for sending, answer in answered:
            sending.answer = answer
            if isinstance(answer, Done):
                sending.made = {**sending.made, **answer.made}
                sending.left = {**sending.left, **answer.left}
                sending.answer = replace(answer, made=sending.made)
                work.writes += 1
                if last + 1 < len(sending.steps) and sending.intent is not None:
                    closed(sending.intent, answer)
                    intents.append(sending.intent)
        save_closed(intents)


def close(intent: WriteIntent, answer: WriteAnswer) -> None:
    if closed(intent, answer):
        save_closed([intent])


def closed(intent: WriteIntent, answer: WriteAnswer) -> bool:
    """A definite answer; an unknown one leaves the intent open. Does not save."""
    match answer:
        case Unknown():
            return False
        case Done():
            intent.state = WriteIntent.State.DONE
            intent.vendor_request_id = answer.request_id
            intent.answer = {"made": dict(answer.made), "id": _id(answer.snapshot)}
        case _:
            intent.state = WriteIntent.State.REFUSED
            intent.vendor_request_id = answer.fault.request_id
            intent.answer = {
                "code": answer.fault.code,
                "message": answer.fault.message,
                "category": answer.fault.category,
            }
    intent.answered_at = timezone.now()
    return True


def save_closed(intents: Sequence[WriteIntent]) -> None:
    update_all(intents, ["state", "vendor_request_id", "answer", "answered_at"])


def _id(snapshot: Snapshot | None) -> str:
    return snapshot.ref.id if snapshot else ""
