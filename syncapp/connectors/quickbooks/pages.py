"""One page of changed records from raw rows."""

from collections.abc import Sequence

from syncapp.connectors.base import ChangePage, Cursor
from syncapp.connectors.quickbooks.codec import ref_of
from syncapp.connectors.quickbooks.items import is_product
from syncapp.connectors.quickbooks.reading import Reader, Row
from syncapp.engine.records import Entity, RecordRef


def page_of(
    reader: Reader, entity: Entity, rows: Sequence[Row], cursor: Cursor, total: int | None = None
) -> ChangePage:
    removed = [row for row in rows if row.get("status") == "Deleted"]
    live = [row for row in rows if row.get("status") != "Deleted"]
    if entity is Entity.PRODUCT:
        live = [row for row in live if is_product(row)]
    read = reader.completed(entity, reader.snapshots(entity, live))
    snapshots = {one.ref: one for one in read}
    return ChangePage(
        entity,
        refs=(*snapshots, *_payments_changed(entity, live)),
        cursor=cursor,
        snapshots=snapshots,
        removed=tuple(ref_of(entity, row["Id"]) for row in removed),
        total=total,
        versions={ref: one.version for ref, one in snapshots.items()},
    )


def _payments_changed(entity: Entity, rows: Sequence[Row]) -> list[RecordRef]:
    """A changed payment may have left an invoice it settled before: the bare payment says so."""
    if entity is not Entity.PAYMENT:
        return []
    return [ref_of(entity, row["Id"]) for row in rows if str(row.get("SyncToken")) != "0"]
