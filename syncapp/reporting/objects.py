"""One row for each object of an integration, as the object view shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from syncapp.engine.plan import State
from syncapp.engine.records import Entity
from syncapp.models import Brake, Integration, RecordCount, SyncRule, SyncRun
from syncapp.reporting.counts import counts_by_integration

_ASKING = (State.FAILING.value, State.NEEDS_DECISION.value)


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """`rule` is None where the object is not set up; payments follow the rule of invoices."""

    entity: Entity
    rule: SyncRule | None
    counts: Mapping[str, int]

    @property
    def follows_invoices(self) -> bool:
        return self.entity is Entity.PAYMENT

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def wanted(self) -> int:
        """What should be in sync; a record that is left out is nobody's trouble."""
        return self.total - self.counts[State.EXCLUDED.value]

    @property
    def health(self) -> int | None:
        """Percent; never 100 while one record is missing."""
        return self.counts[State.IN_SYNC.value] * 100 // self.wanted if self.wanted else None


@dataclass(frozen=True, slots=True)
class PassTimes:
    """`next_at` is None while nothing is planned."""

    last: SyncRun | None
    next_at: datetime | None

    @property
    def is_due(self) -> bool:
        return self.next_at is not None and self.next_at <= timezone.now()


def object_rows(integration: Integration) -> list[ObjectRow]:
    rules = {rule.entity: rule for rule in integration.rules.select_related("integration")}
    counts = counts_by_integration([integration.pk])[integration.pk]
    return [
        ObjectRow(
            entity,
            rules.get(Entity.INVOICE if entity is Entity.PAYMENT else entity),
            counts[entity.value],
        )
        for entity in Entity
    ]


def added_up(rows: Sequence[ObjectRow]) -> dict[str, int]:
    return {state.value: sum(row.counts[state.value] for row in rows) for state in State}


def pass_times(integration: Integration) -> PassTimes:
    last = integration.runs.order_by("-started_at", "-id").first()
    if integration.is_paused or not any(rule.is_on for rule in integration.rules.all()):
        return PassTimes(last, None)
    if last is None:
        return PassTimes(None, timezone.now())
    return PassTimes(last, last.started_at + timedelta(seconds=integration.interval_seconds))


def pulled_brake(integration: Integration) -> Brake | None:
    return integration.brakes.filter(released_at__isnull=True).first()


def asking_for_somebody() -> int:
    """Failing or undecided records of all integrations."""
    rows = RecordCount.objects.filter(state__in=_ASKING)
    return max(0, rows.aggregate(total=Sum("records"))["total"] or 0)
