"""The safety brake: a pass that would make or take away unusually much asks first.

Before anything is written, what is due is planned (the same steps, without sending) as far as its
mere number could pass the limit; and before each helping is sent, it is counted together with
those before it. An announced initial load is not limited in what it makes.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from syncapp.engine.records import Entity, Side, State
from syncapp.engine.safety import Deed, Kind, Stop, deed_of, in_words, stops
from syncapp.engine.said import said
from syncapp.errors import Braked
from syncapp.models import Brake, ChangeCursor, PendingChange, SyncRule
from syncapp.pipeline import worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.guards import allowances
from syncapp.pipeline.guards.counted import Counted

Planner = Callable[[Pass, Sequence[PendingChange]], Sequence[Dossier]]

_MOST_PLANNED = 3000  # rows of an entity; what lies beyond is still counted helping by helping
_DOCUMENTS = (Entity.INVOICE, Entity.PAYMENT)


def arm(work: Pass) -> None:
    """From here on every helping is counted."""
    work.allowed = None


def check(work: Pass, entities: Collection[Entity], planner: Planner) -> None:
    """Raises `Braked` before the first write of the pass; forgets a brake that is not needed any
    more."""
    if not work.deeds:  # what went while lists were read was announced, and counts as such
        _end_announcements(work)
        arm(work)
    planned: Counter[Deed] = Counter()
    due = set(_due(work).order_by().values_list("entity", flat=True).distinct())
    for entity in entities:
        if entity in due and entity in work.rules and _could_be_too_much(work, entity):
            planned += _planned(work, entity, planner)
    if planned:
        _require(work, stops(planned, allowances.of(work)))
    _pulled(work).update(released_at=timezone.now(), is_spent=True)


def may_begin(work: Pass, load_began: datetime) -> bool:
    """Before everything is read: nothing that is still to come could stop a first load that may
    make any number. No document was linked before it that could be taken away."""
    any_number = all(
        limit is None
        for deed, limit in allowances.of(work).items()
        if deed.kind is Kind.MAKE and deed.entity in work.rules
    )
    if not any_number or _pulled(work).exists():
        return False
    return not any(
        allowances.links(work, entity).filter(created_at__lt=load_began).exists()
        for entity in _DOCUMENTS
    )


def count(work: Pass, dossiers: Iterable[Dossier]) -> None:
    """Before a helping is sent. Raises `Braked` when it would go beyond what may go. A record that
    is planned anew in the same pass, in half a helping or after waiting, counts once."""
    planned: dict[Deed, set[int]] = {}
    for one in dossiers:
        for deed in _deeds_of(one):
            planned.setdefault(deed, set()).add(one.link.pk)
    if allowed := allowances.of(work):
        numbers = Counter({deed: len(links) for deed, links in work.deeds.items()})
        for deed, links in planned.items():
            counted = work.deeds.get(deed, ())
            numbers[deed] += sum(link not in counted for link in links)
        _require(work, stops(numbers, allowed))
    for deed, links in planned.items():
        work.deeds.setdefault(deed, Counted()).add(links)


def settle(work: Pass) -> None:
    """After a pass: what was announced is used up by what was made, and what a person confirmed
    is done once nothing is due any more."""
    rules = SyncRule.objects.filter(integration=work.integration) if work.deeds else ()
    for rule in rules:
        left = {
            side: None if number is None else max(0, number - _made(work, rule.entity, side))
            for side, number in rule.announced.items()
        }
        if left != rule.announced:
            SyncRule.objects.filter(pk=rule.pk).update(announced=left)
    confirmed = allowances.agreed_to(work)
    if confirmed.exists() and not _due(work).exists():
        confirmed.update(is_spent=True)


def unsettled(work: Pass) -> Sequence[QuerySet[Any]]:
    """What `check` and `settle` may have to end: a load that was announced, a brake that is
    pulled, one that was released."""
    return _announced(work), _pulled(work), allowances.agreed_to(work)


def release(brake: Brake, by: str) -> None:
    """A person has looked at it: as much as was planned may go."""
    with transaction.atomic():
        brake.released_at, brake.released_by = timezone.now(), by
        brake.save(update_fields=["released_at", "released_by"])
        rules = SyncRule.objects.filter(integration=brake.integration).exclude(announced={})
        rules.update(announced=dict.fromkeys(side.value for side in Side))


def announce(rule: SyncRule, numbers: dict[str, int | None] | None = None) -> None:
    """What a person expects the load to make that saving this rule begins: any number, or what
    the review showed. Where the integration asks first, nothing is expected. Does not save."""
    if numbers is None:
        asks = rule.integration.confirm_initial_load
        numbers = dict.fromkeys((side.value for side in Side), 0 if asks else None)
    rule.announced = numbers


def _made(work: Pass, entity: str, side: str) -> int:
    made = Deed(Kind.MAKE, Entity(entity), Side(side))
    return len(work.deeds.get(made, ()))


def _due(work: Pass) -> QuerySet[PendingChange]:
    return worklist.due_rows(work.integration, timezone.now())


def _could_be_too_much(work: Pass, entity: Entity) -> bool:
    """By number alone; most passes are far from it and plan nothing twice."""
    due, allowed = _due(work).filter(entity=entity), allowances.of(work)
    if entity in _DOCUMENTS:
        few = min(allowed[Deed(Kind.REMOVE, entity, side)] or 0 for side in Side)
        if due.filter(_is_linked(work, entity))[: few + 1].count() > few:
            return True
    for side in Side:
        limit = allowed[Deed(Kind.MAKE, entity, side)]
        rows = due.filter(side=side.other).exclude(_is_linked(work, entity))
        if limit is not None and rows[: limit + 1].count() > limit:
            return True
    return False


def _is_linked(work: Pass, entity: Entity) -> Q:
    linked = allowances.links(work, entity)
    return Q(side=Side.HUBSPOT) & Q(Exists(linked.filter(hubspot_id=OuterRef("record_id")))) | Q(
        side=Side.QUICKBOOKS
    ) & Q(Exists(linked.filter(quickbooks_id=OuterRef("record_id"))))


def _planned(work: Pass, entity: Entity, planner: Planner) -> Counter[Deed]:
    due = _due(work).filter(entity=entity, is_harmless=False)
    rows = iter(due.order_by("priority", "due_at", "id")[:_MOST_PLANNED])
    planned: Counter[Deed] = Counter()
    while helping := list(islice(rows, worklist.HELPING)):
        dossiers = planner(work, helping)
        planned.update(deed for one in dossiers for deed in _deeds_of(one))
        worklist.mark_harmless(row for one in dossiers if _is_settled(one) for row in one.rows)
        work.lease.make_room(0)
    return planned


def _is_settled(dossier: Dossier) -> bool:
    """Nothing will come of it as it stands, so that the next slice need not plan it again. What
    waits for others may still be made."""
    plan = dossier.plan
    if plan is None or plan.writes or plan.waiting_for or plan.needs_catch_all:
        return False
    return plan.finding is None or plan.finding.state in (State.EXCLUDED, State.FAILING)


def _deeds_of(dossier: Dossier) -> list[Deed]:
    plan = dossier.plan
    if plan is None:
        return []
    found = [deed for write in plan.writes if (deed := deed_of(write))]
    if plan.needs_catch_all and not dossier.link.is_linked:
        found.append(Deed(Kind.MAKE, dossier.entity, Side.QUICKBOOKS))
    return found


def _require(work: Pass, found: Sequence[Stop]) -> None:
    if not found:
        return
    sentence = said(
        "This pass would {deeds}. Nothing more is written until a person agrees.",
        deeds=in_words(found),
    )
    planned = [
        {"kind": one.deed.kind.value, "entity": one.deed.entity.value,
         "side": one.deed.side.value, "planned": one.planned, "allowed": one.allowed}
        for one in found
    ]  # fmt: skip
    Brake.objects.update_or_create(
        integration=work.integration,
        released_at=None,
        defaults={"sentence": sentence, "planned": planned},
    )
    raise Braked(
        f"“{work.integration.name}”: {sentence} Release it with: manage.py brake --release"
    )


def _announced(work: Pass) -> QuerySet[SyncRule]:
    return SyncRule.objects.filter(integration=work.integration).exclude(announced={})


def _pulled(work: Pass) -> QuerySet[Brake]:
    return Brake.objects.filter(integration=work.integration, released_at__isnull=True)


def _end_announcements(work: Pass) -> None:
    """A load is over when both sides are read to the end and no row of it is left. A row of it
    that was shown again meanwhile is a fresh change: what an earlier pass left over may be one."""
    left_over = Q(created_at__lt=work.run.started_at, attempts=0, due_at__lte=timezone.now())
    of_a_load = Q(priority=PendingChange.Priority.INITIAL) | left_over
    for rule in _announced(work):
        entities = _DOCUMENTS if rule.entity == Entity.INVOICE else (rule.entity,)
        mine = {"integration": work.integration, "entity__in": entities}
        unread = ChangeCursor.objects.filter(**mine, since__isnull=True)
        read = ChangeCursor.objects.filter(**mine, since__isnull=False, entity=rule.entity)
        left = PendingChange.objects.filter(of_a_load, **mine)
        if read.count() == len(Side) and not unread.exists() and not left.exists():
            SyncRule.objects.filter(pk=rule.pk).update(announced={})
