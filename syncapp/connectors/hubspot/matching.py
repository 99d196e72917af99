"""How many records a search finds for a filter, and the first of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import simplejson

from syncapp.connectors.base import Matching
from syncapp.connectors.hubspot import fetching, filtering
from syncapp.connectors.hubspot.endpoints import SEARCH_PAGE
from syncapp.connectors.hubspot.finding import LONGEST_BODY
from syncapp.connectors.hubspot.objects import OBJECTS
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.replies import Page, Record
from syncapp.engine.records import Entity
from syncapp.engine.rules import Filter

MOST_REACHABLE = 10_000  # hubspot-api.md 8 [SEARCH]


def matching(
    reader: Reader, entity: Entity, filter_: Filter, now: datetime, limit: int
) -> Matching:
    kind = OBJECTS[entity]
    definitions = reader.definitions(kind) if filter_ else {}
    pushed = filtering.pushed(kind, entity, filter_, definitions, now)
    body = {"filterGroups": pushed.filter_groups, "properties": reader.properties(entity)}
    has_all = len(simplejson.dumps(body, ensure_ascii=False)) < LONGEST_BODY - 100
    if not has_all:
        body["properties"] = []
    records: list[Record] = []
    total = 0
    for page in _pages(reader, entity, body, min(limit, MOST_REACHABLE)):
        records += page.records
        total = page.total or 0
    if not has_all:
        ids = [str(record["id"]) for record in records]
        read = reader.records(kind, ids, reader.properties(entity))
        records = [read[id] for id in ids if id in read]
    snapshots = fetching.complete(reader, entity, records[:limit])
    return Matching(total, tuple(snapshots.values()), pushed.is_exact)


def _pages(reader: Reader, entity: Entity, body: Mapping[str, Any], limit: int) -> Iterator[Page]:
    read, after = 0, ""
    while True:
        size = max(1, min(SEARCH_PAGE, limit - read))
        more = {"after": after} if after else {}
        page = reader.endpoints.search(OBJECTS[entity], {**body, **more, "limit": size})
        yield page
        read, after = read + len(page.records), page.after
        if not after or read >= limit:
            return
