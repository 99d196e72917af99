"""Passes: the one that runs, those that were, and the calls they cost."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet, Subquery, Sum
from django.utils import timezone

from syncapp.engine.records import Side
from syncapp.models import ApiUsage, Integration, Lease, SyncRun

DAYS = 30
SHOWN = 50
# what the history may be narrowed to
KINDS = {
    "written": Q(writes__gt=0),
    "failed": Q(outcome__in=(SyncRun.Outcome.FAILED, SyncRun.Outcome.INTERRUPTED)),
    "person": Q(trigger=SyncRun.Trigger.PERSON),
}


@dataclass(frozen=True, slots=True)
class History:
    """`older`: the pass behind which older ones follow; 0 at the end."""

    runs: Sequence[SyncRun]
    older: int


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    calls: dict[Side, int] = field(default_factory=dict)

    @property
    def hubspot(self) -> int:
        return self.calls.get(Side.HUBSPOT, 0)

    @property
    def quickbooks(self) -> int:
        return self.calls.get(Side.QUICKBOOKS, 0)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Of one calendar month (UTC), as Intuit meters it: all companies of one app together."""

    used: int
    projected: int
    limit: int

    @property
    def is_short(self) -> bool:
        return bool(self.limit) and self.projected > self.limit

    @property
    def per_cent(self) -> int:
        return min(100, self.used * 100 // self.limit) if self.limit else 0


def running(integrations: Iterable[Integration]) -> dict[int, SyncRun]:
    """By integration. A row without an end whose lease is gone was cut off with its worker."""
    now = timezone.now()
    leases = {
        row.integration_id: row.fencing
        for row in Lease.objects.filter(integration__in=integrations, expires_at__gt=now)
        if row.holder
    }
    open_runs = SyncRun.objects.filter(
        integration__in=list(leases), ended_at__isnull=True, outcome=""
    )
    rows = open_runs.filter(started_at__gt=now - timedelta(days=1)).order_by("pk")
    return {row.integration_id: row for row in rows if leases[row.integration_id] == row.fencing}


def history(integration: Integration, kind: str = "", before: int = 0) -> History:
    rows: QuerySet[SyncRun] = SyncRun.objects.filter(integration=integration)
    if kind in KINDS:
        rows = rows.filter(KINDS[kind])
    if before:
        last = SyncRun.objects.filter(pk=before, integration=integration).values("started_at")
        rows = rows.filter(started_at__lte=Subquery(last[:1]), pk__lt=before)
    found = list(rows.order_by("-started_at", "-id")[: SHOWN + 1])
    return History(found[:SHOWN], found[SHOWN - 1].pk if len(found) > SHOWN else 0)


def calls_by_day(integration: Integration) -> list[Day]:
    today = timezone.now().date()
    first = today - timedelta(days=DAYS - 1)
    connections = {integration.hubspot_id: Side.HUBSPOT, integration.quickbooks_id: Side.QUICKBOOKS}
    days = {
        first + timedelta(days=number): Day(first + timedelta(number)) for number in range(DAYS)
    }
    for row in ApiUsage.objects.filter(connection__in=list(connections), day__gte=first):
        if row.day in days:
            days[row.day].calls[connections[row.connection_id]] = row.calls
    return list(days.values())


def allowance() -> Allowance:
    """Where the month ends if the days to come are like those that were."""
    today = timezone.now().date()
    used = (
        ApiUsage.objects.filter(
            connection__vendor=Side.QUICKBOOKS.value, day__gte=today.replace(day=1)
        ).aggregate(reads=Sum("reads"))["reads"]
        or 0
    )
    length = calendar.monthrange(today.year, today.month)[1]
    passed = today.day - 1 + _of_today()
    return Allowance(used, int(used * length / passed), settings.QUICKBOOKS_READ_ALLOWANCE)


def _of_today() -> float:
    """How much of the day is over; never so little that its first call fills the month."""
    now = timezone.now()
    return max(0.25, (now.hour * 60 + now.minute) / 1440)
