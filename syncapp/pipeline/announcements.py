"""What webhooks have announced: which records to look at, without waiting for the next poll.

An event is a hint. Whether anything changed, and what, is only ever read from the vendor.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import RecordLink, WebhookDelivery, WriteIntent
from syncapp.pipeline.context import Pass

_MOST_AT_ONCE = 2000
_ASSOCIATION = "associationChange"

# Our own writes come back as events. Those of a few records are looked at together in one call;
# those of a load are left to the next poll, which asks for all of them at once.
_ECHO_SECONDS = 60
FEW_ECHOES = 100

# An announcement may come this long after the change: QuickBooks collects for up to five minutes.
_LATEST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class News:
    """`refs` were named. `sure` are those of them whose version would not tell whether something
    happened. `around`: entities of which something was named that belongs to their records.
    `later`: entities that the next poll looks through."""

    rows: Sequence[int] = ()
    refs: frozenset[RecordRef] = frozenset()
    sure: frozenset[RecordRef] = frozenset()
    around: frozenset[tuple[Side, Entity]] = frozenset()
    later: frozenset[tuple[Side, Entity]] = frozenset()

    def of(self, side: Side) -> list[RecordRef]:
        return sorted(ref for ref in self.refs if ref.side is side)

    def entities(self, side: Side) -> set[Entity]:
        return {ref.entity for ref in self.refs if ref.side is side}

    def kinds(self, side: Side) -> set[Entity]:
        """Of all that was announced, our own echoes too."""
        told = self.around | self.later
        return self.entities(side) | {entity for at, entity in told if at is side}


NOTHING = News()


def waiting(work: Pass, entities: Collection[Entity]) -> News:
    rows = list(untaken(work, entities).order_by("id")[:_MOST_AT_ONCE])
    on = [row for row in rows if _is_on(work, Entity(row.entity))]
    refs = {_ref(row) for row in on if row.record_id}
    around = {(Side(row.side), Entity(row.entity)) for row in on if not row.record_id}
    echoes = _written_lately(work, refs)
    sure = {_ref(row) for row in on if row.event.endswith(_ASSOCIATION)} - echoes
    later = {kind for kind in around if _wrote_lately(work, *kind)}
    if len(echoes) > FEW_ECHOES:
        refs -= echoes
        later |= {(ref.side, ref.entity) for ref in echoes}
    return News(
        [row.pk for row in rows],
        frozenset(refs),
        frozenset(sure & refs),
        frozenset(around - later),
        frozenset(later),
    )


def taken(news: News) -> None:
    """In the transaction that puts them on the worklist."""
    WebhookDelivery.objects.filter(pk__in=news.rows).update(taken_at=timezone.now())


def unannounced(
    work: Pass, side: Side, entity: Entity, refs: Iterable[RecordRef]
) -> set[RecordRef]:
    """Those of them that no webhook has named lately."""
    asked = list(refs)
    told = set(
        WebhookDelivery.objects.filter(
            integration=work.integration,
            side=side,
            entity=entity,
            record_id__in={_bare(ref.id) for ref in asked},
            received_at__gt=timezone.now() - timedelta(seconds=settings.SAFETY_POLL) - _LATEST,
        ).values_list("record_id", flat=True)
    )
    return {ref for ref in asked if _bare(ref.id) not in told}


def forget_old() -> int:
    """Also those that no pass has taken up: a poll has looked further back by then."""
    oldest = timezone.now() - timedelta(days=settings.WEBHOOK_DAYS)
    number, _ = WebhookDelivery.objects.filter(received_at__lt=oldest).delete()
    return number


def untaken(work: Pass, entities: Collection[Entity]) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(
        integration=work.integration, taken_at__isnull=True, entity__in=entities
    )


def _is_on(work: Pass, entity: Entity) -> bool:
    return entity in work.rules and work.rules[entity].is_on


def _ref(row: WebhookDelivery) -> RecordRef:
    return RecordRef(Side(row.side), Entity(row.entity), row.record_id)


def _bare(id: str) -> str:
    """QuickBooks names the payment, we know its allocations."""
    return id.partition("/")[0]


def _written_lately(work: Pass, refs: Collection[RecordRef]) -> set[RecordRef]:
    found: set[RecordRef] = set()
    for side in Side:
        for entity in Entity:
            ids = {ref.id for ref in refs if ref.side is side and ref.entity is entity}
            found |= {RecordRef(side, entity, id) for id in _of_late(work, side, entity, ids)}
    return found


def _of_late(work: Pass, side: Side, entity: Entity, ids: Collection[str]) -> set[str]:
    if not ids:
        return set()
    column = f"{side.value}_id"
    named = Q(**{f"{column}__in": ids})
    if side is Side.QUICKBOOKS and entity is Entity.PAYMENT:
        for id in ids:
            named |= Q(quickbooks_id__startswith=f"{id}/")
    links = RecordLink.objects.filter(named, integration=work.integration, entity=entity)
    by_link = dict(links.values_list("pk", column))
    written = WriteIntent.objects.filter(
        link__in=by_link, side=side, answered_at__gt=_lately()
    ).values_list("link", flat=True)
    return {_bare(str(by_link[pk])) for pk in written if pk is not None}


def _wrote_lately(work: Pass, side: Side, entity: Entity) -> bool:
    newest = WriteIntent.objects.filter(integration=work.integration).order_by("-id")
    return any(
        one.side == side
        and one.entity == entity
        and one.answered_at
        and one.answered_at > _lately()
        for one in newest.only("side", "entity", "answered_at")[:500]
    )


def _lately() -> datetime:
    return timezone.now() - timedelta(seconds=_ECHO_SECONDS)
