"""Sends changes to webhook targets in the background: well-behaved, or as badly as the internet
and strangers do it."""

import http.client
import ipaddress
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.notices import Event, Notice, completed, hubspot_notice, quickbooks_notice

MODES = ("off", "normal", "duplicate", "reorder", "forge", "replay")
LARGEST_BATCH = 100  # hubspot-api.md 10.2; quickbooks-api.md 16 names about as many
COLLECT_SECONDS = {"reorder": 0.3}  # long enough to have something to put out of order
USUAL_COLLECT_SECONDS = 0.05
ANSWER_SECONDS = {"hubspot": 5, "quickbooks": 3}  # hubspot-api.md 10.3, quickbooks-api.md 16
RETRY_AFTER_SECONDS = (0.2, 0.5, 1.0, 2.0)  # the vendors take hours for theirs
REPLAY_AGE_MS = 6 * 60 * 1000  # past the five minutes a signature is good for
KEPT_DELIVERIES = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    url: str
    mode: str


@dataclass(frozen=True, slots=True)
class Delivery:
    events: tuple[Event, ...]
    is_forged: bool = False
    age_ms: int = 0


class Webhooks:
    """Its methods are called with the world's lock held; its sender threads take the lock only to
    look and to note, never while they talk to a target."""

    def __init__(
        self,
        lock: threading.RLock,
        accounts: Callable[[], Mapping[str, Any]],
        shape: Callable[[], str],
    ) -> None:
        self._changes = threading.Condition(lock)
        self._accounts = accounts
        self._shape = shape
        self._senders: dict[str, threading.Thread] = {}
        self._last_event = 0
        self.clear()

    def clear(self) -> None:
        self.targets: dict[str, Target] = {}
        self._pending: dict[str, list[Event]] = {"hubspot": [], "quickbooks": []}
        self._deliveries: deque[dict[str, Any]] = deque(maxlen=KEPT_DELIVERIES)
        self._busy = dict.fromkeys(self._pending, False)

    def direct(self, vendor: str, url: str, mode: str) -> None:
        """From now on changes of that vendor go there. Raises ValueError for other machines."""
        self._pending[vendor] = []
        if mode == "off":
            self.targets.pop(vendor, None)
            return
        _check_loopback(url)
        self.targets[vendor] = Target(url, mode)
        if vendor not in self._senders:
            sender = threading.Thread(target=self._send_changes, args=(vendor,), daemon=True)
            self._senders[vendor] = sender
            sender.start()

    def changed(self, vendor: str, event: Event) -> None:
        if vendor in self.targets:
            self._last_event += 1
            account = self._accounts()[vendor]
            self._pending[vendor].append(completed(vendor, event, self._last_event, account))
            self._changes.notify_all()

    def shown(self) -> dict[str, Any]:
        return {
            "targets": self.save(),
            "waiting": {name: len(events) for name, events in self._pending.items()},
            "is_sending": any(self._busy.values()),
            "deliveries": list(self._deliveries),
        }

    def save(self) -> dict[str, Any]:
        return {name: {"target": t.url, "mode": t.mode} for name, t in self.targets.items()}

    def load(self, saved: Mapping[str, Any]) -> None:
        self.clear()
        for vendor, target in saved.items():
            self.direct(vendor, target["target"], target["mode"])

    def _send_changes(self, vendor: str) -> None:
        while True:
            with self._changes:
                self._busy[vendor] = False
                while not self._pending[vendor]:
                    self._changes.wait()
                self._busy[vendor] = True
                target = self.targets[vendor]
            time.sleep(COLLECT_SECONDS.get(target.mode, USUAL_COLLECT_SECONDS))
            with self._changes:
                events, self._pending[vendor] = self._pending[vendor], []
            for delivery in _deliveries(events, target.mode):
                self._deliver(vendor, target, delivery)

    def _deliver(self, vendor: str, target: Target, delivery: Delivery) -> None:
        rests = () if delivery.is_forged or delivery.age_ms else RETRY_AFTER_SECONDS
        for attempt, rest in enumerate((*rests, 0.0)):
            with self._changes:
                if self.targets.get(vendor) != target:
                    return
                notice = self._notice(vendor, target, delivery, attempt)
            status = _post(target.url, notice, ANSWER_SECONDS[vendor])
            with self._changes:
                self._note(vendor, target, delivery, attempt, status)
            if 200 <= status < 300:
                return
            time.sleep(rest)

    def _notice(self, vendor: str, target: Target, delivery: Delivery, attempt: int) -> Notice:
        account = self._accounts()[vendor]
        secret = account["client_secret" if vendor == "hubspot" else "webhook_token"]
        if delivery.is_forged:
            secret = f"not {secret}"
        if vendor == "quickbooks":
            return quickbooks_notice(delivery.events, secret, self._shape())
        # real time, not the sandbox's: receiver and sender have the same clock in life too
        signed_at_ms = int(time.time() * 1000) - delivery.age_ms
        return hubspot_notice(
            delivery.events, secret, target.url, attempt=attempt, signed_at_ms=signed_at_ms
        )

    def _note(
        self, vendor: str, target: Target, delivery: Delivery, attempt: int, status: int
    ) -> None:
        self._deliveries.append(
            {
                "vendor": vendor,
                "target": target.url,
                "mode": target.mode,
                "events": len(delivery.events),
                "attempt": attempt,
                "status": status,
                "is_forged": delivery.is_forged,
                "is_replayed": delivery.age_ms > 0,
            }
        )


def _deliveries(events: list[Event], mode: str) -> Iterator[Delivery]:
    if mode == "reorder":
        yield from (Delivery((event,)) for event in reversed(events))
        return
    for start in range(0, len(events), LARGEST_BATCH):
        batch = tuple(events[start : start + LARGEST_BATCH])
        yield Delivery(batch, is_forged=mode == "forge")
        if mode == "duplicate":
            yield Delivery(batch)
        if mode == "replay":
            yield Delivery(batch, age_ms=REPLAY_AGE_MS)


def _post(url: str, notice: Notice, timeout: float) -> int:
    """The status of the answer, 0 when there was none."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, notice.body, dict(notice.headers))
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return response.status


def _check_loopback(url: str) -> None:
    """The sandbox must not become a way to send requests to other machines."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if parts.scheme != "http" or not is_loopback:
        raise ValueError('"target" of a webhook is an http address on this machine.')
