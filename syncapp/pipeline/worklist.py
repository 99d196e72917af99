"""The inbox: rows that say "this record may have changed". The row is the queue."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from random import SystemRandom

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from syncapp.engine.backoff import wait_after
from syncapp.engine.catalogue import FOLLOWING_A_PARENT
from syncapp.engine.records import Entity, RecordRef, Side, State
from syncapp.models import Integration, PendingChange, RecordReference
from syncapp.models.bulk import insert_all

HELPING = 300  # rows worked on together

_random = SystemRandom()
_RANK = {entity: rank for rank, entity in enumerate(Entity)}


def add(
    integration: Integration,
    refs: Iterable[RecordRef],
    *,
    due_at: datetime | None = None,
    priority: int = PendingChange.Priority.FRESH,
) -> None:
    """Coalesces: a record already on the list becomes due at the earlier moment, and dirtier, so
    that whoever works on it now does not strike it off."""
    due = due_at or timezone.now()
    refs = list(dict.fromkeys(refs))
    if not refs:
        return
    with transaction.atomic():
        for chunk in _chunks(refs):  # a database takes only so many values in one statement
            _add(integration, chunk, due, priority)


def _add(integration: Integration, refs: Sequence[RecordRef], due: datetime, priority: int) -> None:
    known = set()
    for row in PendingChange.objects.filter(_any_of(refs), integration=integration):
        known.add(ref_of(row))
    PendingChange.objects.filter(_any_of(known), integration=integration).update(
        dirty=F("dirty") + 1,
        is_harmless=False,
        due_at=Case(When(due_at__gt=due, then=Value(due)), default=F("due_at")),
        priority=Case(
            When(priority__gt=priority, then=Value(priority)),
            default=F("priority"),
            output_field=IntegerField(),
        ),
    )
    insert_all(
        [
            PendingChange(
                integration_id=integration.pk,
                entity=ref.entity,
                side=ref.side,
                record_id=ref.id,
                due_at=due,
                priority=priority,
            )
            for ref in refs
            if ref not in known
        ],
        keep_known=True,
    )


def take(
    integration: Integration,
    now: datetime,
    entities: Collection[Entity] = tuple(Entity),
    *,
    fresh_only: bool = False,
) -> Sequence[PendingChange]:
    """One helping of a single entity and priority: fresh changes before an initial load, parents
    before children."""
    rank = Case(*(When(entity=entity, then=Value(rank)) for entity, rank in _RANK.items()))
    due = due_rows(integration, now).filter(entity__in=entities).annotate(rank=rank)
    if fresh_only:
        due = due.filter(priority=PendingChange.Priority.FRESH)
    rows = list(due.order_by("priority", "rank", "due_at", "id")[:HELPING])
    return [row for row in rows if _kind(row) == _kind(rows[0])]


def _kind(row: PendingChange) -> tuple[int, str]:
    return row.priority, row.entity


def due_of(
    integration: Integration, now: datetime, refs: Iterable[RecordRef]
) -> Sequence[PendingChange]:
    """Of these records, in the order in which they came."""
    return list(due_rows(integration, now).filter(_any_of(refs)).order_by("due_at", "id"))


def due_rows(integration: Integration, now: datetime) -> QuerySet[PendingChange]:
    return PendingChange.objects.filter(integration=integration, due_at__lte=now)


def strike_off(rows: Iterable[PendingChange]) -> None:
    """Only rows that nobody has made dirtier since they were taken."""
    for unchanged in _unchanged(rows):
        unchanged.delete()


def mark_harmless(rows: Iterable[PendingChange]) -> None:
    """Only rows that nobody has made dirtier since they were planned."""
    for unchanged in _unchanged(rows):
        unchanged.update(is_harmless=True)


def _unchanged(rows: Iterable[PendingChange]) -> Iterable[QuerySet[PendingChange]]:
    by_dirty: dict[int, list[int]] = {}
    for row in rows:
        by_dirty.setdefault(row.dirty, []).append(row.pk)
    for dirty, ids in by_dirty.items():
        yield PendingChange.objects.filter(pk__in=ids, dirty=dirty)


def after_tries(tries: int) -> datetime:
    """When a record is looked at again that has been tried so often."""
    cap = timedelta(seconds=settings.BACKOFF_CAP)
    return timezone.now() + wait_after(tries, cap=cap, jitter=_random.random())


def postpone(row: PendingChange, due_at: datetime, *, tried: bool = True) -> None:
    """Tries in a row end in a stop: a row that was only put off is not one of them."""
    PendingChange.objects.filter(pk=row.pk, dirty=row.dirty).update(
        due_at=due_at, attempts=F("attempts") + int(tried)
    )


def postpone_all(rows: Sequence[tuple[PendingChange, datetime]]) -> None:
    """Each to its own moment, as a try; those that are due already together."""
    now = timezone.now()
    later: dict[tuple[datetime, int], list[int]] = {}
    for row, due_at in rows:
        later.setdefault((max(due_at, now), row.dirty), []).append(row.pk)
    for (due_at, dirty), ids in later.items():
        PendingChange.objects.filter(pk__in=ids, dirty=dirty).update(
            due_at=due_at, attempts=F("attempts") + 1
        )


def add_children(
    integration: Integration, refs: Collection[RecordRef], *, only_waiting: bool = False
) -> None:
    """Records that refer to one of these and are not simply in sync are decided again."""
    children: list[RecordRef] = []
    refs = [*refs, *_sub_customers(integration, refs)]
    for chunk in _chunks(sorted(refs)):
        found = RecordReference.objects.filter(_any_of(chunk), integration=integration)
        if only_waiting:
            is_held_back = Q(link__category__in=FOLLOWING_A_PARENT)
            found = found.filter(Q(link__state=State.WAITING) | is_held_back)
        else:
            found = found.exclude(link__state=State.IN_SYNC)
        children += _named_by(found)
    add(integration, children)


def referring_to(
    integration: Integration, refs: Collection[RecordRef], entities: Collection[Entity]
) -> list[RecordRef]:
    """Records of these entities that refer to one of these."""
    found: list[RecordRef] = []
    for chunk in _chunks(sorted(refs)):
        rows = RecordReference.objects.filter(
            _any_of(chunk), integration=integration, link__entity__in=entities
        )
        found += _named_by(rows)
    return found


def _named_by(references: QuerySet[RecordReference]) -> list[RecordRef]:
    """The records that refer, by one of their ids."""
    named = references.values_list("link__entity", "link__hubspot_id", "link__quickbooks_id")
    return [ref for one in named if (ref := any_ref(*one))]


def _sub_customers(integration: Integration, refs: Collection[RecordRef]) -> list[RecordRef]:
    """What refers to them has the contact of their parent."""
    found: list[RecordRef] = []
    above = [ref for ref in refs if ref.side is Side.QUICKBOOKS and ref.entity is Entity.CONTACT]
    while above:
        ids = RecordReference.objects.filter(
            _any_of(above), integration=integration, link__entity=Entity.CONTACT
        ).values_list("link__quickbooks_id", flat=True)
        below = [RecordRef(Side.QUICKBOOKS, Entity.CONTACT, id_) for id_ in ids if id_]
        above = [ref for ref in below if ref not in found and ref not in refs]
        found += above
    return found


def any_ref(entity: str, hubspot_id: str | None, quickbooks_id: str | None) -> RecordRef | None:
    if hubspot_id is not None:
        return RecordRef(Side.HUBSPOT, Entity(entity), hubspot_id)
    if quickbooks_id is not None:
        return RecordRef(Side.QUICKBOOKS, Entity(entity), quickbooks_id)
    return None


def ref_of(row: PendingChange) -> RecordRef:
    return RecordRef(Side(row.side), Entity(row.entity), row.record_id)


def _any_of(refs: Iterable[RecordRef]) -> Q:
    """Rows that name one of these records; never everything when there are none."""
    groups: dict[tuple[str, str], list[str]] = {}
    for ref in refs:
        groups.setdefault((ref.side, ref.entity), []).append(ref.id)
    query = Q(pk__in=())
    for (side, entity), ids in groups.items():
        query |= Q(side=side, entity=entity, record_id__in=ids)
    return query


def _chunks(refs: Sequence[RecordRef], size: int = 500) -> Iterable[Sequence[RecordRef]]:
    for start in range(0, len(refs), size):
        yield refs[start : start + size]
