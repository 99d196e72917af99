"""Packs writes into batches and sends them, calls side by side."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace

from syncapp.connectors.quickbooks import invoices
from syncapp.connectors.quickbooks.answering import answer, not_sent, refused
from syncapp.connectors.quickbooks.batching import Batches, Member
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.connectors.quickbooks.lane import Lane
from syncapp.connectors.quickbooks.reading import Reader
from syncapp.connectors.quickbooks.unwritable import Unwritable
from syncapp.connectors.quickbooks.writing import Call, Writer, is_batchable
from syncapp.engine.keys import batch_id
from syncapp.engine.records import Entity
from syncapp.engine.writes import KeyedWrite, Operation, Refused, Unknown, Write, WriteAnswer
from syncapp.errors import (
    AuthorizationLost,
    OutcomeUnknown,
    Rejected,
    RemoteError,
    Unavailable,
)

REQUIRED_MISSING = "2020"
Group = list[tuple[int, KeyedWrite]]  # with the place each has among all


class Sender:
    def __init__(
        self,
        company: Company,
        writer: Writer,
        reader: Reader,
        pool: Executor,
        batch_size: int,
        lane: Lane | None = None,
    ) -> None:
        self._company = company
        self._writer = writer
        self._reader = reader
        self._pool = pool
        self._lane = lane
        self._batches = Batches(company, reader, batch_size)

    def pack(self, writes: Sequence[KeyedWrite]) -> tuple[KeyedWrite, ...]:
        """Types may be mixed; what cannot travel in a batch, or would be alone in one, goes
        alone."""
        batched = [index for index, keyed in enumerate(writes) if is_batchable(keyed.write)]
        if self._lane is not None:
            creates = [index for index in batched if _is_create(writes[index])]
            alone = self._lane.chosen(creates, self._batches.size)
            batched = [index for index in batched if index not in alone]
        packed = [replace(keyed, batch_id="") for keyed in writes]
        for start in range(0, len(batched), self._batches.size):
            members = batched[start : start + self._batches.size]
            if len(members) > 1:
                id = batch_id([writes[index].request_id for index in members])
                for index in members:
                    packed[index] = replace(writes[index], batch_id=id)
        return tuple(packed)

    def apply(self, writes: Sequence[KeyedWrite]) -> list[WriteAnswer]:
        groups = _groups(writes)
        outcomes = self._outcomes(groups)
        failures = [one for one in outcomes if isinstance(one, RemoteError)]
        if failures and len(failures) == len(outcomes):
            raise failures[0]
        answers: dict[int, WriteAnswer] = {}
        for group, outcome in zip(groups, outcomes, strict=True):
            for number, (index, _) in enumerate(group):
                answers[index] = (
                    not_sent(outcome) if isinstance(outcome, RemoteError) else (outcome[number])
                )
        return [answers[index] for index in range(len(writes))]

    def _outcomes(self, groups: Sequence[Group]) -> list[list[WriteAnswer] | RemoteError]:
        if len(groups) == 1:
            return [self._outcome(groups[0])]
        if self._lane is None:
            return list(self._pool.map(self._outcome, groups))
        number = sum(bool(group[0][1].batch_id) for group in groups)  # batches come first
        batches = self._lane.batches.map(self._outcome, groups[:number])
        singles = self._lane.singles.map(self._outcome, groups[number:])
        return [*batches, *singles]

    def _outcome(self, group: Group) -> list[WriteAnswer] | RemoteError:
        """An error only where certainly nothing of the group was done: the other groups' answers
        must not be lost with it."""
        try:
            return self._sent(group)
        except OutcomeUnknown as unknown:
            return [Unknown(unknown.message)] * len(group)
        except (Unavailable, AuthorizationLost) as failure:
            return failure
        except Rejected as rejection:
            return [refused(rejection.message)] * len(group)

    def _sent(self, group: Group) -> list[WriteAnswer]:
        keyed = [one for _, one in group]
        calls = [self._call(one) for one in keyed]
        members = [
            Member(place, one, call)
            for place, (one, call) in enumerate(zip(keyed, calls, strict=True))
            if isinstance(call, Call)
        ]
        answers = self._answers(members)
        given = map(self._completed, members, answers)
        return [next(given) if isinstance(call, Call) else call for call in calls]

    def _completed(self, member: Member, given: WriteAnswer) -> WriteAnswer:
        """quickbooks-api.md 3: a sparse update may still be asked for the required fields. It was
        refused, so it may come again with them; its id follows from the first one."""
        write = member.keyed.write
        if not _lacks_required(write, given):
            return given
        complete = invoices.completed(write)
        if complete is None:
            return given
        keyed = KeyedWrite(complete, batch_id([member.keyed.request_id]))
        outcome = self._outcome([(0, keyed)])
        return not_sent(outcome) if isinstance(outcome, RemoteError) else outcome[0]

    def _answers(self, members: Sequence[Member]) -> list[WriteAnswer]:
        if not members:
            return []
        first = members[0]
        if first.keyed.batch_id:
            return self._batches.send(members, first.keyed.batch_id)
        call = first.call
        family = "single" if self._lane is not None and _is_create(first.keyed) else ""
        reply = self._company.write(
            call.entity, call.body, first.keyed.request_id, call.params, family=family
        )
        return [answer(self._reader, first.keyed.write, reply.payload, reply)]

    def _call(self, keyed: KeyedWrite) -> Call | Refused:
        try:
            return self._writer.call(keyed.write)
        except Unwritable as reason:
            return refused(str(reason), category="bad_value")


def _is_create(keyed: KeyedWrite) -> bool:
    return keyed.write.operation is Operation.CREATE


def _lacks_required(write: Write, given: WriteAnswer) -> bool:
    return (
        write.entity is Entity.INVOICE
        and write.operation is Operation.UPDATE
        and isinstance(given, Refused)
        and given.fault.code == REQUIRED_MISSING
    )


def _groups(writes: Sequence[KeyedWrite]) -> list[Group]:
    """One for each call; the members of a batch keep their order."""
    batches: dict[str, Group] = defaultdict(list)
    groups: list[Group] = []
    for index, keyed in enumerate(writes):
        if keyed.batch_id:
            batches[keyed.batch_id].append((index, keyed))
        else:
            groups.append([(index, keyed)])
    return [*batches.values(), *groups]
