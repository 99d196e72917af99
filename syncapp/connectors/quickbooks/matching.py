"""How many records a query finds for a filter, and the first of them."""

from datetime import datetime

from syncapp.connectors.base import Matching
from syncapp.connectors.quickbooks import filtering, query
from syncapp.connectors.quickbooks.codec import ALSO_INACTIVE, ENTITY_NAMES, LISTS
from syncapp.connectors.quickbooks.endpoints import Company, count_in, rows_in
from syncapp.connectors.quickbooks.items import is_product
from syncapp.connectors.quickbooks.reading import Reader, Row
from syncapp.engine.records import Entity
from syncapp.engine.rules import Filter


def matching(
    company: Company, reader: Reader, entity: Entity, filter_: Filter, now: datetime, limit: int
) -> Matching:
    pushed = filtering.pushed(entity, filter_, now)
    is_hidden = entity in LISTS and not pushed.names_active
    where = (*pushed.where, *((ALSO_INACTIVE,) if is_hidden else ()))
    rows, is_all = _first(company, ENTITY_NAMES[entity], where, limit)
    total = len(rows)
    if not is_all:
        total = count_in(company.query(query.count(ENTITY_NAMES[entity], *where)))
    found = [row for row in rows if entity is not Entity.PRODUCT or is_product(row)]
    snapshots = reader.completed(entity, reader.snapshots(entity, found))
    dropped = len(rows) - len(found)  # categories and bundles are no records of ours
    is_exact = pushed.is_exact and (is_all or entity is not Entity.PRODUCT)
    return Matching(total - dropped, tuple(snapshots), is_exact)


def _first(
    company: Company, name: str, where: tuple[str, ...], limit: int
) -> tuple[list[Row], bool]:
    """By id; and whether these are all."""
    rows: list[Row] = []
    while True:
        most = min(query.PAGE, limit - len(rows))
        statement = query.select(name, *where, order_by="Id", start=len(rows) + 1, most=most)
        page = rows_in(company.query(statement), name)
        rows += page
        if len(page) < most:
            return rows, True
        if len(rows) >= limit:
            return rows, False
