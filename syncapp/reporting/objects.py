"""One row for each object of an integration, as the object view shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from syncapp.engine.plan import State
from syncapp.engine.records import Entity
from syncapp.models import Brake, Integration, RecordCount, SyncRule, SyncRun
from syncapp.models.counts import EntityCounts, nothing

_ASKING = (State.FAILING.value, State.NEEDS_DECISION.value)


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str


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


@dataclass(frozen=True, slots=True)
class Pulled:
    """The safety brake, while it is."""

    pk: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Overview:
    """How one integration stands. `money` hangs in its failing invoices: one sum for each currency,
    never added to each other."""

    rows: Sequence[ObjectRow]
    passes: PassTimes
    brake: Pulled | None
    money: Sequence[Money]


def overviewed() -> QuerySet[Integration]:
    """The integrations, with all that leads to their overviews."""
    last = SyncRun.objects.filter(integration=OuterRef("pk")).order_by("-started_at", "-id")
    brake = Brake.objects.filter(integration=OuterRef("pk"), released_at__isnull=True)
    return Integration.objects.select_related("hubspot", "quickbooks").annotate(
        last_pass=Subquery(last.values("pk")[:1]),
        brake_pk=Subquery(brake.values("pk")[:1]),
        brake_sentence=Subquery(brake.values("sentence")[:1]),
    )


def overviews(integrations: Sequence[Integration]) -> dict[int, Overview]:
    """Of some that `overviewed` found. A handful of queries, however many they are."""
    rows: Sequence[Any] = integrations
    runs = SyncRun.objects.in_bulk([row.last_pass for row in rows if row.last_pass])
    rules: dict[int, dict[str, SyncRule]] = {row.pk: {} for row in rows}
    for rule in SyncRule.objects.filter(integration__in=rules).select_related("integration"):
        rules[rule.integration_id][rule.entity] = rule
    counts, money = _counted(list(rules))
    return {
        row.pk: Overview(
            _object_rows(rules[row.pk], counts[row.pk]),
            pass_times(row, runs.get(row.last_pass), rules[row.pk].values()),
            Pulled(row.brake_pk, row.brake_sentence) if row.brake_pk else None,
            money[row.pk],
        )
        for row in rows
    }


def _counted(ids: Sequence[int]) -> tuple[dict[int, EntityCounts], dict[int, list[Money]]]:
    counts = {pk: nothing() for pk in ids}
    money: dict[int, list[Money]] = {pk: [] for pk in ids}
    kinds = ("integration", "entity", "state", "currency")
    rows = RecordCount.objects.filter(integration__in=ids, records__gt=0).order_by(*kinds)
    for pk, entity, state, currency, records, amount in rows.values_list(*kinds).annotate(
        number=Sum("records"), worth=Sum("amount")
    ):
        counts[pk][entity][state] += records
        if (entity, state) == (Entity.INVOICE, State.FAILING) and amount:
            money[pk].append(Money(amount, currency))
    return counts, money


def _object_rows(rules: Mapping[str, SyncRule], counts: EntityCounts) -> list[ObjectRow]:
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


def pass_times(
    integration: Integration, last: SyncRun | None, rules: Iterable[SyncRule]
) -> PassTimes:
    if integration.is_paused or not any(rule.is_on for rule in rules):
        return PassTimes(last, None)
    if last is None:
        return PassTimes(None, timezone.now())
    return PassTimes(last, last.started_at + timedelta(seconds=integration.interval_seconds))


def asking_for_somebody() -> int:
    """Failing or undecided records of all integrations."""
    rows = RecordCount.objects.filter(state__in=_ASKING)
    return max(0, rows.aggregate(total=Sum("records"))["total"] or 0)
