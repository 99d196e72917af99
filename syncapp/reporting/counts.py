"""How many records are in which state."""

from collections.abc import Iterable, Mapping

from django.db.models import Count

from syncapp.engine.plan import State
from syncapp.engine.records import Entity
from syncapp.models import RecordLink

# entity -> state -> how many; every entity and every state is there
EntityCounts = dict[str, dict[str, int]]


def counts_by_integration(ids: Iterable[int]) -> dict[int, EntityCounts]:
    found = {pk: _nothing() for pk in ids}
    rows = (
        RecordLink.objects.filter(integration__in=found)
        .order_by()
        .values_list("integration", "entity", "state")
        .annotate(total=Count("id"))
    )
    for integration, entity, state, total in rows:
        found[integration][entity][state] = total
    return found


def added_up(many: Iterable[EntityCounts]) -> EntityCounts:
    total = _nothing()
    for counts in many:
        for entity, states in counts.items():
            for state, number in states.items():
                total[entity][state] += number
    return total


def in_state(counts: Mapping[str, Mapping[str, int]], state: State) -> int:
    return sum(states[state.value] for states in counts.values())


def _nothing() -> EntityCounts:
    return {entity.value: {state.value: 0 for state in State} for entity in Entity}
