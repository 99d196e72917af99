"""One batch call: its items, its answers, and what to do when it is too big."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from syncapp.connectors.quickbooks import faults
from syncapp.connectors.quickbooks.answering import answer, not_sent, refusal
from syncapp.connectors.quickbooks.endpoints import Company, Reply
from syncapp.connectors.quickbooks.reading import Reader
from syncapp.connectors.quickbooks.writing import Call
from syncapp.engine.keys import batch_id
from syncapp.engine.said import said
from syncapp.engine.writes import KeyedWrite, Unknown, WriteAnswer
from syncapp.errors import OutcomeUnknown, RemoteError


@dataclass(frozen=True, slots=True)
class Member:
    """`place` in the batch is its name there, so that a repeated batch says the same
    (quickbooks-api.md 13)."""

    place: int
    keyed: KeyedWrite
    call: Call

    @property
    def item(self) -> dict[str, Any]:
        call = self.call
        return {"bId": str(self.place), "operation": call.operation, call.entity: call.body}


class Batches:
    """`size` is how many writes go into one; it shrinks when QuickBooks takes fewer."""

    def __init__(self, company: Company, reader: Reader, size: int) -> None:
        self._company = company
        self._reader = reader
        self.size = size

    def send(self, members: Sequence[Member], request_id: str) -> list[WriteAnswer]:
        reply = self._company.batch([member.item for member in members], request_id)
        if not reply.errors:
            return self._answers(members, reply)
        if reply.errors[0].code == faults.BATCH_TOO_BIG and len(members) > 1:
            return self._halved(members)
        return [refusal(member.keyed.write, reply.errors, reply) for member in members]

    def _answers(self, members: Sequence[Member], reply: Reply) -> list[WriteAnswer]:
        parts = _parts(reply.payload)
        return [
            answer(self._reader, member.keyed.write, parts[str(member.place)], reply)
            if str(member.place) in parts
            else Unknown(said("QuickBooks' answer leaves this record out."))
            for member in members
        ]

    def _halved(self, members: Sequence[Member]) -> list[WriteAnswer]:
        """Nothing of a batch that is too big was done. The halves' ids follow from their members,
        so that the whole batch, sent again after a crash, ends in the same two calls."""
        middle = (len(members) + 1) // 2
        self.size = min(self.size, middle)
        answers: list[WriteAnswer] = []
        for half in (members[:middle], members[middle:]):
            id = batch_id([member.keyed.request_id for member in half])
            try:
                answers += self.send(half, id)
            except OutcomeUnknown as unknown:
                answers += [Unknown(unknown.message)] * len(half)
            except RemoteError as failure:
                answers += [not_sent(failure)] * len(half)
        return answers


def _parts(payload: Any) -> dict[str, Any]:
    parts = payload.get("BatchItemResponse") if isinstance(payload, dict) else None
    if not isinstance(parts, list):
        raise OutcomeUnknown(
            said("QuickBooks' answer to the batch cannot be read."), side="quickbooks"
        )
    return {str(part.get("bId")): part for part in parts if isinstance(part, dict)}
