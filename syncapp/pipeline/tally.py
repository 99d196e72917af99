"""Counts of records that are kept with the records. Whatever makes, changes or takes away the
state, reason or worth of a record does it inside `kept`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import BigIntegerField, Count, F, QuerySet, Sum
from django.db.models.functions import Cast, Round

from syncapp.engine.records import RecordRef, Side
from syncapp.models import Integration, RecordCount, RecordLink
from syncapp.pipeline.lease import leased

Kind = tuple[str, str, str, str]  # entity, state, category, currency
_KIND = ("entity", "state", "category", "currency")


@dataclass(frozen=True, slots=True)
class Worth:
    records: int = 0
    amount: Decimal = Decimal(0)

    def plus(self, other: "Worth") -> "Worth":
        return Worth(self.records + other.records, self.amount + other.amount)

    def minus(self, other: "Worth") -> "Worth":
        return Worth(self.records - other.records, self.amount - other.amount)


@contextmanager
def kept(integration_id: int, *affected: QuerySet[RecordLink]) -> Iterator[None]:
    """`affected`: the rows that are about to change, be made or go, counted before and after. They
    must not overlap, and the caller must have guarded the commit: that is what keeps two of
    us from adding to the same number."""
    with transaction.atomic():
        before = _standing(affected)
        yield
        _store(integration_id, before, _standing(affected))


def of(links: Iterable[RecordLink]) -> QuerySet[RecordLink]:
    return RecordLink.objects.filter(pk__in=[link.pk for link in links])


def of_new(integration_id: int, refs: Iterable[RecordRef]) -> list[QuerySet[RecordLink]]:
    """Rows that are not there yet, by the record they will stand for. Found by a question of their
    own: grouped, SQLite would rather look through all that are there."""
    ids: dict[tuple[Side, str], list[str]] = defaultdict(list)
    for ref in refs:
        ids[ref.side, ref.entity.value].append(ref.id)
    rows = [
        RecordLink.objects.filter(
            integration=integration_id, entity=entity, **{f"{side.value}_id__in": some}
        )
        for (side, entity), some in ids.items()
    ]
    return [RecordLink.objects.filter(pk__in=one.order_by().values("pk")) for one in rows]


def recount(integration: Integration) -> int:
    """Everything counted anew; answers how many numbers were wrong. Raises `Busy` while a worker
    is at it."""
    with leased(integration) as held, transaction.atomic():
        held.guard_commit()
        counted, stored = count_all(integration.pk), numbers(integration.pk)
        wrong = {
            kind
            for kind in counted.keys() | stored.keys()
            if counted.get(kind, Worth()) != stored.get(kind, Worth())
        }
        if wrong:
            RecordCount.objects.filter(integration=integration).delete()
            _write(integration.pk, counted)
    return len(wrong)


def numbers(integration_id: int) -> dict[Kind, Worth]:
    """As they are kept."""
    rows = RecordCount.objects.filter(integration=integration_id)
    return {
        kind: Worth(records, amount)
        for *names, records, amount in rows.values_list(*_KIND, "records", "amount")
        if (kind := _kind(names))
    }


def count_all(integration_id: int) -> dict[Kind, Worth]:
    """As they are."""
    return _counted(RecordLink.objects.filter(integration=integration_id))


def _counted(links: QuerySet[RecordLink]) -> dict[Kind, Worth]:
    """By the database. Whole cents are added up: SQLite would add the amounts as floats."""
    cents = Cast(Round(F("amount") * 100), BigIntegerField())
    rows = links.order_by().values_list(*_KIND).annotate(records=Count("id"), cents=Sum(cents))
    return {
        _kind(names): Worth(records, Decimal(total or 0).scaleb(-2))
        for *names, records, total in rows
    }


def _standing(affected: Iterable[QuerySet[RecordLink]]) -> dict[Kind, Worth]:
    found: dict[Kind, Worth] = defaultdict(Worth)
    for rows in affected:
        for kind, worth in _counted(rows).items():
            found[kind] = found[kind].plus(worth)
    return found


def _store(integration_id: int, before: Mapping[Kind, Worth], after: Mapping[Kind, Worth]) -> None:
    moved = {
        kind: difference
        for kind in before.keys() | after.keys()
        if (difference := after.get(kind, Worth()).minus(before.get(kind, Worth()))) != Worth()
    }
    if moved:
        stored = numbers(integration_id)
        _write(
            integration_id,
            {kind: stored.get(kind, Worth()).plus(one) for kind, one in moved.items()},
        )


def _write(integration_id: int, counts: Mapping[Kind, Worth]) -> None:
    RecordCount.objects.bulk_create(
        (
            RecordCount(
                integration_id=integration_id,
                records=worth.records,
                amount=worth.amount,
                **dict(zip(_KIND, kind, strict=True)),
            )
            for kind, worth in counts.items()
        ),
        update_conflicts=True,
        unique_fields=["integration", *_KIND],
        update_fields=["records", "amount"],
    )


def _kind(names: Iterable[str]) -> Kind:
    entity, state, category, currency = names
    return entity, state, category, currency
