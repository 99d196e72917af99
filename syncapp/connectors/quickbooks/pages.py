"""One page of changed records from raw rows."""

import logging
from collections.abc import Iterator, Sequence

from syncapp.connectors.base import ChangePage, Cursor, Seen
from syncapp.connectors.quickbooks.codec import ref_of
from syncapp.connectors.quickbooks.items import is_product
from syncapp.connectors.quickbooks.reading import Reader, Row
from syncapp.engine.records import Entity, RecordRef, Snapshot
from syncapp.errors import RemoteError

logger = logging.getLogger(__name__)


def page_of(
    reader: Reader, entity: Entity, rows: Sequence[Row], cursor: Cursor, total: int | None = None
) -> ChangePage:
    removed = [row for row in rows if row.get("status") == "Deleted"]
    live = [row for row in rows if row.get("status") != "Deleted"]
    if entity is Entity.PRODUCT:
        live = [row for row in live if is_product(row)]
    read, unreadable = _read(reader, entity, live)
    snapshots = {one.ref: one for one in read}
    return ChangePage(
        entity,
        refs=(*snapshots, *_payments_changed(entity, live), *unreadable),
        cursor=cursor,
        snapshots=snapshots,
        removed=tuple(ref_of(entity, row["Id"]) for row in removed),
        total=total,
        versions={ref: Seen(one.version) for ref, one in snapshots.items()},
        unreadable=frozenset(unreadable),
    )


def _read(
    reader: Reader, entity: Entity, rows: Sequence[Row]
) -> tuple[list[Snapshot], list[RecordRef]]:
    """All together, as that takes fewer calls; where one of them cannot be understood, one by
    one: it is named without a snapshot, and the others go on."""
    try:
        return reader.completed(entity, reader.snapshots(entity, rows)), []
    except RemoteError:
        raise
    except Exception:
        logger.exception("could not read a page of %ss", entity)
    good: list[Row] = []
    bad: list[RecordRef] = []
    for row in rows:
        try:
            reader.snapshots(entity, [row])
        except RemoteError:
            raise
        except Exception:
            logger.exception("could not read %s %s", entity, row.get("Id"))
            bad += _named(entity, row)
        else:
            good.append(row)
    return reader.completed(entity, reader.snapshots(entity, good)), bad


def _named(entity: Entity, row: Row) -> Iterator[RecordRef]:
    """A row without an id is nobody's."""
    if row.get("Id"):
        yield ref_of(entity, row["Id"])


def _payments_changed(entity: Entity, rows: Sequence[Row]) -> list[RecordRef]:
    """A changed payment may have left an invoice it settled before: the bare payment says so."""
    if entity is not Entity.PAYMENT:
        return []
    return [ref_of(entity, row["Id"]) for row in rows if str(row.get("SyncToken")) != "0"]
