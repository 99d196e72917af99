"""The same request once more, for creates in QuickBooks that a look-up has not found: part of
RECOVER. It may be the answer to the first one that comes, also when its record is gone since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncapp.connectors.base import Connector
from syncapp.engine.compare import fold
from syncapp.engine.records import RecordRef, Side, Snapshot
from syncapp.engine.rules import FieldKind
from syncapp.engine.writes import (
    Done,
    FaultKind,
    KeyedWrite,
    Operation,
    Refused,
    Unknown,
    WriteAnswer,
)
from syncapp.models import WriteBatch, WriteIntent
from syncapp.pipeline.apply import read_back, require_time
from syncapp.pipeline.context import Pass


@dataclass(frozen=True, slots=True)
class Look:
    """Writes without an answer, and which of them were there at that (monotonic) time, by request
    id."""

    keyed: Mapping[str, KeyedWrite]
    found: Mapping[str, Snapshot]
    at: float


def send_again(
    work: Pass, connector: Connector, group: Sequence[WriteIntent], look: Look
) -> dict[str, WriteAnswer]:
    """Of a group that travelled in one call. Raises `TooLate` where it cannot go so soon after the
    look-up."""
    missing = [one for one in group if one.request_id not in look.found]
    repeatable = [one for one in missing if _may_be_repeated(one)]
    if not repeatable:
        return {}
    is_whole = len(repeatable) == _members(group)
    again = [look.keyed[one.request_id] for one in repeatable]
    if not is_whole:
        again = [KeyedWrite(one.write, one.request_id) for one in again]
    require_time(work)
    with work.gates[connector.side].looked_up(look.at):
        answers = connector.apply(again)
    return _believed(connector, again, answers)


def _believed(
    connector: Connector, again: Sequence[KeyedWrite], answers: Sequence[WriteAnswer]
) -> dict[str, WriteAnswer]:
    believed = {
        one.request_id: _seen_through(connector, one, answer)
        for one, answer in zip(again, answers, strict=True)
    }
    done = {id_: one for id_, one in believed.items() if isinstance(one, Done)}
    return believed | dict(zip(done, read_back(connector, list(done.values())), strict=True))


def _seen_through(connector: Connector, keyed: KeyedWrite, answer: WriteAnswer) -> WriteAnswer:
    """Not done now: that says nothing of the first request. Refused because there is one already:
    when that one is what we sent, the first request has made it, and only the search did not show
    it yet."""
    write = keyed.write
    if isinstance(answer, Refused) and answer.fault.kind is FaultKind.BUSY:
        return Unknown(answer.fault.message)
    if not isinstance(answer, Refused) or not answer.fault.existing_id:
        return answer
    ref = RecordRef(write.side, write.entity, answer.fault.existing_id)
    there = connector.fetch([ref])[ref]
    is_ours = there.is_live and all(
        fold(FieldKind.NAME, there.get(name)) == fold(FieldKind.NAME, value)
        for name, value in write.fields.items()
        if isinstance(value, str) and name in there.fields
    )
    return Done(there) if is_ours else answer


def _members(group: Sequence[WriteIntent]) -> int:
    batch = group[0].batch
    return len(batch.members) if isinstance(batch, WriteBatch) else 1


def _may_be_repeated(intent: WriteIntent) -> bool:
    """Creates in QuickBooks, under the same id. Everything else is decided again from a fresh
    read: HubSpot recognises our keys, and a change that did not happen has the same id again."""
    return intent.side == Side.QUICKBOOKS and intent.operation == Operation.CREATE
