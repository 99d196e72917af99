"""DETECT: pages of changed records become rows of the inbox, page by page with their cursor; what
webhooks have named becomes rows too."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic

from django.db import transaction
from django.db.models import Q

from syncapp.connectors.base import ChangePage, Connector, Cursor
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import ChangeCursor, PendingChange, RecordLink
from syncapp.models.bulk import update_all
from syncapp.pipeline import announcements, echoes, listing, onlookers, polling, progress, worklist
from syncapp.pipeline.announcements import News
from syncapp.pipeline.context import Pass

# Told between two pages of a list of everything whose it is, and when that of invoices began.
Meanwhile = Callable[[Entity, datetime | None], None]


def nothing(_listed: Entity, _began: datetime | None) -> None:
    """Nobody works while a list is read."""


def detect(
    work: Pass,
    entities: Collection[Entity],
    news: News,
    until: float | None = None,
    *,
    only_news: bool = False,
    meanwhile: Meanwhile = nothing,
) -> bool:
    """Answers whether everything is read. `news`: what webhooks have named; `only_news`: meanwhile,
    in the middle of a pass. `until`: by the monotonic clock, a listing of everything is broken off
    after it, and the next pass goes on there. QuickBooks comes first: its lists take a tenth of the
    calls, and what is to be written there need not wait for HubSpot's long ones."""
    named: list[RecordRef] = []
    cursors = polling.cursors(work)
    for side in (Side.QUICKBOOKS, Side.HUBSPOT):
        connector = work.connectors[side]
        connector.forget(news.kinds(side))
        stored = cursors[side]
        polled = polling.due(work, side, stored, entities, news, only_news=only_news)
        between = meanwhile if side is Side.HUBSPOT else nothing
        shown = _poll(work, connector, stored, polled, until, between)
        if shown is None:
            return False
        named += _to_look_at(
            work, connector, [ref for ref in news.of(side) if ref not in shown], news
        )
    if not news.rows:
        return True
    work.forget(*named)  # what this pass has seen of them may be older than the event
    with transaction.atomic():
        work.lease.guard_commit()
        worklist.add(work.integration, named)
        announcements.taken(news)
    polling.announced(work, news)
    return True


def _poll(
    work: Pass,
    connector: Connector,
    stored: polling.Cursors,
    entities: Collection[Entity],
    until: float | None,
    meanwhile: Meanwhile,
) -> set[RecordRef] | None:
    """Answers what was shown, changed or gone; nothing where the time was over before the end."""
    side = connector.side
    cursors = listing.cursors(work, stored, entities)
    initial = {entity for entity, cursor in cursors.items() if cursor.since is None}
    began = {one: listing.began(stored.get(one), cursors.get(one)) for one in {*stored, *cursors}}
    expected = {one for one in cursors if one not in initial and stored[one].is_announced}
    read: dict[Entity, set[str]] = {entity: set() for entity in cursors}
    shown: set[RecordRef] = set()
    first_read: dict[Entity, float] = {}
    passed: dict[Entity, Cursor] = {}
    for page in connector.changes(cursors) if cursors else ():
        seen = read[page.entity]
        first_read.setdefault(page.entity, page.read_at)
        seen.update(ref.id for ref in page.refs)
        shown.update(map(_whole, (*page.refs, *page.removed)))
        changed: Sequence[RecordRef] = ()
        if page.entity in initial or page.refs or page.removed or page.there is not None:
            passed.pop(page.entity, None)
            listed = (seen, began[page.entity]) if page.entity in initial else None
            changed = _store(work, side, page, listed)
            if row := stored.get(page.entity):  # where it stands now, for the page that ends it
                row.since, row.page = page.cursor.since, page.cursor.page
        else:
            passed[page.entity] = page.cursor
        if page.entity in expected:
            work.unannounced |= announcements.unannounced(work, side, page.entity, changed)
        step = progress.reading(page.entity, side)
        work.progress(step, len(seen), page.total)
        if page.entity in initial and page.cursor.since is not None:
            work.has_listed(side, page.entity, first_read[page.entity])
        work.lease.make_room(0)
        if page.entity in initial:
            meanwhile(page.entity, began.get(Entity.INVOICE))
        if until is not None and page.cursor.since is None and monotonic() > until:
            _move_on(work, stored, passed)
            return None
    _move_on(work, stored, passed)
    polling.done(work, side, stored, cursors)
    return shown if connector.has_one_feed else set()


def _move_on(work: Pass, stored: polling.Cursors, passed: Mapping[Entity, Cursor]) -> None:
    """Past pages that showed nothing, all in one transaction: until then they are read again."""
    moved = []
    for entity, cursor in passed.items():
        row = stored[entity]
        if (row.since, row.page) != (cursor.since, cursor.page):
            row.since, row.page = cursor.since, cursor.page
            moved.append(row)
    if moved:
        with transaction.atomic():
            work.lease.guard_commit()
            update_all(moved, ["since", "page", "updated_at"])


def _whole(ref: RecordRef) -> RecordRef:
    """A webhook names a payment, not its allocations."""
    return replace(ref, id=ref.id.partition("/")[0])


def _to_look_at(
    work: Pass, connector: Connector, refs: Sequence[RecordRef], news: News
) -> list[RecordRef]:
    """Named records, without those that stand as we left them, and what belongs to them."""
    found: list[RecordRef] = []
    for entity in Entity:
        mine = [ref for ref in refs if ref.entity is entity]
        asked = [ref for ref in mine if ref not in news.sure]
        versions = connector.versions(asked) if asked else {}
        page = ChangePage(entity, tuple(mine), Cursor(), versions=versions)
        no_news = echoes.of(work, connector.side, page)
        changed = [ref for ref in _expanded(work, connector.side, page) if ref not in no_news]
        found += [*changed, *onlookers.of_changed(work, entity, changed)]
    return found


def _store(
    work: Pass, side: Side, page: ChangePage, listed: tuple[Collection[str], datetime | None] | None
) -> list[RecordRef]:
    """The rows of a page and the cursor that covers them are committed together. `listed`: the
    ids so far, and since when, when everything is being listed; None when only changes are.
    Answers what changed."""
    is_initial = listed is not None
    refs = _expanded(work, side, page)
    moved = list(page.refs)
    for snapshot in page.snapshots.values():
        work.remember(snapshot, page.read_at)
    priority = PendingChange.Priority.INITIAL if is_initial else PendingChange.Priority.FRESH
    with transaction.atomic():
        work.lease.guard_commit()
        if listed is None:  # a new or saved rule decides every record again
            no_news = echoes.of(work, side, page)
            refs = [ref for ref in refs if ref not in no_news]
            moved = [ref for ref in moved if ref not in no_news]
        elif page.cursor.since is not None:
            refs = [*refs, *listing.not_listed(work, side, page.entity, *listed)]
        if page.there is not None:
            linked = listing.not_listed(work, side, page.entity)
            refs += [ref for ref in linked if _whole(ref).id not in page.there]
        changed = list(refs)
        refs = [*refs, *onlookers.of_changed(work, page.entity, moved)]
        worklist.add(work.integration, refs, priority=priority)
        ChangeCursor.objects.update_or_create(
            integration=work.integration,
            side=side,
            entity=page.entity,
            defaults={
                "since": page.cursor.since,
                "page": page.cursor.page,
                **({"listing_began_at": listed[1]} if listed else {}),
            },
        )
    return changed


def _expanded(work: Pass, side: Side, page: ChangePage) -> list[RecordRef]:
    """A QuickBooks payment named without an invoice stands for every allocation known of it, and
    for its unapplied rest where there is or was one."""
    refs = [*page.refs, *page.removed]
    if page.entity is not Entity.PAYMENT or side is not Side.QUICKBOOKS:
        return refs
    whole = {*page.snapshots, *page.unreadable}
    result = [ref for ref in refs if "/" in ref.id or ref in whole]
    for ref in refs:
        if "/" not in ref.id:
            known = RecordLink.objects.filter(
                Q(quickbooks_id=ref.id) | Q(quickbooks_id__startswith=f"{ref.id}/"),
                integration=work.integration,
                entity=Entity.PAYMENT,
            )
            ids = known.values_list("quickbooks_id", flat=True)
            result += [RecordRef(side, Entity.PAYMENT, id_) for id_ in ids if id_]
    return result
