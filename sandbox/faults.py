"""Trouble on demand: calls that are refused, lost, late or garbled, as a test planned them."""

import random
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.asked import Asked
from sandbox.web import Request, Response, json_response

KINDS = ("status", "timeout", "drop_after_commit", "drop_before_commit", "slow", "malformed")
REACHING_VENDOR = ("drop_after_commit", "slow", "malformed")
ALL_VENDORS = ("", "hubspot", "quickbooks")
METHODS = ("", "GET", "POST", "PATCH", "PUT", "DELETE")


@dataclass(slots=True)
class Fault:
    """`timeout` never answers and changes nothing; `slow` carries the call out at once and answers
    late; `malformed` carries it out and cuts its answer short."""

    id: int
    kind: str
    vendor: str = ""
    method: str = ""
    path: str = ""
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 0.0
    times: int | None = None
    probability: float = 1.0
    seed: int = 0
    fired: int = 0
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311  repeatable on purpose

    def strikes(self, vendor: str, request: Request) -> bool:
        if self.times is not None and self.fired >= self.times:
            return False
        if self.vendor not in ("", vendor) or self.method not in ("", request.method):
            return False
        full_path = f"/{vendor}{request.path}"
        if not re.search(self.path, request.path) and not re.search(self.path, full_path):
            return False
        return self.dice.random() < self.probability

    def refusal(self, vendor: str) -> Response:
        """The answer of a `status` fault; without a body of its own it speaks as the vendor."""
        body = _vendor_body(vendor, self.status) if self.body is None else self.body
        if isinstance(body, str):
            response = Response(self.status, body.encode(), {"Content-Type": "text/plain"})
        else:
            response = json_response(body, self.status)
        response.headers |= self.headers
        return response

    def shown(self) -> dict[str, Any]:
        names = ("id", "kind", "vendor", "method", "path", "times", "probability", "fired")
        return {name: getattr(self, name) for name in names}


class Faults:
    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._last_id = 0

    def plan(self, asked: Asked) -> int:
        kind = asked.choice("kind", KINDS)
        fault = Fault(
            id=self._last_id + 1,
            kind=kind,
            vendor=asked.choice("vendor", ALL_VENDORS, ""),
            method=asked.choice("method", METHODS, ""),
            path=_regex(asked.text("path", "")),
            status=_status(asked.count("status", 500, least=100)),
            headers={name: str(value) for name, value in asked.mapping("headers").items()},
            body=asked.anything("body"),
            seconds=asked.number("seconds", 60 if kind == "timeout" else 5, most=3600),
            times=asked.count("times", least=1) if asked.has("times") else None,
            probability=asked.number("probability", 1, most=1),
            seed=asked.count("seed", 0),
        )
        asked.nothing_else()
        self._last_id = fault.id
        self._planned.append(fault)
        return fault.id

    def strike(self, vendor: str, request: Request) -> Fault | None:
        for fault in self._planned:
            if fault.strikes(vendor, request):
                fault.fired += 1
                return fault
        return None

    def shown(self) -> list[dict[str, Any]]:
        return [fault.shown() for fault in self._planned]

    def clear(self) -> None:
        self._planned.clear()


def garbled(response: Response) -> Response:
    """Half of the answer: valid HTTP around JSON that ends in the middle."""
    response.body = response.body[: len(response.body) // 2] or b'{"'
    return response


def _vendor_body(vendor: str, status: int) -> dict[str, Any]:
    if vendor == "hubspot":
        return _hubspot_body(status)
    if status == 429:  # quickbooks-api.md 14
        error = {
            "Message": "message=ThrottleExceeded; errorCode=003001; statusCode=429",
            "Detail": "The request limit was reached.",
            "code": "3001",
        }
    else:
        error = {
            "Message": "An application error has occurred while processing your request",
            "Detail": "System Failure Error: injected fault",
            "code": "10000",
        }
    return {"Fault": {"Error": [error], "type": "SERVICE"}}


def _hubspot_body(status: int) -> dict[str, Any]:
    if status == 429:  # hubspot-api.md 11
        message = "You have reached your ten_secondly_rolling limit."
        return {
            "status": "error",
            "message": message,
            "errorType": "RATE_LIMIT",
            "policyName": "TEN_SECONDLY_ROLLING",
            "correlationId": "00000000-0000-4000-8000-000000000429",
        }
    return {
        "status": "error",
        "message": "internal error",
        "correlationId": f"00000000-0000-4000-8000-000000000{status}",
    }


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f'"path" of a fault is not a regular expression: {error}.') from None
    return pattern


def _status(status: int) -> int:
    if status > 599:
        raise ValueError('"status" of a fault is an HTTP status from 100 to 599.')
    return status
