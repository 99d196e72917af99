"""Packs writes into batches and sends them, calls side by side."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

from syncapp.connectors.quickbooks import faults
from syncapp.connectors.quickbooks.answering import answer, refusal, refused
from syncapp.connectors.quickbooks.endpoints import Company, Reply
from syncapp.connectors.quickbooks.reading import Reader
from syncapp.connectors.quickbooks.unwritable import Unwritable
from syncapp.connectors.quickbooks.writing import Call, Writer, is_batchable
from syncapp.engine.keys import batch_id
from syncapp.engine.writes import FaultKind, KeyedWrite, Refused, Unknown, Write, WriteAnswer
from syncapp.errors import (
    AuthorizationLost,
    OutcomeUnknown,
    Rejected,
    RemoteError,
    Unavailable,
)

Group = list[tuple[int, KeyedWrite]]  # with the place each has among all


class Sender:
    def __init__(
        self, company: Company, writer: Writer, reader: Reader, pool: Executor, batch_size: int
    ) -> None:
        self._company = company
        self._writer = writer
        self._reader = reader
        self._pool = pool
        self._batch_size = batch_size

    def pack(self, writes: Sequence[KeyedWrite]) -> tuple[KeyedWrite, ...]:
        """Types may be mixed; what cannot travel in a batch, or would be alone in one, goes
        alone."""
        batched = [index for index, keyed in enumerate(writes) if is_batchable(keyed.write)]
        packed = [replace(keyed, batch_id="") for keyed in writes]
        for start in range(0, len(batched), self._batch_size):
            members = batched[start : start + self._batch_size]
            if len(members) > 1:
                id = batch_id([writes[index].request_id for index in members])
                for index in members:
                    packed[index] = replace(writes[index], batch_id=id)
        return tuple(packed)

    def apply(self, writes: Sequence[KeyedWrite]) -> list[WriteAnswer]:
        groups = _groups(writes)
        if len(groups) == 1:
            outcomes = [self._outcome(groups[0])]
        else:
            outcomes = list(self._pool.map(self._outcome, groups))
        failures = [one for one in outcomes if isinstance(one, RemoteError)]
        if failures and len(failures) == len(outcomes):
            raise failures[0]
        answers: dict[int, WriteAnswer] = {}
        for group, outcome in zip(groups, outcomes, strict=True):
            for number, (index, _) in enumerate(group):
                answers[index] = (
                    _not_sent(outcome) if isinstance(outcome, RemoteError) else (outcome[number])
                )
        return [answers[index] for index in range(len(writes))]

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
        calls = [self._call(keyed) for _, keyed in group]
        writable = [(one, call) for one, call in enumerate(calls) if isinstance(call, Call)]
        keyed = [keyed for _, keyed in group]
        if not writable:
            answers: list[WriteAnswer] = []
        elif keyed[0].batch_id:
            answers = self._batch(keyed, writable)
        else:
            answers = [self._single(keyed[0], writable[0][1])]
        given = iter(answers)
        return [next(given) if isinstance(call, Call) else call for call in calls]

    def _call(self, keyed: KeyedWrite) -> Call | Refused:
        try:
            return self._writer.call(keyed.write)
        except Unwritable as reason:
            return refused(str(reason), category="bad_value")

    def _single(self, keyed: KeyedWrite, call: Call) -> WriteAnswer:
        reply = self._company.write(call.entity, call.body, keyed.request_id, call.params)
        return self._read(keyed.write, reply.payload, reply)

    def _batch(
        self, keyed: Sequence[KeyedWrite], writable: Sequence[tuple[int, Call]]
    ) -> list[WriteAnswer]:
        items = [
            # its place is its name, so that a repeated batch says the same (quickbooks-api.md 13)
            {"bId": str(place), "operation": call.operation, call.entity: call.body}
            for place, call in writable
        ]
        reply = self._company.batch(items, keyed[0].batch_id)
        writes = [keyed[place].write for place, _ in writable]
        if reply.errors:
            return self._batch_refused(writes, reply)
        parts = _parts(reply.payload)
        return [
            self._read(write, parts[str(place)], reply)
            if str(place) in parts
            else Unknown("QuickBooks' answer leaves this record out.")
            for write, (place, _) in zip(writes, writable, strict=True)
        ]

    def _read(self, write: Write, part: Any, reply: Reply) -> WriteAnswer:
        """From here on it was sent: a look-up that fails now must not make it undone."""
        try:
            return answer(self._reader, write, part, reply)
        except RemoteError as failure:
            return Unknown(failure.message)

    def _batch_refused(self, writes: Iterable[Write], reply: Reply) -> list[WriteAnswer]:
        if reply.errors[0].code == faults.BATCH_TOO_BIG:
            self._batch_size = max(1, self._batch_size // 2)
        return [refusal(write, reply.errors, reply) for write in writes]


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


def _parts(payload: Any) -> dict[str, Any]:
    parts = payload.get("BatchItemResponse") if isinstance(payload, dict) else None
    if not isinstance(parts, list):
        raise OutcomeUnknown("QuickBooks' answer to the batch cannot be read.", side="quickbooks")
    return {str(part.get("bId")): part for part in parts if isinstance(part, dict)}


def _not_sent(failure: RemoteError) -> WriteAnswer:
    return refused(failure.message, FaultKind.BUSY)
