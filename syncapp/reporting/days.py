"""What became of the records of an integration on each of the last thirty days, as it was added up
when it happened: the history itself is long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from syncapp.engine.records import Entity
from syncapp.models import DayCount, Integration

DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """`failed`: began to fail."""

    day: date
    created: int = 0
    updated: int = 0
    failed: int = 0

    @property
    def is_quiet(self) -> bool:
        return not (self.created or self.updated or self.failed)


def last_days(integration: Integration) -> Mapping[Entity, list[Day]]:
    """Each day of each entity, the oldest first."""
    today = timezone.localdate(timezone=integration.zone)
    days = [today - timedelta(days=number) for number in reversed(range(DAYS))]
    rows = DayCount.objects.filter(integration=integration, day__gte=days[0]).order_by()
    kept = {
        (entity, day): Day(day, *numbers)
        for entity, day, *numbers in rows.values_list(
            "entity", "day", "created", "updated", "failed"
        )
    }
    return {
        entity: [kept.get((entity.value, day)) or Day(day) for day in days] for entity in Entity
    }
