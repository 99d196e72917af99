"""How much a pass may make and take away without asking: by share and number, what a person has
announced, and what one has agreed to."""

from collections import Counter
from collections.abc import Mapping

from django.conf import settings
from django.db.models import QuerySet

from syncapp.engine.records import Entity, Side
from syncapp.engine.safety import Deed, Kind, Limits
from syncapp.models import Brake, RecordLink, SyncRule
from syncapp.pipeline.context import Pass


def of(work: Pass) -> Mapping[Deed, int | None]:
    """Worked out before the first write of a pass that has something to do."""
    if work.allowed is None:
        work.allowed = _allowances(work)
    return work.allowed


def _allowances(work: Pass) -> dict[Deed, int | None]:
    limits = Limits(**_chosen())
    agreed = _numbers_agreed(work)
    stored = {
        Entity(one.entity): one for one in SyncRule.objects.filter(integration=work.integration)
    }
    allowed: dict[Deed, int | None] = {}
    for entity in Entity:
        linked = links(work, entity).count()
        rule = stored.get(Entity.INVOICE if entity is Entity.PAYMENT else entity)
        announced = rule.announced if rule else {}
        for side in Side:
            make = Deed(Kind.MAKE, entity, side)
            remove = Deed(Kind.REMOVE, entity, side)
            allowed[remove] = limits.of(Kind.REMOVE, linked) + agreed[remove]
            allowed[make] = _makes(work, announced, side, limits.of(Kind.MAKE, linked))
            if (free := allowed[make]) is not None:
                allowed[make] = free + agreed[make]
    return allowed


def _makes(work: Pass, announced: dict[str, int | None], side: Side, free: int) -> int | None:
    if side.value not in announced:
        return free
    number = announced[side.value]
    if number is None:
        return None
    return 0 if not number and work.integration.confirm_initial_load else number + free


def _chosen() -> dict[str, int]:
    chosen: dict[str, int] = {}
    for name, (number, percent) in settings.BRAKE.items():
        chosen[name] = number
        chosen[f"{name}_percent"] = int(percent)
    return chosen


def links(work: Pass, entity: Entity) -> QuerySet[RecordLink]:
    return RecordLink.objects.filter(
        integration=work.integration,
        entity=entity,
        hubspot_id__isnull=False,
        quickbooks_id__isnull=False,
    )


def agreed_to(work: Pass) -> QuerySet[Brake]:
    return Brake.objects.filter(
        integration=work.integration, released_at__isnull=False, is_spent=False
    )


def _numbers_agreed(work: Pass) -> Counter[Deed]:
    numbers: Counter[Deed] = Counter()
    for brake in agreed_to(work):
        for one in brake.planned:
            deed = Deed(Kind(one["kind"]), Entity(one["entity"]), Side(one["side"]))
            numbers[deed] = max(numbers[deed], one["planned"])
    return numbers
