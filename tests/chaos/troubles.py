"""What can befall a call on its way: each kind with a counter of how often it struck."""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.chaos.calls import Call

Answer = tuple[int, dict[str, str], bytes]
Forward = Callable[[Call], Answer]
When = Callable[[Call], bool]


class HangUpError(Exception):
    """The caller gets no answer: its connection is closed."""


@dataclass(frozen=True)
class Half:
    """An answer of which only the first half of the body is sent before the connection ends."""

    answer: Answer


Deed = Callable[[Call, Forward], "Answer | Half"]


@dataclass
class Trouble:
    name: str
    when: When
    deed: Deed
    times: int = 1
    probability: float = 1.0
    skip: int = 0  # so many calls it would hit go through first
    fired: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311

    def strikes(self, call: Call) -> bool:
        if self.fired >= self.times or not self.when(call):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.dice.random() >= self.probability:
            return False
        self.fired += 1
        return True


def is_write(call: Call) -> bool:
    return call.is_write


def is_read(call: Call) -> bool:
    return not call.is_write and not call.is_token


def is_any(call: Call) -> bool:
    return not call.is_token


def is_batch(call: Call) -> bool:
    return call.is_write and len(call.batch_items) > 1


def is_token(call: Call) -> bool:
    return call.is_token


def is_search(call: Call) -> bool:
    return call.is_search


def is_of_records(call: Call) -> bool:
    return call.is_of_records


def at(vendor: str, when: When) -> When:
    return lambda call: call.vendor == vendor and when(call)


# what is done with the call


def lost_before(call: Call, forward: Forward) -> Answer:
    raise HangUpError


def lost_after(call: Call, forward: Forward) -> Answer:
    forward(call)
    raise HangUpError


def half_open(seconds: float) -> Deed:
    """Taken, never answered, never carried out."""

    def hang(call: Call, forward: Forward) -> Answer:
        time.sleep(seconds)
        raise HangUpError

    return hang


def late(seconds: float) -> Deed:
    """Carried out at once, answered when nobody waits any more."""

    def deed(call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        time.sleep(seconds)
        return answer

    return deed


def carried_out_late(seconds: float) -> Deed:
    """Carried out when the caller has given up already."""

    def deed(call: Call, forward: Forward) -> Answer:
        time.sleep(seconds)
        return forward(call)

    return deed


def half(call: Call, forward: Forward) -> Half:
    return Half(forward(call))


def malformed(call: Call, forward: Forward) -> Answer:
    status, headers, body = forward(call)
    return status, headers, body[: len(body) // 2] or b'{"'


def refused(status: int, headers: dict[str, str] | None = None) -> Deed:
    def deed(call: Call, forward: Forward) -> Answer:
        return _refusal(call, status, headers or {})

    return deed


def refused_after(status: int) -> Deed:
    """The vendor did it and says that it failed."""

    def deed(call: Call, forward: Forward) -> Answer:
        forward(call)
        return _refusal(call, status, {})

    return deed


def killed_before(call: Call, forward: Forward) -> Answer:
    _signal(call.pid, signal.SIGKILL)
    raise HangUpError


def killed_after(call: Call, forward: Forward) -> Answer:
    forward(call)
    _signal(call.pid, signal.SIGKILL)
    raise HangUpError


def killed_in_a_batch(call: Call, forward: Forward) -> Answer:
    """The items of a batch are carried out one after the other: here the half of them."""
    items = call.batch_items
    some = replace(call, body=json.dumps({"BatchItemRequest": items[: len(items) // 2]}).encode())
    forward(some)
    _signal(call.pid, signal.SIGKILL)
    raise HangUpError


def killed_at_commit(flag: Path, where: str) -> Deed:
    """The answer arrives; the process dies at its next commit (`before` or `after` it)."""

    def deed(call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        flag.write_text(where)
        return answer

    return deed


def frozen(seconds: float, *, before: bool) -> Deed:
    """The process stands still past its lease while its write is on the way."""

    def deed(call: Call, forward: Forward) -> Answer:
        answer = None if before else forward(call)
        _signal(call.pid, signal.SIGSTOP)
        waker = threading.Timer(seconds, _signal, (call.pid, signal.SIGCONT))
        waker.daemon = True
        waker.start()
        return answer or forward(call)

    return deed


def meddled(meddle: Callable[[Call], None]) -> Deed:
    """Somebody does something at the very moment before the call is carried out."""

    def deed(call: Call, forward: Forward) -> Answer:
        meddle(call)
        return forward(call)

    return deed


def emptied(call: Call, forward: Forward) -> Answer:
    """The vendor suddenly shows nothing at all."""
    status, headers, body = forward(call)
    answer = json.loads(body)
    if call.vendor == "hubspot":
        return status, headers, json.dumps({"total": 0, "results": []}).encode()
    for name in ("QueryResponse", "CDCResponse"):
        if name in answer:
            answer[name] = {} if name == "QueryResponse" else [{"QueryResponse": [{}]}]
    return status, headers, json.dumps(answer).encode()


def cut_short(call: Call, forward: Forward) -> Answer:
    """Change data capture that is full, as it is told nowhere: the oldest half of the records is
    missing, and the others fill it up to a thousand."""
    status, headers, body = forward(call)
    answer = json.loads(body)
    parts = [part for one in answer.get("CDCResponse", []) for part in one["QueryResponse"]]
    lists = [rows for part in parts for rows in part.values() if isinstance(rows, list)]
    if rows := max(lists, key=len, default=[]):
        shown = rows[: max(1, len(rows) // 2)]
        rows[:] = [*shown, *[shown[-1]] * (1000 - len(shown))]
    return status, headers, json.dumps(answer).encode()


def looping(call: Call, forward: Forward) -> Answer:
    """A next page that leads to itself."""
    status, headers, body = forward(call)
    answer = json.loads(body)
    if call.vendor == "hubspot" and "results" in answer:
        answer["paging"] = {"next": {"after": "0", "link": ""}}
    return status, headers, json.dumps(answer).encode()


def _refusal(call: Call, status: int, headers: dict[str, str]) -> Answer:
    if call.is_token:
        body: object = {"error": "invalid_grant" if status == 400 else "server_error"}
    elif call.vendor == "hubspot":
        body = _hubspot_refusal(status)
    else:
        body = {"Fault": {"Error": [_quickbooks_error(status)], "type": "SERVICE"}}
    kind = {"Content-Type": "application/json"}
    return status, kind | headers, json.dumps(body).encode()


def _hubspot_refusal(status: int) -> dict[str, object]:
    more = {
        401: {"category": "INVALID_AUTHENTICATION"},
        403: {"category": "MISSING_SCOPES"},
        429: {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"},
    }
    return {
        "status": "error",
        "message": "trouble on the way",
        "correlationId": "00000000-0000-4000-8000-000000000001",
        **more.get(status, {}),
    }


def _quickbooks_error(status: int) -> dict[str, str]:
    code = {401: "3200", 403: "3100", 429: "3001"}.get(status, "10000")
    return {"Message": "trouble on the way", "Detail": "System Failure Error", "code": code}


def _signal(pid: int, number: int) -> None:
    if pid:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
