"""How an integration stands: who works on it, what is still owed, what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from syncapp.engine.records import Side
from syncapp.models import (
    Brake,
    ChangeCursor,
    Integration,
    PendingChange,
    SyncRule,
    SyncRun,
    WebhookDelivery,
    WriteIntent,
)
from syncapp.models.counts import EntityCounts
from syncapp.objects.golive_facts import Severity
from syncapp.reporting.counts import counts_by_integration


@dataclass(frozen=True, slots=True)
class LeaseStatus:
    holder: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PassStatus:
    id: int
    trigger: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    writes: int
    error: str


@dataclass(frozen=True, slots=True)
class IntegrationStatus:
    """`idle`: nothing is owed; no change is waiting, announced or not, no write open, nothing left
    unread. `news`: what webhooks have announced and no pass has taken up yet. `brake`:
    what a pass would have done, had the safety brake not stopped it; empty while none is pulled.
    `golive`: what the last go-live check found, good things left out."""

    integration: str
    is_paused: bool
    needs_reconnect: tuple[str, ...]
    lease: LeaseStatus | None
    last_pass: PassStatus | None
    open_intents: int
    due_rows: int
    pending_rows: int
    brake: str
    entities: EntityCounts
    idle: bool
    news: int = 0
    golive_at: datetime | None = None
    golive: tuple[Mapping[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def statuses(integrations: QuerySet[Integration] | None = None) -> list[IntegrationStatus]:
    """A handful of queries, however many integrations there are."""
    rows = Integration.objects.all() if integrations is None else integrations
    found = list(rows.select_related("hubspot", "quickbooks", "lease"))
    ids = [row.pk for row in found]
    counts = counts_by_integration(ids)
    passes = _last_passes(ids)
    owed = _Owed(ids)
    return [_status(row, passes.get(row.pk), owed, counts[row.pk]) for row in found]


def status_of(integration: Integration) -> IntegrationStatus:
    return statuses(Integration.objects.filter(pk=integration.pk))[0]


class _Owed:
    def __init__(self, ids: Iterable[int]) -> None:
        now = timezone.now()
        pending = PendingChange.objects.filter(integration__in=ids)
        self.pending = _count(pending)
        self.due = _count(pending.filter(due_at__lte=now))
        self.intents = _count(
            WriteIntent.objects.filter(integration__in=ids, state=WriteIntent.State.OPEN)
        )
        self.unread = _unread(ids)
        self.news = _count(
            WebhookDelivery.objects.filter(integration__in=ids, taken_at__isnull=True)
        )
        pulled = Brake.objects.filter(integration__in=ids, released_at__isnull=True)
        self.brakes = dict(pulled.values_list("integration", "sentence"))

    def nothing_for(self, pk: int) -> bool:
        return not any(pk in owed for owed in (self.pending, self.intents, self.unread, self.news))


def _unread(ids: Iterable[int]) -> set[int]:
    """Integrations with an entity that is on and not yet read to its end on both sides."""
    wanted = SyncRule.objects.filter(integration__in=ids, is_on=True)
    read = ChangeCursor.objects.filter(integration__in=ids, since__isnull=False)
    done = set(read.values_list("integration", "entity", "side"))
    return {
        integration
        for integration, entity in wanted.values_list("integration", "entity")
        if any((integration, entity, side.value) not in done for side in Side)
    }


def _count(rows: QuerySet[Any]) -> dict[int, int]:
    found = rows.order_by().values_list("integration").annotate(total=Count("id"))
    return dict(found)


def _last_passes(ids: Iterable[int]) -> dict[int, SyncRun]:
    newest = (
        SyncRun.objects.filter(integration=OuterRef("pk"))
        .order_by("-started_at", "-id")
        .values("pk")
    )
    last = Integration.objects.filter(pk__in=ids).values(run=Subquery(newest[:1]))
    return {run.integration_id: run for run in SyncRun.objects.filter(pk__in=last)}


def _status(
    row: Integration, run: SyncRun | None, owed: _Owed, counts: EntityCounts
) -> IntegrationStatus:
    lease = _lease(row)
    return IntegrationStatus(
        integration=row.name,
        is_paused=row.is_paused,
        needs_reconnect=tuple(
            connection.name
            for connection in (row.hubspot, row.quickbooks)
            if connection.needs_reconnect
        ),
        lease=lease,
        last_pass=_pass(run) if run else None,
        open_intents=owed.intents.get(row.pk, 0),
        due_rows=owed.due.get(row.pk, 0),
        pending_rows=owed.pending.get(row.pk, 0),
        brake=owed.brakes.get(row.pk, ""),
        entities=counts,
        idle=lease is None and owed.nothing_for(row.pk),
        news=owed.news.get(row.pk, 0),
        golive_at=row.golive_at,
        golive=tuple(one for one in row.golive if one["severity"] != Severity.GOOD),
    )


def _lease(row: Integration) -> LeaseStatus | None:
    """None when nobody holds it, or its holder let it run out."""
    lease = getattr(row, "lease", None)
    if lease is None or not lease.holder or lease.expires_at is None:
        return None
    if lease.expires_at <= timezone.now():
        return None
    return LeaseStatus(lease.holder, lease.expires_at)


def _pass(run: SyncRun) -> PassStatus:
    return PassStatus(
        id=run.pk,
        trigger=run.trigger,
        started_at=run.started_at,
        ended_at=run.ended_at,
        outcome=run.outcome,
        writes=run.writes,
        error=run.error,
    )
