"""Runs passes in the foreground for the sync command: one, or one after the other until nothing
is owed, holding the lease all the while."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError
from django.db.models import Min
from django.utils import timezone

from syncapp.engine.records import Entity
from syncapp.errors import AuthorizationLost, Braked, Busy, SyncAppError
from syncapp.management.database import sentence_about
from syncapp.models import Integration, PendingChange, SyncRun
from syncapp.pipeline.context import Progress
from syncapp.pipeline.lease import Held, leased
from syncapp.pipeline.process import sync
from syncapp.reporting.status import status_of

SHORTEST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 5.0  # between two looks, so that the lease is renewed in time


@dataclass(slots=True)
class Outcome:
    """`reason`: why it could not run (busy, reconnect, brake, error); empty when it ran."""

    integration: Integration
    writes: int = 0
    api_calls: dict[str, int] = field(default_factory=dict)
    passes: int = 0
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    entities: Collection[Entity] = tuple(Entity)
    full: bool = False
    until_idle: bool = False
    limit_seconds: float = 900


def run(integration: Integration, asked: Asked, progress: Progress) -> Outcome:
    outcome = Outcome(integration)
    if integration.is_paused:
        outcome.reason, outcome.message = "error", f"“{integration.name}” is paused."
        return outcome
    try:
        with leased(integration) as lease:
            _passes(outcome, asked, progress, lease)
    except SyncAppError as error:
        outcome.reason, outcome.message = reason_of(error), error.message
    except OperationalError as error:
        outcome.reason, outcome.message = "error", sentence_about(error)
    return outcome


def reason_of(error: SyncAppError) -> str:
    match error:
        case Busy():
            return "busy"
        case AuthorizationLost():
            return "reconnect"
        case Braked():
            return "brake"
        case _:
            return "error"


def _passes(outcome: Outcome, asked: Asked, progress: Progress, lease: Held) -> None:
    until = time.monotonic() + asked.limit_seconds
    full = asked.full
    while True:
        _one_pass(outcome, asked, progress, lease, full=full, until=until)
        if not asked.until_idle or not _wait_for_more(outcome.integration, lease, until):
            return
        full = False


def _one_pass(
    outcome: Outcome,
    asked: Asked,
    progress: Progress,
    lease: Held,
    *,
    full: bool,
    until: float,
) -> None:
    report = sync(
        outcome.integration,
        trigger=SyncRun.Trigger.COMMAND,
        entities=asked.entities,
        full=full,
        seconds=max(1.0, until - time.monotonic()) if asked.until_idle else None,
        progress=progress,
        lease=lease,
    )
    outcome.passes += 1
    outcome.writes += report.writes
    for vendor, calls in report.api_calls.items():
        outcome.api_calls[vendor] = outcome.api_calls.get(vendor, 0) + calls


def _wait_for_more(integration: Integration, lease: Held, until: float) -> bool:
    """False when nothing is owed any more, or the time is up before something becomes due."""
    while time.monotonic() < until:
        status = status_of(integration)
        if not (status.pending_rows or status.open_intents):
            return False
        wait = _seconds_until_due(integration) if not status.open_intents else 1.0
        if wait <= 0:
            return True
        if time.monotonic() + wait > until:
            return False
        lease.renew()
        time.sleep(min(max(wait, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS))
        if status.open_intents:
            return True
    return False


def _seconds_until_due(integration: Integration) -> float:
    first: datetime | None = PendingChange.objects.filter(integration=integration).aggregate(
        first=Min("due_at")
    )["first"]
    return (first - timezone.now()).total_seconds() if first else 0.0
