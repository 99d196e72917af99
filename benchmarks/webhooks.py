"""How fast webhooks are acknowledged at fifty a second while a pass writes to the same SQLite."""

import base64
import hmac
import json
import math
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import requests

from benchmarks.floors import Size
from benchmarks.freshness import be_told_by, stage_at
from benchmarks.report import Report
from benchmarks.serving import free_port, serving
from benchmarks.stage import Stage

A_SECOND = 50
EVENTS = 5  # in each request
BAR = 1.0  # Intuit gives up after 3 seconds, HubSpot after 5
SENDERS = 20  # HubSpot alone sends up to ten at once

_numbers = count(1)
_session = threading.local()


def run(report: Report, *, quick: bool) -> None:
    seconds = 5 if quick else 15
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, stage_at(port) as here:
        here.load("hubspot", Size(500 if quick else 4000))
        be_told_by(here)
        with serving(here.ours, Path(folder), port) as address:
            took, answers = _send(here, address, seconds)
            passes = here.simulator.requests()["writes"]
    report.value("webhooks acknowledged p99 seconds", _percentile(took, 99), BAR)
    report.value("webhooks not acknowledged", sum(status != 200 for status in answers), 0)
    report.note(
        f"{len(took)} requests of {EVENTS} events, median {1000 * _percentile(took, 50):.0f} ms, "
        f"longest {1000 * max(took):.0f} ms; {passes} writes to the vendors meanwhile"
    )


def _send(here: Stage, address: str, seconds: int) -> tuple[list[float], list[int]]:
    """At their own pace, however long the answers take."""
    accounts = here.simulator.accounts
    took: list[float] = []
    answers: list[int] = []

    def post() -> None:
        path, body, headers = _letter(accounts, address)
        started = time.monotonic()
        answers.append(_own_session().post(path, body, headers=headers, timeout=30).status_code)
        took.append(time.monotonic() - started)

    with ThreadPoolExecutor(SENDERS) as senders:
        started = time.monotonic()
        for number in range(seconds * A_SECOND):
            time.sleep(max(0.0, started + number / A_SECOND - time.monotonic()))
            senders.submit(post)
    return took, answers


def _letter(accounts: Mapping[str, Any], address: str) -> tuple[str, bytes, dict[str, str]]:
    number = next(_numbers)
    return (
        _from_hubspot(accounts, address, number)
        if number % 2
        else _from_intuit(accounts, address, number)
    )


def _from_hubspot(
    accounts: Mapping[str, Any], address: str, number: int
) -> tuple[str, bytes, dict[str, str]]:
    hubspot = accounts["hubspot"]
    events = [
        {
            "eventId": number * EVENTS + place,
            "portalId": int(hubspot["portal_id"]),
            "occurredAt": number,
            "subscriptionType": "object.propertyChange",
            "objectTypeId": "0-1",
            "objectId": 900_000_000 + (number * EVENTS + place) % 500,
            "propertyName": "phone",
        }
        for place in range(EVENTS)
    ]
    body, at = json.dumps(events).encode(), str(int(time.time() * 1000))
    url = f"{address}/webhooks/hubspot/"
    headers = {
        "X-HubSpot-Signature-v3": _signature(
            hubspot["client_secret"], b"POST" + url.encode() + body + at.encode()
        ),
        "X-HubSpot-Request-Timestamp": at,
    }
    return url, body, headers


def _from_intuit(
    accounts: Mapping[str, Any], address: str, number: int
) -> tuple[str, bytes, dict[str, str]]:
    quickbooks = accounts["quickbooks"]
    events = [
        {
            "id": f"{number}-{place}",
            "source": "intuit.benchmark=",
            "type": "qbo.customer.updated.v1",
            "intuitentityid": str(900_000 + (number * EVENTS + place) % 500),
            "intuitaccountid": quickbooks["companies"][0]["realm_id"],
        }
        for place in range(EVENTS)
    ]
    body = json.dumps(events).encode()
    headers = {"intuit-signature": _signature(quickbooks["webhook_token"], body)}
    return f"{address}/webhooks/quickbooks/", body, headers


def _signature(key: str, message: bytes) -> str:
    return base64.b64encode(hmac.digest(key.encode(), message, "sha256")).decode()


def _own_session() -> requests.Session:
    """One for each thread: a session is not made to be shared."""
    if not hasattr(_session, "one"):
        _session.one = requests.Session()
        _session.one.trust_env = False
    one: requests.Session = _session.one
    return one


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[math.ceil(percent / 100 * len(values)) - 1]
