"""Sends many inputs of one kind in batches and finds out what came of each.

A call that is refused as a whole did nothing, so it is halved until the culprit stands alone. An
input that an answer does not mention is unknown, never taken for done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syncapp.connectors.hubspot.calls import SideBySide, chunks
from syncapp.connectors.hubspot.endpoints import Endpoints
from syncapp.connectors.hubspot.faults import VendorError, fault
from syncapp.connectors.hubspot.objects import KEY, ObjectType
from syncapp.connectors.hubspot.replies import BatchAnswer, Record
from syncapp.engine.said import said
from syncapp.engine.writes import Fault, FaultKind, Refused, Unknown
from syncapp.errors import AuthorizationLost, OutcomeUnknown, RemoteError, Unavailable


@dataclass(frozen=True, slots=True)
class Input:
    """`trace_id` is unique in its call: it tells which input an error is about (hubspot-api.md 4
    [ERR]). `key` finds the result of a create where the answer does not repeat the trace id."""

    trace_id: str
    body: Mapping[str, Any]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    record: Record
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Unsent:
    """Certainly not done, and not this record's fault."""

    error: RemoteError

    def refused(self) -> Refused:
        code = self.error.code or type(self.error).__name__
        return Refused(
            Fault(
                FaultKind.BUSY,
                code=code,
                message=self.error.message,
                category="limit",
                request_id=self.error.request_id,
            )
        )


# Statuses by which one bad input fails a whole call; a missing scope or a lock concerns them all.
_FOR_ONE_INPUT = (400, 404, 409, 422)

Outcome = Sent | Refused | Unknown | Unsent
Outcomes = dict[str, Outcome]  # by trace id


class Sender:
    def __init__(self, endpoints: Endpoints, side_by_side: SideBySide, batch: int) -> None:
        self._endpoints = endpoints
        self._side_by_side = side_by_side
        self._batch = batch

    def send(self, kind: ObjectType, action: str, inputs: Sequence[Input]) -> Outcomes:
        outcomes: Outcomes = {}
        for answer in self._side_by_side.each(
            lambda some: self._call(kind, action, some), chunks(inputs, self._batch)
        ):
            outcomes |= answer
        return outcomes

    def _call(self, kind: ObjectType, action: str, inputs: Sequence[Input]) -> Outcomes:
        bodies = [_with_trace(action, given) for given in inputs]
        try:
            answer = self._endpoints.batch(kind, action, bodies)
        except OutcomeUnknown as unknown:
            return {given.trace_id: Unknown(unknown.message) for given in inputs}
        except (Unavailable, AuthorizationLost) as error:
            return {given.trace_id: Unsent(error) for given in inputs}
        if answer.refusal is None:
            return _matched(action, inputs, answer)
        if len(inputs) == 1 or answer.refusal.status not in _FOR_ONE_INPUT:
            refused = Refused(fault(answer.refusal))
            return {given.trace_id: refused for given in inputs}
        middle = len(inputs) // 2
        return {
            **self._call(kind, action, inputs[:middle]),
            **self._call(kind, action, inputs[middle:]),
        }


def _with_trace(action: str, given: Input) -> dict[str, Any]:
    if action == "archive":  # takes ids alone: hubspot-api.md 4
        return {"id": given.body["id"]}
    return {**given.body, "objectWriteTraceId": given.trace_id}


def _matched(action: str, inputs: Sequence[Input], answer: BatchAnswer) -> Outcomes:
    outcomes: Outcomes = {}
    silent = Unknown(said("HubSpot's answer does not mention this record."))
    results = _results_by_name(answer.results)
    for given in inputs:
        error = _error_about(given, inputs, answer.errors)
        if error is not None:
            outcomes[given.trace_id] = Refused(fault(error))
            continue
        record = next((results[name] for name in _names(given) if name in results), None)
        if record is None and action == "archive":  # a 204 is silent about everybody
            record = {"id": given.body["id"], "archived": True}
        outcomes[given.trace_id] = silent if record is None else Sent(record, answer.request_id)
    return outcomes


def _results_by_name(results: Sequence[Record]) -> dict[tuple[str, str], Record]:
    named: dict[tuple[str, str], Record] = {}
    for record in results:
        named["id", str(record["id"])] = record
        if record.get("objectWriteTraceId"):
            named["trace", str(record["objectWriteTraceId"])] = record
        key = (record.get("properties") or {}).get(KEY)
        if key:
            named["key", key] = record
    return named


def _names(given: Input) -> list[tuple[str, str]]:
    names = [("trace", given.trace_id)]
    if "id" in given.body and "idProperty" not in given.body:
        names.append(("id", str(given.body["id"])))
    if given.key:
        names.append(("key", given.key))
    return names


def _error_about(
    given: Input, inputs: Sequence[Input], errors: Sequence[VendorError]
) -> VendorError | None:
    for error in errors:
        if given.trace_id in error.trace_ids:
            return error
        if not error.trace_ids and (
            len(inputs) == 1 or str(given.body.get("id", "")) in error.record_ids
        ):
            return error
    return None
