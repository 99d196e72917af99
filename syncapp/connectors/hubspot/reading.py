"""Fresh snapshots from ids, always in batches; and full snapshots from records that a list or a
search has sent anyway. What belongs to one entity alone is in contacts.py, invoices.py, …"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from syncapp.connectors.base import Wanted
from syncapp.connectors.hubspot.associations import PRIMARY_COMPANY, by_name
from syncapp.connectors.hubspot.calls import SideBySide, chunks
from syncapp.connectors.hubspot.codec import Codec
from syncapp.connectors.hubspot.endpoints import (
    ASSOCIATIONS_BATCH,
    BATCH,
    BATCH_WITH_HISTORY,
    Endpoints,
)
from syncapp.connectors.hubspot.glimpses import MOST, OURS, Glimpse, glimpse_of
from syncapp.connectors.hubspot.kept_lines import KeptLines
from syncapp.connectors.hubspot.objects import KEY, LINE_ITEMS, OBJECTS, Kind, ObjectType
from syncapp.connectors.hubspot.properties import Definitions
from syncapp.connectors.hubspot.replies import Associated, Found, Record, version_of
from syncapp.connectors.hubspot.values import decode
from syncapp.connectors.recent import Recent
from syncapp.engine.records import Entity, Side, Snapshot, Value
from syncapp.engine.said import said
from syncapp.errors import Doubtful

MOST_NAMES = 1_000  # characters; a search body holds 3,000: hubspot-api.md 8 [SEARCH]

Links = dict[str, tuple[Associated, ...]]
# The ids of the records that were seen for the first time last, as many as a page of the list has
Latest = Callable[[Entity], Collection[str]]


def nothing_known(_entity: Entity) -> Collection[str]:
    return ()


class Zone(Protocol):
    def __call__(self) -> ZoneInfo: ...


class Reader:
    """What the readers of all entities share."""

    def __init__(
        self,
        endpoints: Endpoints,
        side_by_side: SideBySide,
        definitions: Definitions,
        wanted: Wanted,
        zone: Zone,
        history_since: datetime | None = None,
        fresh_seconds: float = 0,
        latest: Latest = nothing_known,
    ) -> None:
        self.endpoints = endpoints
        self.side_by_side = side_by_side
        self._definitions = definitions
        self._wanted = wanted
        self._zone = zone
        self._codecs: dict[Entity, Codec] = {}
        self.history_since = history_since
        self.latest = latest
        # ids of those created since the last pass, by us or as was found
        self.newcomers: dict[Entity, Recent[str, None]] = {one: Recent(MOST) for one in Entity}
        self.kept_lines = KeptLines(fresh_seconds)
        # of line items read with their invoices, while somebody asks for them
        self.line_versions: dict[str, str] | None = None
        self.glimpses: Recent[str, Glimpse] = Recent(MOST)  # of invoices read in full, by id
        self.own_sources: set[tuple[str, str]] = set()  # how property history names us

    def related(self, entity: Entity) -> Mapping[str, frozenset[str]]:
        return self._wanted.related.get(entity, {})

    def watched(self, entity: Entity) -> frozenset[str]:
        return self._wanted.watched.get(entity, frozenset())

    def needs_related(self, snapshot: Snapshot) -> bool:
        """Whether a filter has to look at what is associated with this record."""
        passes = self._wanted.alone.get(snapshot.ref.entity)
        return passes is None or not passes(snapshot)

    def fields(self, entity: Entity) -> frozenset[str]:
        return self._wanted.fields.get(entity, frozenset())

    def codec(self, entity: Entity) -> Codec:
        """Asks for the account's time zone and property definitions where they matter, once."""
        if entity not in self._codecs:
            kind = OBJECTS[entity]
            names = self._names(entity)
            kinds = self._definitions.kinds(kind, names)
            self._codecs[entity] = Codec(entity, names, kinds, self._zone())
        return self._codecs[entity]

    def writing_codec(self, entity: Entity, names: Iterable[str]) -> Codec:
        """The same for properties that may not be among those read."""
        codec = self.codec(entity)
        kinds = self._definitions.kinds(OBJECTS[entity], [*codec.names, *names])
        return Codec(entity, codec.names, kinds, codec.zone)

    def missing(self, entity: Entity) -> frozenset[str]:
        return self._definitions.missing(OBJECTS[entity], self._names(entity))

    def properties(self, entity: Entity) -> list[str]:
        """To be asked for; a snapshot holds no notes of ours."""
        return sorted({*self._names(entity), *(OURS if entity is Entity.INVOICE else ())})

    def names_of_mark(self, entity: Entity) -> tuple[str, ...]:
        """What of an invoice must be known to tell our note on it from a person's change: all
        that is read of it, where so many names have room in a search that names ids too."""
        names = self.properties(entity) if entity is Entity.INVOICE else []
        return tuple(names) if sum(len(name) + 4 for name in names) <= MOST_NAMES else ()

    def note_lines(self, lines: Iterable[Record]) -> None:
        if self.line_versions is not None:
            self.line_versions |= {str(one["id"]): version_of(LINE_ITEMS, one) for one in lines}

    def glimpse(self, records: Iterable[Record]) -> None:
        """Of invoices read with these properties."""
        names = self.properties(Entity.INVOICE)
        for record in records:
            self.glimpses.keep(str(record["id"]), glimpse_of(record, names))

    def records(
        self,
        kind: ObjectType,
        ids: Iterable[str],
        properties: Sequence[str],
        **how: Any,
    ) -> dict[str, Record]:
        """Those that were shown, by id."""
        return self.found(kind, ids, properties, **how).records

    def found(
        self,
        kind: ObjectType,
        ids: Iterable[str],
        properties: Sequence[str],
        *,
        history: Collection[str] = (),
        **how: Any,
    ) -> Found:
        pages = self.side_by_side.each(
            lambda some: self.endpoints.batch_read(kind, some, properties, history=history, **how),
            chunks(dict.fromkeys(ids), BATCH_WITH_HISTORY if history else BATCH),
        )
        return Found(
            {str(record["id"]): record for page in pages for record in page.records},
            frozenset(id for page in pages for id in page.missing),
        )

    def all_there(
        self, kind: ObjectType, ids: Iterable[str], properties: Sequence[str], **how: Any
    ) -> dict[str, Record]:
        """Of ids that HubSpot itself has named. What it leaves out without a word is asked for once
        more: an answer may be empty by mistake, and an invoice without its lines is another one."""
        asked = list(dict.fromkeys(ids))
        first = self.found(kind, asked, properties, **how)
        left_out = first.left_out(asked)
        if not left_out:
            return first.records
        again = self.found(kind, left_out, properties, **how)
        if again.left_out(left_out):
            raise Doubtful(
                said("HubSpot does not show what it has named."), kind.name, side=Side.HUBSPOT.value
            )
        return {**first.records, **again.records}

    def definitions(self, kind: ObjectType) -> Mapping[str, Mapping[str, Any]]:
        """As the account says them, by the property's name."""
        return self._definitions.raw(kind)

    def values(
        self, kind: ObjectType, ids: Iterable[str], names: Collection[str]
    ) -> dict[str, dict[str, Value]]:
        """What those that exist hold, by id."""
        records = self.all_there(kind, ids, sorted(names))
        return {id: self.decoded(kind, record, names) for id, record in records.items()}

    def decoded(self, kind: ObjectType, record: Record, names: Collection[str]) -> dict[str, Value]:
        kinds = self._definitions.kinds(kind, names)
        held = record.get("properties") or {}
        zone = self._zone()
        return {name: decode(kinds.get(name, Kind.TEXT), held.get(name), zone) for name in names}

    def by_key(self, entity: Entity, keys: Iterable[str]) -> dict[str, Record]:
        """Read by our unique property, which unlike a search is never late."""
        records = self.records(OBJECTS[entity], keys, self.properties(entity), id_property=KEY)
        return {str(record["properties"].get(KEY)): record for record in records.values()}

    def linked(
        self,
        source: ObjectType,
        target: ObjectType,
        records: Collection[Record],
        inline: Collection[str] = (),
    ) -> Links:
        """`inline` names the types of associated records that came with the records."""
        if target.name not in inline:
            return self.links(source, target, [str(record["id"]) for record in records])
        found: Links = {}
        cut: list[str] = []
        for record in records:
            listed = _listed(record, target)
            if (listed.get("paging") or {}).get("next"):  # more than the record shows
                cut.append(str(record["id"]))
            elif listed.get("results"):
                found[str(record["id"])] = _inline(listed["results"])
        return found | self.links(source, target, cut)

    def links(self, source: ObjectType, target: ObjectType, ids: Iterable[str]) -> Links:
        found: Links = {}
        for answer in self.side_by_side.each(
            lambda some: self.endpoints.associated(source, target, some),
            chunks(dict.fromkeys(ids), ASSOCIATIONS_BATCH),
        ):
            found |= answer
        return found

    def _names(self, entity: Entity) -> frozenset[str]:
        kind = OBJECTS[entity]
        return (self.fields(entity) | frozenset(kind.always)) - frozenset(kind.made)


def _listed(record: Record, target: ObjectType) -> Mapping[str, Any]:
    listed: Mapping[str, Any] = by_name((record.get("associations") or {}).items()).get(
        target.name, {}
    )
    return listed


def _inline(results: Iterable[Mapping[str, Any]]) -> tuple[Associated, ...]:
    """One entry for each type of an association. They name it as a word: `contact_to_company` is
    the primary one, the unlabelled one has a suffix."""
    types: dict[str, set[int]] = {}
    for entry in results:
        is_primary = entry.get("type") == "contact_to_company"
        types.setdefault(str(entry["id"]), set()).update({PRIMARY_COMPANY} if is_primary else ())
    return tuple(Associated(id, frozenset(type_ids)) for id, type_ids in types.items())


def ids_of(links: Links) -> list[str]:
    return list(dict.fromkeys(to.id for found in links.values() for to in found))


def lowest_first(found: Iterable[Associated]) -> list[str]:
    return sorted((to.id for to in found), key=int)
