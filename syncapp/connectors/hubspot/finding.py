"""Finds records by a value: for matching, and to learn which writes have happened."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import simplejson

from syncapp.connectors.hubspot import fetching
from syncapp.connectors.hubspot.calls import chunks
from syncapp.connectors.hubspot.endpoints import SEARCH_PAGE
from syncapp.connectors.hubspot.objects import KEY, OBJECTS
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.replies import Record
from syncapp.engine.records import Entity, Snapshot

MOST_VALUES = 100
LONGEST_BODY = 3000  # hubspot-api.md 8 [SEARCH]
MOST_UNINDEXED_PAGES = 5

# Read as an id, which unlike a search is never late: hubspot-api.md 4 [OBJ], 8 (#59 **T**)
_IDS = {Entity.CONTACT: ("email", KEY)}


def find(
    reader: Reader, entity: Entity, name: str, values: Collection[str]
) -> dict[str, tuple[Snapshot, ...]]:
    asked: dict[str, list[str]] = {}
    for value in values:
        if value:
            asked.setdefault(_fold(value), []).append(value)
    if not asked:
        return {}
    is_id = name == KEY or name in _IDS.get(entity, ())
    records = (
        _by_id(reader, entity, name, values) if is_id else _search(reader, entity, name, asked)
    )
    found: dict[str, list[Snapshot]] = {}
    snapshots = fetching.complete(reader, entity, list(records.values()))
    for snapshot in snapshots.values():
        held = (records[snapshot.ref.id].get("properties") or {}).get(name) or ""
        for value in asked.get(_fold(held), ()):
            found.setdefault(value, []).append(snapshot)
    return {value: tuple(some) for value, some in found.items()}


def _by_id(reader: Reader, entity: Entity, name: str, values: Iterable[str]) -> dict[str, Record]:
    ids = [value.strip() if name == KEY else _fold(value) for value in values]
    return reader.records(OBJECTS[entity], ids, _properties(reader, entity, name), id_property=name)


def _search(reader: Reader, entity: Entity, name: str, values: Iterable[str]) -> dict[str, Record]:
    """Finds ids only, so that many values fit into a body; then reads what they are now."""
    found = reader.side_by_side.each(
        lambda body: _all_pages(reader, entity, body), _bodies(name, values)
    )
    ids = [str(record["id"]) for records in found for record in records]
    records = reader.records(OBJECTS[entity], ids, _properties(reader, entity, name))
    return {**_too_new_for_search(reader, entity, name), **records}


def _too_new_for_search(reader: Reader, entity: Entity, name: str) -> dict[str, Record]:
    """Search is late, the list is not (hubspot-api.md 8): all records after the newest one that
    search knows, in two calls."""
    kind = OBJECTS[entity]
    newest_first = {"propertyName": "hs_object_id", "direction": "DESCENDING"}
    newest = reader.endpoints.search(
        kind, {"sorts": [newest_first], "limit": 1, "filterGroups": []}
    )
    after = next((str(record["id"]) for record in newest.records), "")
    found: dict[str, Record] = {}
    for _ in range(MOST_UNINDEXED_PAGES):
        page = reader.endpoints.list(kind, _properties(reader, entity, name), after=after)
        found |= {str(record["id"]): record for record in page.records}
        after = page.after
        if not after:
            break
    return found


def _properties(reader: Reader, entity: Entity, name: str) -> list[str]:
    return sorted({*reader.properties(entity), name})


def _all_pages(reader: Reader, entity: Entity, body: Mapping[str, Any]) -> list[Record]:
    records: list[Record] = []
    after: Mapping[str, str] = {}
    while True:
        page = reader.endpoints.search(OBJECTS[entity], {**body, **after})
        records += page.records
        if not page.after:
            return records
        after = {"after": page.after}


def _bodies(name: str, values: Iterable[str]) -> list[dict[str, Any]]:
    """As many values in each as it may hold."""
    bodies: list[dict[str, Any]] = []
    for some in chunks(values, MOST_VALUES):
        bodies += _fitting(name, some)
    return bodies


def _fitting(name: str, values: Sequence[str]) -> list[dict[str, Any]]:
    body = {
        "filterGroups": [
            {"filters": [{"propertyName": name, "operator": "IN", "values": list(values)}]}
        ],
        "properties": [name],
        "limit": SEARCH_PAGE,
    }
    if len(values) == 1 or len(simplejson.dumps(body, ensure_ascii=False)) <= LONGEST_BODY:
        return [body]
    middle = len(values) // 2
    return [*_fitting(name, values[:middle]), *_fitting(name, values[middle:])]


def _fold(value: str) -> str:
    """`IN` wants lower case: hubspot-api.md 8 [SEARCH]."""
    return value.strip().lower()
