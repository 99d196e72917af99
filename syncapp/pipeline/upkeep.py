"""Housekeeping, a little every minute: old entries of the history go, and the kept counts are
compared with the records. Each step is a short transaction, so nobody waits for it.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from syncapp.engine.plan import State
from syncapp.errors import Busy
from syncapp.models import Integration, SyncActivity, Upkeep
from syncapp.pipeline import tally

KEPT_OF_EACH = 20  # entries of a record, however old: a page of its story
_SECONDS = 2.0
_STEP = 500
_REST = timedelta(days=1)
_ACTIVITY = "activity"
_STATES = [state.value for state in State]


def do_some(clock: Callable[[], float] = time.monotonic) -> int:
    """Answers how many entries went."""
    recount_daily()
    return prune(until=clock() + _SECONDS, clock=clock)


def prune(*, until: float, clock: Callable[[], float] = time.monotonic) -> int:
    """Goes through the history from its beginning, once a day, as far as it comes until then."""
    mark, _ = Upkeep.objects.get_or_create(name=_ACTIVITY)
    now, gone = timezone.now(), 0
    if not mark.place and _is_resting(mark, now):
        return 0
    while clock() < until:
        step = list(
            SyncActivity.objects.filter(pk__gt=mark.place)
            .order_by("pk")
            .values_list("pk", "at")[:_STEP]
        )
        if not step or all(at >= _youngest_that_goes(now) for _, at in step):
            Upkeep.objects.filter(pk=_ACTIVITY).update(place=0, done_at=now)
            break
        gone += _prune(mark.place, step[-1][0], now)
        mark.place = step[-1][0]
    return gone


def recount_daily() -> None:
    """A company that is being worked on has its turn a minute later."""
    now = timezone.now()
    for integration in Integration.objects.order_by("pk"):
        mark, _ = Upkeep.objects.get_or_create(name=f"counts of {integration.pk}")
        if _is_resting(mark, now):
            continue
        try:
            tally.recount(integration)
        except Busy:
            continue
        Upkeep.objects.filter(pk=mark.pk).update(done_at=now)


def _prune(after: int, last: int, now: datetime) -> int:
    with transaction.atomic():
        step = SyncActivity.objects.filter(pk__gt=after, pk__lte=last)
        doomed = list(_old(step, now).order_by().values_list("pk", flat=True))
        gone = SyncActivity.objects.filter(pk__in=doomed).forget()
        Upkeep.objects.filter(pk=_ACTIVITY).update(place=last)
    return gone


def _old(rows: QuerySet[SyncActivity], now: datetime) -> QuerySet[SyncActivity]:
    """Never one of the last of its record, nor the one that says why it stands where it stands."""
    newer = SyncActivity.objects.filter(link=OuterRef("link"), at__gt=OuterRef("at"))
    story = newer.order_by("-at").values("pk")[KEPT_OF_EACH - 1 : KEPT_OF_EACH]
    explains = Q(link__state=F("action"), link__category=F("category"))
    told = Q(side="", action__in=_STATES)
    condition = Q(pk__in=())
    if settings.ACTIVITY_DAYS:
        condition |= told & Q(at__lt=_before(now, settings.ACTIVITY_DAYS))
    if settings.WRITTEN_DAYS:
        condition |= ~told & Q(at__lt=_before(now, settings.WRITTEN_DAYS))
    kept = rows.annotate(story=Subquery(story))
    return kept.filter(condition).filter(Q(link=None) | Q(story__isnull=False) & ~explains)


def _youngest_that_goes(now: datetime) -> datetime:
    days = [days for days in (settings.ACTIVITY_DAYS, settings.WRITTEN_DAYS) if days]
    return _before(now, min(days)) if days else datetime.min.replace(tzinfo=now.tzinfo)


def _before(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def _is_resting(mark: Upkeep, now: datetime) -> bool:
    return mark.done_at is not None and now - mark.done_at < _REST
