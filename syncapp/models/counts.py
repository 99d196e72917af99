"""How many records stand where, what they are worth and what became of them day by day: kept with
them, not counted when asked."""

from collections.abc import Iterable

from django.db import models

from syncapp.engine.plan import State
from syncapp.engine.records import Entity
from syncapp.models.accounts import Integration
from syncapp.models.choices import ENTITIES, STATES

# entity -> state -> how many; every entity and every state is there
EntityCounts = dict[str, dict[str, int]]


class RecordCounts(models.QuerySet["RecordCount"]):
    def by_state(self, integrations: Iterable[int]) -> dict[int, EntityCounts]:
        found = {pk: nothing() for pk in integrations}
        rows = (
            self.filter(integration__in=found)
            .order_by()
            .values_list("integration", "entity", "state")
            .annotate(total=models.Sum("records"))
        )
        for integration, entity, state, total in rows:
            found[integration][entity][state] = max(0, total)
        return found

    def present(self, integration: int) -> EntityCounts:
        """Only the states that some record is in."""
        counts = self.by_state([integration])[integration]
        return {
            entity: {state: number for state, number in states.items() if number}
            for entity, states in counts.items()
        }


class RecordCount(models.Model):
    """Of the records of one kind. Changed by pipeline/tally.py in the transaction that changes the
    records; a number that is wrong must not stop a pass, so nothing here refuses one."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="+")
    entity = models.CharField(max_length=10, choices=ENTITIES)
    state = models.CharField(max_length=14, choices=STATES)
    category = models.CharField("reason", max_length=60, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    records = models.BigIntegerField(default=0)
    amount = models.DecimalField(max_digits=28, decimal_places=2, default=0)

    objects = RecordCounts.as_manager()

    class Meta:
        verbose_name = "count of records"
        verbose_name_plural = "counts of records"
        ordering = ("integration", "entity", "state", "category", "currency")
        constraints = [
            models.UniqueConstraint(
                fields=("integration", "entity", "state", "category", "currency"),
                name="one_count_per_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.state} {self.category}: {self.records}"


class DayCount(models.Model):
    """What became of records on one of the company's days (`Integration.zone`), added up where it
    is written down (pipeline/activity.py). Four small rows a day: nothing clears them away."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    entity = models.CharField(max_length=10, choices=ENTITIES)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField("began to fail", default=0)

    class Meta:
        verbose_name = "count of a day"
        verbose_name_plural = "counts by day"
        ordering = ("-day", "integration", "entity")
        constraints = [
            models.UniqueConstraint(
                fields=("integration", "day", "entity"), name="one_count_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.entity}"


def nothing() -> EntityCounts:
    return {entity.value: {state.value: 0 for state in State} for entity in Entity}
