"""Rings the queue's bell. A task says only where to look; losing one loses no work, since the
sweep finds it a minute later."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django_q.tasks import async_task

from syncapp.models import (
    Integration,
    Lease,
    PendingChange,
    SyncRun,
    WebhookDelivery,
    WriteIntent,
)
from syncapp.pipeline import leaps

WORK = "syncapp.tasks.work"
REHEARSE = "syncapp.tasks.rehearse_draft"
REHEARSE_SECONDS = 840  # a whole load is played through; the queue hands a task out again after 900
# A sweep comes a little early or late; without slack every second one would find a pass too fresh.
SLACK = timedelta(seconds=20)
# A task that has not begun by then is not waited for any longer: it may be lost.
RINGS_FOR = timedelta(seconds=30)


def wake(integration_id: int, trigger: str = SyncRun.Trigger.SCHEDULE) -> None:
    """Rings once what is being committed now can be seen by the worker."""
    ring = partial(async_task, WORK, integration_id, str(trigger))
    transaction.on_commit(ring)


def wake_for_news(integration_ids: Iterable[int]) -> None:
    """Like `wake`, but many events ring once: not while a task is on its way, nor while somebody
    works on it, who looks for news before he ends. Where nothing could be done, not at all."""
    # the sweep rings too: what is stored must be acknowledged even if this fails
    transaction.on_commit(partial(_ring_once, list(integration_ids)), robust=True)


def _ring_once(integration_ids: Iterable[int]) -> None:
    now = timezone.now()
    is_free = Q(holder="") | Q(expires_at__isnull=True) | Q(expires_at__lte=now)
    is_silent = Q(rung_at__isnull=True) | Q(rung_at__lt=now - RINGS_FOR)
    deaf = Lease.objects.exclude(is_free & is_silent).values("integration")
    quiet = _runnable(now).filter(pk__in=integration_ids).exclude(pk__in=deaf)
    for pk in quiet.values_list("pk", flat=True):  # mostly none: then nothing is written
        Lease.objects.get_or_create(integration_id=pk)
        if Lease.objects.filter(is_free, is_silent, integration=pk).update(rung_at=now):
            async_task(WORK, pk, SyncRun.Trigger.WEBHOOK.value)


def answer(integration_id: int) -> None:
    """The task has begun: what arrives from now on rings again."""
    Lease.objects.filter(integration=integration_id).update(rung_at=None)


def rehearse_draft(rehearsal_id: int) -> None:
    transaction.on_commit(partial(async_task, REHEARSE, rehearsal_id, timeout=REHEARSE_SECONDS))


def wake_due() -> int:
    """Every integration whose interval is over or that has work waiting; answers how many."""
    leaps.set_right()
    due = _due_integrations()
    for integration_id in due:
        wake(integration_id)
    return len(due)


def has_due_work(integration_id: int) -> bool:
    due = PendingChange.objects.filter(integration=integration_id, due_at__lte=timezone.now())
    return due.exists() or has_news(integration_id)


def has_news(integration_id: int) -> bool:
    return WebhookDelivery.objects.filter(
        integration=integration_id, taken_at__isnull=True
    ).exists()


def _runnable(now: datetime) -> QuerySet[Integration]:
    return Integration.objects.filter(
        is_paused=False, hubspot__needs_reconnect=False, quickbooks__needs_reconnect=False
    ).exclude(Q(hubspot__paused_until__gt=now) | Q(quickbooks__paused_until__gt=now))


def _due_integrations() -> list[int]:
    now = timezone.now()
    mine = {"integration": OuterRef("pk")}
    pending = PendingChange.objects.filter(due_at__lte=now, **mine)
    unanswered = WriteIntent.objects.filter(state=WriteIntent.State.OPEN, **mine)
    news = WebhookDelivery.objects.filter(taken_at__isnull=True, **mine)
    # Passes that webhooks woke do not read everything.
    whole = SyncRun.objects.filter(**mine).exclude(trigger=SyncRun.Trigger.WEBHOOK)
    started = whole.order_by("-started_at").values("started_at")[:1]
    has_work = Exists(pending) | Exists(unanswered) | Exists(news)
    rows = (
        _runnable(now)
        .exclude(lease__expires_at__gt=now)
        .annotate(has_work=has_work, started=Subquery(started))
    )
    return [
        row.pk
        for row in rows
        if row.has_work or row.started is None or _is_over(row.started, row.interval_seconds, now)
    ]


def _is_over(started: datetime, interval_seconds: int, now: datetime) -> bool:
    is_ahead = started > now + SLACK  # a clock was
    return is_ahead or now - started >= timedelta(seconds=interval_seconds) - SLACK
