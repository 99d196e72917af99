"""What does not go by itself, by its cause: how many records, how much money, one example."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from syncapp.engine.plan import State
from syncapp.engine.records import Entity, Side
from syncapp.models import Integration, RecordCount, RecordLink, RecordReference, SyncActivity

ASKING = (State.FAILING, State.NEEDS_DECISION)
_ENTITIES = [entity.value for entity in Entity]


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str


@dataclass(slots=True)
class Part:
    """Of one object. What a payment is worth is part of its invoice, so they are never added."""

    entity: str
    count: int = 0
    money: list[Money] = field(default_factory=list)


@dataclass(slots=True)
class Cause:
    state: str
    category: str
    parts: list[Part] = field(default_factory=list)
    next_try_at: datetime | None = None
    example: RecordLink | None = None

    @property
    def total(self) -> int:
        return sum(part.count for part in self.parts)


def causes(integration: Integration, states: Iterable[State]) -> list[Cause]:
    """The commonest first. Two queries, however many causes there are."""
    found: dict[tuple[str, str], Cause] = {}
    examples: dict[tuple[str, str], int] = {}
    rows: QuerySet[Any] = RecordCount.objects.filter(
        integration=integration, state__in=[state.value for state in states], records__gt=0
    ).annotate(newest=Subquery(_newest()), next_try_at=Subquery(_next_try()))
    for row in sorted(rows, key=lambda one: (_ENTITIES.index(one.entity), one.currency)):
        key = row.state, row.category
        cause = found.setdefault(key, Cause(*key))
        _add(cause, row)
        cause.next_try_at = row.next_try_at
        examples[key] = row.newest
    links = RecordLink.objects.in_bulk(filter(None, examples.values()))
    for key, cause in found.items():
        cause.example = links.get(examples[key])
    return sorted(found.values(), key=lambda one: (-one.total, one.category))


def _newest() -> QuerySet[RecordLink, Any]:
    return _of_the_cause().order_by("-id").values("id")[:1]


def _next_try() -> QuerySet[RecordLink, Any]:
    rows = _of_the_cause().filter(next_try_at__isnull=False)
    return rows.order_by("next_try_at").values("next_try_at")[:1]


def _of_the_cause() -> QuerySet[RecordLink]:
    """One step along an index, asked for with each count."""
    return RecordLink.objects.filter(
        integration=OuterRef("integration"), state=OuterRef("state"), category=OuterRef("category")
    )


def _add(cause: Cause, row: RecordCount) -> None:
    part = next((one for one in cause.parts if one.entity == row.entity), None)
    if part is None:
        part = Part(row.entity)
        cause.parts.append(part)
    part.count += row.records
    if row.amount:
        part.money.append(Money(row.amount, row.currency))


def records_of(integration: Integration, state: str, category: str) -> QuerySet[RecordLink]:
    return RecordLink.objects.filter(integration=integration, state=state, category=category)


def conflicts_of(links: Sequence[RecordLink]) -> dict[int, list[dict[str, str]]]:
    """By record: the fields that a person is asked about, with both values."""
    rows = SyncActivity.objects.filter(
        link__in=[link.pk for link in links], category="conflict", action=State.NEEDS_DECISION
    ).order_by("-at", "-id")
    found: dict[int, list[dict[str, str]]] = {}
    for row in rows:
        if row.link_id is not None and row.link_id not in found:
            found[row.link_id] = [one for one in row.changes if one.get("verdict") == "conflict"]
    return found


def holding_back(
    integration: Integration, links: Sequence[RecordLink]
) -> dict[int, list[RecordLink]]:
    """By record: the customers and invoices it refers to that are not in sync themselves."""
    references = list(
        RecordReference.objects.filter(
            link__in=[link.pk for link in links],
            entity__in=(Entity.CONTACT.value, Entity.INVOICE.value),
        )
    )
    wanted = Q(pk__in=())
    for side, entity in {(one.side, one.entity) for one in references}:
        ids = {one.record_id for one in references if (one.side, one.entity) == (side, entity)}
        wanted |= Q(entity=entity, **{f"{side}_id__in": ids})
    rows = RecordLink.objects.filter(wanted, integration=integration)
    parents = {
        (side.value, row.entity, row.id_on(side)): row
        for row in (rows.exclude(state=State.IN_SYNC) if references else ())
        for side in Side
    }
    found: dict[int, list[RecordLink]] = {}
    for one in references:
        parent = parents.get((one.side, one.entity, one.record_id))
        if parent is not None and parent not in found.setdefault(one.link_id, []):
            found[one.link_id].append(parent)
    return found
