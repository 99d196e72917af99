"""How many records are in which state."""

from collections.abc import Iterable, Mapping

from django.db.models import Sum

from syncapp.engine.plan import State
from syncapp.models import RecordCount
from syncapp.models.counts import EntityCounts, nothing


def counts_by_integration(ids: Iterable[int]) -> dict[int, EntityCounts]:
    return RecordCount.objects.by_state(ids)


def added_up(many: Iterable[EntityCounts]) -> EntityCounts:
    total = nothing()
    for counts in many:
        for entity, states in counts.items():
            for state, number in states.items():
                total[entity][state] += number
    return total


def in_state(counts: Mapping[str, Mapping[str, int]], state: State) -> int:
    return sum(states[state.value] for states in counts.values())


def failing_by_cause() -> list[tuple[int, str, int]]:
    """Integration, category, records."""
    rows = RecordCount.objects.filter(state=State.FAILING, records__gt=0).order_by()
    grouped = rows.values_list("integration", "category").annotate(number=Sum("records"))
    return list(grouped)
