"""What a pass did or would do, told from its activity: the same form for a rehearsal and for the
run that follows it, so that the two can be laid side by side."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from syncapp.engine.records import Entity, Side
from syncapp.models import (
    Integration,
    RecordCount,
    RecordLink,
    RecordReference,
    SyncActivity,
)
from syncapp.pipeline.rehearsal.pretender import PLANNED, is_planned
from syncapp.pipeline.rehearsal.unforeseen import unforeseen

_WRITES = ("created", "updated", "voided", "archived")
_CHUNK = 1000
_PLANNED_ID = re.compile(rf"\b{PLANNED}\d+\b")


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing that happens to a record. `action`: created, updated, voided, archived, linked,
    or the state it comes to. `after` names records that are made first. Ids of records that do
    not exist yet are empty."""

    entity: str
    action: str
    side: str
    name: str
    hubspot_id: str
    quickbooks_id: str
    amount: Decimal | None = None
    currency: str = ""
    fields: tuple[FieldChange, ...] = ()
    after: tuple[str, ...] = ()
    reason: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`counts`: entity -> state -> records as they would be. `created`: what is made, by side and
    entity; `money`: what the new documents come to, by side, entity and currency.
    `only_a_write_can_tell`: what could still go otherwise, in sentences. `brake`: why the safety
    brake would stop the pass before it wrote any of it."""

    planned: tuple[Planned, ...]
    counts: Mapping[str, Mapping[str, int]]
    created: Mapping[str, Mapping[str, int]]
    money: Mapping[str, Mapping[str, Mapping[str, Decimal]]]
    only_a_write_can_tell: tuple[str, ...] = ()
    api_calls: Mapping[str, int] = field(default_factory=dict)
    brake: str = ""

    @property
    def writes(self) -> tuple[Planned, ...]:
        return tuple(one for one in self.planned if one.action in _WRITES)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def linked_ids(integration: Integration) -> frozenset[int]:
    """The links there are before a pass, to tell which ones it made."""
    rows = RecordLink.objects.filter(
        integration=integration, hubspot_id__isnull=False, quickbooks_id__isnull=False
    )
    return frozenset(rows.values_list("pk", flat=True))


def report_of(
    integration: Integration,
    linked_before: frozenset[int],
    *,
    after_activity: int = 0,
) -> Rehearsal:
    """Of everything after this activity; by default of all there is."""
    planned = [*_told(integration, after_activity)]
    made = {_key(one) for one in planned if one.action == "created"}
    planned += [one for one in _linked(integration, linked_before) if _key(one) not in made]
    return Rehearsal(
        planned=tuple(planned),
        counts=RecordCount.objects.present(integration.pk),
        created=_created(planned),
        money=_money(planned),
        only_a_write_can_tell=unforeseen({(one.side, one.entity, one.action) for one in planned}),
    )


def _told(integration: Integration, after: int) -> Iterable[Planned]:
    rows = SyncActivity.objects.filter(integration=integration, pk__gt=after)
    last = 0
    while chunk := list(rows.filter(pk__gt=last).select_related("link").order_by("pk")[:_CHUNK]):
        last = chunk[-1].pk
        parents = _planned_parents([row.link for row in chunk if row.link])
        for row in chunk:
            yield _of_activity(row, parents)


def _of_activity(row: SyncActivity, parents: Mapping[int, tuple[str, ...]]) -> Planned:
    link = row.link
    return Planned(
        entity=row.entity,
        action=row.action,
        side=row.side,
        name=link.label if link else "",
        hubspot_id=_real(link.hubspot_id if link else None),
        quickbooks_id=_real(link.quickbooks_id if link else None),
        amount=link.amount if link else None,
        currency=link.currency if link else "",
        fields=tuple(
            FieldChange(one["field"], one["before"], _shown(one["after"]))
            for one in row.changes
            if one.get("verdict") == "copy"
        ),
        after=parents.get(row.link_id or 0, ()) if row.action == "created" else (),
        reason=row.category,
        sentence=_shown(row.sentence),
    )


def _linked(integration: Integration, before: frozenset[int]) -> Iterable[Planned]:
    rows = RecordLink.objects.filter(
        integration=integration, hubspot_id__isnull=False, quickbooks_id__isnull=False
    )
    for link in rows.order_by("pk").iterator(chunk_size=_CHUNK):
        if link.pk not in before:
            yield Planned(
                entity=link.entity,
                action="linked",
                side="",
                name=link.label,
                hubspot_id=_real(link.hubspot_id),
                quickbooks_id=_real(link.quickbooks_id),
                amount=link.amount,
                currency=link.currency,
            )


def _planned_parents(links: Iterable[RecordLink]) -> dict[int, tuple[str, ...]]:
    """For each link the names of records it refers to that do not exist yet over there."""
    wanted: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row in RecordReference.objects.filter(link__in=list(links)):
        wanted[row.side, row.entity, row.record_id].append(row.link_id)
    found: dict[int, list[str]] = defaultdict(list)
    for entity in Entity:
        for side in Side:
            ids = [id for at, kind, id in wanted if (at, kind) == (side, entity)]
            for link in _half_planned(entity, side, ids):
                for child in wanted[side, entity, str(link.id_on(side))]:
                    found[child].append(f"{entity} {link.label}")
    return {child: tuple(dict.fromkeys(names)) for child, names in found.items()}


def _half_planned(entity: Entity, side: Side, ids: list[str]) -> Iterable[RecordLink]:
    if not ids:
        return []
    rows = RecordLink.objects.filter(entity=entity, **{f"{side.value}_id__in": ids})
    return [link for link in rows if is_planned(link.id_on(side.other))]


def _created(planned: Iterable[Planned]) -> dict[str, dict[str, int]]:
    made: dict[str, dict[str, int]] = {side.value: {} for side in Side}
    for one in planned:
        if one.action == "created":
            made[one.side][one.entity] = made[one.side].get(one.entity, 0) + 1
    return made


def _money(planned: Iterable[Planned]) -> dict[str, dict[str, dict[str, Decimal]]]:
    money: dict[str, dict[str, dict[str, Decimal]]] = {side.value: {} for side in Side}
    for one in planned:
        if one.action == "created" and one.amount is not None:
            sums = money[one.side].setdefault(one.entity, {})
            sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    return money


def _key(one: Planned) -> tuple[str, str, str]:
    return (one.entity, one.hubspot_id, one.quickbooks_id)


def _shown(value: str) -> str:
    return _PLANNED_ID.sub("(to be made)", value) if _PLANNED_ID.search(value) else value


def _real(id: str | None) -> str:
    return "" if id is None or is_planned(id) else id
