"""The last thirty days of an integration, from its passes: they are few where records are many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from syncapp.engine.plan import State
from syncapp.models import Integration, SyncRun

DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """`failing`: at the end of the day's last pass."""

    day: date
    writes: int = 0
    failing: int = 0


def last_days(integration: Integration) -> list[Day]:
    today = timezone.localdate()
    days = [today - timedelta(days=number) for number in reversed(range(DAYS))]
    written = _written(integration, days[0])
    failing = _failing(integration, days)
    return [Day(day, written.get(day, 0), failing.get(day, 0)) for day in days]


def _written(integration: Integration, first: date) -> dict[date, int]:
    """Most passes write nothing; they are left out before a day is made of their time."""
    rows = (
        SyncRun.objects.filter(
            integration=integration, started_at__gte=_midnight(first), writes__gt=0
        )
        .order_by()
        .annotate(day=TruncDate("started_at"))
        .values_list("day")
        .annotate(written=Sum("writes"))
    )
    return dict(rows)


def _failing(integration: Integration, days: Sequence[date]) -> dict[date, int]:
    """The last pass of each day is one step along the index, all of them in one question."""
    last: list[Any] = [Subquery(_last_pass(integration, day)) for day in days]
    rows = SyncRun.objects.filter(pk__in=last).order_by().values_list("started_at", "counts")
    return {timezone.localdate(at): _failing_in(counts) for at, counts in rows}


def _last_pass(integration: Integration, day: date) -> QuerySet[SyncRun, Any]:
    return (
        SyncRun.objects.filter(
            integration=integration,
            started_at__gte=_midnight(day),
            started_at__lt=_midnight(day + timedelta(days=1)),
        )
        .order_by("-started_at", "-id")
        .values("pk")[:1]
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _failing_in(counts: Mapping[str, Mapping[str, int]]) -> int:
    return sum(states.get(State.FAILING.value, 0) for states in counts.values())
