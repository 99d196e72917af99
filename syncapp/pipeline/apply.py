"""APPLY: commit the intents of a batch, send it, commit the answers.

Steps of a document are walked here, all documents of a batch side by side: the intents of step n
are committed, `apply` sends them, the answers are committed, then step n + 1.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import simplejson
from django.conf import settings

from syncapp.connectors.base import Connector
from syncapp.engine import keys, wire
from syncapp.engine.records import Presence, RecordRef, Side, Snapshot
from syncapp.engine.said import said
from syncapp.engine.writes import (
    Done,
    Fault,
    FaultKind,
    KeyedWrite,
    Operation,
    Refused,
    Write,
    WriteAnswer,
)
from syncapp.errors import AuthorizationLost, TooLate, Unavailable
from syncapp.pipeline import decisions, intents
from syncapp.pipeline.context import Pass
from syncapp.pipeline.guards import numbers
from syncapp.pipeline.sending import Sending

MOST_LOOKS = 5


def send_all(work: Pass, sendings: Sequence[Sending], *, is_patient: bool = True) -> None:
    """Fills in the answer of every sending. Raises what hits a whole call; what was answered
    before is committed. Who is not patient comes again for what has to wait long for its turn:
    it is left without an answer, but for a link of which something else was sent."""
    of_link = Counter(one.link.pk for one in sendings)
    for side, connector in work.connectors.items():
        ours = [sending for sending in sendings if sending.write.side is side]
        if not ours:
            continue
        for _ in range(MOST_LOOKS):
            waiting = _send_missing(work, connector, ours)
            _believe(connector, waiting)
            left = [one for one in waiting if one.answer is None]
            if not left or (not is_patient and all(of_link[one.link.pk] == 1 for one in left)):
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


def _believe(connector: Connector, sendings: Sequence[Sending]) -> None:
    """QuickBooks replays the answers of records that were deleted since."""
    doubtful = [
        (sending, sending.answer)
        for sending in sendings
        if isinstance(sending.answer, Done) and sending.answer.may_be_replay
    ]
    now = read_back(connector, [answer for _, answer in doubtful])
    for (sending, _), answer in zip(doubtful, now, strict=True):
        sending.answer = answer


def read_back(connector: Connector, answers: Sequence[Done]) -> list[WriteAnswer]:
    """Answers that may be old ones: believed only when the record is there."""
    refs = [one.snapshot.ref for one in answers if one.snapshot is not None]
    now = connector.fetch(refs) if refs else {}
    return [_as_found(one, now) for one in answers]


def _as_found(answer: Done, now: Mapping[RecordRef, Snapshot]) -> WriteAnswer:
    snapshot = now.get(answer.snapshot.ref) if answer.snapshot else None
    if snapshot is None:
        return answer
    if snapshot.presence is Presence.GONE:
        return Refused(Fault(FaultKind.GONE, message=said("It was deleted since.")))
    return replace(answer, snapshot=snapshot)


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
    is that look-up already; so is a list of QuickBooks that was asked for then."""
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
    for entity in {one.write.entity for one in keyed_writes}:
        looked_up_at = min(looked_up_at, connector.asked_at(entity) or looked_up_at)
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
    intents.commit(work, sendings, keyed)
    require_time(work)
    try:
        answers = connector.apply(keyed)
    except TooLate:
        intents.take_back(sendings)
        return
    except (Unavailable, AuthorizationLost):
        intents.take_back(sendings)
        raise
    given = list(zip(sendings, answers, strict=True))
    intents.take_back([sending for sending, answer in given if _came_too_late(answer)])
    given = [pair for pair in given if not _came_too_late(pair[1])]
    intents.commit_answers(work, given, last=number)


def _came_too_late(answer: WriteAnswer) -> bool:
    return isinstance(answer, Refused) and answer.fault.code == TooLate.__name__


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
