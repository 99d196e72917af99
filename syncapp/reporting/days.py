"""The last thirty days of an integration, from its passes: they are few where records are many."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Sum
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
    first = today - timedelta(days=DAYS - 1)
    rows = (
        SyncRun.objects.filter(
            integration=integration, started_at__gte=timezone.now() - timedelta(days=DAYS)
        )
        .order_by()
        .annotate(day=TruncDate("started_at"))
        .values("day")
        .annotate(written=Sum("writes"), last=Max("id"))
    )
    found = {row["day"]: row for row in rows}
    counts = dict(
        SyncRun.objects.filter(pk__in=[row["last"] for row in found.values()]).values_list(
            "pk", "counts"
        )
    )
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [
        Day(day, found[day]["written"], _failing(counts[found[day]["last"]]))
        if day in found
        else Day(day)
        for day in days
    ]


def _failing(counts: dict[str, dict[str, int]]) -> int:
    return sum(states.get(State.FAILING.value, 0) for states in counts.values())
