"""Rings the queue's bell. A task says only where to look; losing one loses no work, since the
sweep finds it a minute later."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django_q.tasks import async_task

from syncapp.models import Integration, PendingChange, SyncRun, WriteIntent

WORK = "syncapp.tasks.work"
REHEARSE = "syncapp.tasks.rehearse_draft"
REHEARSE_SECONDS = 840  # a whole load is played through; the queue hands a task out again after 900
# A sweep comes a little early or late; without slack every second one would find a pass too fresh.
SLACK = timedelta(seconds=20)


def wake(integration_id: int, trigger: str = SyncRun.Trigger.SCHEDULE) -> None:
    """Rings once what is being committed now can be seen by the worker."""
    ring = partial(async_task, WORK, integration_id, str(trigger))
    transaction.on_commit(ring)


def rehearse_draft(rehearsal_id: int) -> None:
    transaction.on_commit(partial(async_task, REHEARSE, rehearsal_id, timeout=REHEARSE_SECONDS))


def wake_due() -> int:
    """Every integration whose interval is over or that has work waiting; answers how many."""
    due = _due_integrations()
    for integration_id in due:
        wake(integration_id)
    return len(due)


def has_due_work(integration_id: int) -> bool:
    return PendingChange.objects.filter(
        integration=integration_id, due_at__lte=timezone.now()
    ).exists()


def _due_integrations() -> list[int]:
    now = timezone.now()
    mine = {"integration": OuterRef("pk")}
    pending = PendingChange.objects.filter(due_at__lte=now, **mine)
    unanswered = WriteIntent.objects.filter(state=WriteIntent.State.OPEN, **mine)
    started = SyncRun.objects.filter(**mine).order_by("-started_at").values("started_at")[:1]
    rows = (
        Integration.objects.filter(
            is_paused=False, hubspot__needs_reconnect=False, quickbooks__needs_reconnect=False
        )
        .exclude(lease__expires_at__gt=now)
        .exclude(Q(hubspot__paused_until__gt=now) | Q(quickbooks__paused_until__gt=now))
        .annotate(has_work=Exists(pending) | Exists(unanswered), started=Subquery(started))
    )
    return [
        row.pk
        for row in rows
        if row.has_work or row.started is None or _is_over(row.started, row.interval_seconds, now)
    ]


def _is_over(started: datetime, interval_seconds: int, now: datetime) -> bool:
    return now - started >= timedelta(seconds=interval_seconds) - SLACK
