"""Everything of a kind is read when a rule is new or saved, or when nobody can tell any more what
has changed; many passes may share it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone

from syncapp.connectors.base import Cursor
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import ChangeCursor
from syncapp.pipeline import polling
from syncapp.pipeline.context import Pass
from syncapp.pipeline.guards import allowances

# QuickBooks tells changes and deletions of the last 30 days (quickbooks-api.md 12). A cursor that
# comes near it is not trusted: everything is listed, and what is missing is looked at.
_LONGEST_GAP = timedelta(days=25)


def start_over(integration_id: int, entities: Collection[Entity]) -> None:
    """Forget how far these were read: the next pass puts every record on the worklist."""
    ChangeCursor.objects.filter(integration_id=integration_id, entity__in=entities).delete()


def cursors(
    work: Pass, stored: polling.Cursors, entities: Collection[Entity]
) -> dict[Entity, Cursor]:
    recent = {
        entity: Cursor(row.since, row.page)
        for entity, row in stored.items()
        if row.since is None or row.since > work.now - _LONGEST_GAP
    }
    return {
        entity: recent.get(entity, Cursor())
        for entity in entities
        if entity in work.rules and work.rules[entity].is_on
    }


def began(row: ChangeCursor | None, cursor: Cursor | None) -> datetime | None:
    """When everything was listed, or begun to be: this very list, where it begins now."""
    is_new = cursor is not None and cursor.since is None and not cursor.page
    return timezone.now() if is_new or row is None else row.listing_began_at


def not_listed(
    work: Pass,
    side: Side,
    entity: Entity,
    listed: Collection[str] = (),
    since: datetime | None = None,
) -> list[RecordRef]:
    """Linked records that a finished listing did not show: looked at one by one, since only a
    direct read tells that a record is gone. Not those that were worked on `since` it began."""
    column = f"{side.value}_id"
    linked = allowances.links(work, entity)
    if since is not None:
        linked = linked.exclude(seen_at__gte=since)
    ids = linked.values_list(column, flat=True)
    return [RecordRef(side, entity, str(id_)) for id_ in ids if id_ not in listed]
