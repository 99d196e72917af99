"""Which entities a pass asks a vendor about, and when webhooks may be relied on instead.

Polling is the truth, a webhook only makes it faster. An entity whose changes are seen to be
announced is polled once in SAFETY_POLL seconds; a change that such a poll finds and nothing has
announced ends that, until the next webhook about this entity arrives.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import ChangeCursor, SyncRun
from syncapp.pipeline.announcements import News
from syncapp.pipeline.context import Pass

_BY_HAND = (SyncRun.Trigger.PERSON, SyncRun.Trigger.COMMAND)
_SLACK = timedelta(seconds=20)  # a sweep comes a little early or late


Cursors = Mapping[Entity, ChangeCursor]


def cursors(work: Pass) -> Mapping[Side, Cursors]:
    found: dict[Side, dict[Entity, ChangeCursor]] = {side: {} for side in Side}
    for row in ChangeCursor.objects.filter(integration=work.integration):
        found[Side(row.side)][Entity(row.entity)] = row
    return found


def due(
    work: Pass,
    side: Side,
    stored: Cursors,
    entities: Collection[Entity],
    news: News,
    *,
    only_news: bool,
) -> set[Entity]:
    """A vendor that answers for all entities at once is asked for all of them, as soon as one is
    to be asked for."""
    on = {entity for entity in entities if entity in work.rules and work.rules[entity].is_on}
    asked = {entity for at, entity in news.around if at is side}
    if work.connectors[side].has_one_feed:
        asked |= news.entities(side)
    if not only_news:
        asked |= {entity for entity in on if _is_over(work, stored.get(entity))}
    if asked & on and work.connectors[side].has_one_feed:
        return on
    return asked & on


def done(work: Pass, side: Side, stored: Cursors, entities: Collection[Entity]) -> None:
    """Without webhooks nobody asks when it was: an idle pass has nothing to store."""
    is_told = any(row.announced_at for row in stored.values())
    if is_told or any(one not in stored or not stored[one].polled_at for one in entities):
        _mine(work, side).filter(entity__in=entities).update(polled_at=work.now)


def announced(work: Pass, news: News) -> None:
    """Webhooks about these entities arrive. What they leave to a poll is relied on after it."""
    for side, entity in news.later:
        _mine(work, side).filter(entity=entity).update(missed_at=timezone.now())
    heard = {(ref.side, ref.entity) for ref in news.refs} | news.around | news.later
    for side, entity in heard:
        _mine(work, side).filter(entity=entity).update(announced_at=timezone.now())


def missed(work: Pass, refs: Iterable[RecordRef]) -> None:
    """Of records that were written to: found by a poll, they should have been announced."""
    for side, entity in {(ref.side, ref.entity) for ref in refs if ref in work.unannounced}:
        _mine(work, side).filter(entity=entity).update(missed_at=timezone.now())


def _is_over(work: Pass, cursor: ChangeCursor | None) -> bool:
    if cursor is None or cursor.since is None or cursor.polled_at is None:
        return True
    seconds = _interval(work, cursor)
    return work.now - cursor.polled_at >= timedelta(seconds=seconds) - _SLACK


def _interval(work: Pass, cursor: ChangeCursor) -> int:
    trigger = work.run.trigger
    if trigger in _BY_HAND:
        return 0
    if cursor.is_announced:
        return max(settings.SAFETY_POLL, work.integration.interval_seconds)
    return work.integration.interval_seconds if trigger == SyncRun.Trigger.WEBHOOK else 0


def _mine(work: Pass, side: Side) -> QuerySet[ChangeCursor]:
    return ChangeCursor.objects.filter(integration=work.integration, side=side)
