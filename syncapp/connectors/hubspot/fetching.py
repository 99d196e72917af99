"""Fresh snapshots of refs, and the proof that a record is gone."""

from collections.abc import Callable, Collection, Iterable, Sequence

from syncapp.connectors.base import Seen
from syncapp.connectors.hubspot import contacts, invoices, payments
from syncapp.connectors.hubspot.calls import chunks
from syncapp.connectors.hubspot.glimpses import glimpse_of
from syncapp.connectors.hubspot.invoices import with_payments
from syncapp.connectors.hubspot.objects import OBJECTS
from syncapp.connectors.hubspot.reading import Reader, lowest_first
from syncapp.connectors.hubspot.replies import Record, version_of
from syncapp.engine.records import Entity, Presence, RecordRef, Side, Snapshot, Value
from syncapp.errors import Doubtful

# Up to here a record costs less alone, with its associations, than in a batch without them.
FEW = {Entity.INVOICE: 4, Entity.PAYMENT: 1}
MOST_ALONE = 20  # records that are asked for one by one without a second thought
WORTH_A_PAGE = 20  # of new records that a page of the list shows

Complete = Callable[[Reader, Collection[Record], Collection[str]], list[Snapshot]]


def _products(
    reader: Reader, records: Collection[Record], _inline: Collection[str]
) -> list[Snapshot]:
    codec = reader.codec(Entity.PRODUCT)
    return [codec.snapshot(record) for record in records]


_COMPLETE: dict[Entity, Complete] = {
    Entity.CONTACT: contacts.snapshots,
    Entity.PRODUCT: _products,
    Entity.INVOICE: invoices.snapshots,
    Entity.PAYMENT: payments.snapshots,
}


def inline(reader: Reader, entity: Entity) -> tuple[str, ...]:
    """The associated records that are worth asking for together with the records."""
    match entity:
        case Entity.CONTACT:
            return contacts.inline(reader)
        case Entity.INVOICE:
            return invoices.inline(reader)
        case Entity.PAYMENT:
            return payments.INLINE
        case Entity.PRODUCT:
            return ()


def complete(
    reader: Reader, entity: Entity, records: Collection[Record], inline: Collection[str] = ()
) -> dict[RecordRef, Snapshot]:
    """Snapshots of records that hold the wanted properties."""
    if not records:
        return {}
    return {made.ref: made for made in _COMPLETE[entity](reader, records, inline)}


def by_key(reader: Reader, entity: Entity, keys: Iterable[str]) -> dict[str, Snapshot]:
    """Our copies by their keys, as they are now."""
    records = reader.by_key(entity, keys)
    found = complete(reader, entity, list(records.values()))
    return {snapshot.key: snapshot for snapshot in found.values()}


def fetch(reader: Reader, refs: Iterable[RecordRef]) -> dict[RecordRef, Snapshot]:
    by_entity: dict[Entity, list[str]] = {}
    for ref in dict.fromkeys(refs):
        by_entity.setdefault(ref.entity, []).append(ref.id)
    found: dict[RecordRef, Snapshot] = {}
    for entity, ids in by_entity.items():
        found |= _fetch(reader, entity, ids)
    return found


def amounts(reader: Reader, invoices: Iterable[RecordRef]) -> dict[RecordRef, Snapshot]:
    """Invoices without their lines and their contact: a quarter of the calls or less."""
    refs = {ref.id: ref for ref in invoices}
    kind, codec = OBJECTS[Entity.INVOICE], reader.codec(Entity.INVOICE)
    records = reader.records(kind, refs, reader.properties(Entity.INVOICE))
    shown = reader.linked(kind, OBJECTS[Entity.PAYMENT], records.values())
    found = {
        refs[id]: with_payments(codec.snapshot(record), lowest_first(shown.get(id, ())))
        for id, record in records.items()
        if id in refs
    }
    return found | fetch(reader, [ref for ref in refs.values() if ref not in found])


def versions(reader: Reader, refs: Iterable[RecordRef]) -> dict[RecordRef, Seen]:
    by_entity: dict[Entity, list[str]] = {}
    for ref in refs:
        by_entity.setdefault(ref.entity, []).append(ref.id)
    found: dict[RecordRef, Seen] = {}
    for entity, ids in by_entity.items():
        names = reader.names_of_mark(entity)
        records = reader.records(OBJECTS[entity], ids, names or (OBJECTS[entity].modified,))
        found |= {
            RecordRef(Side.HUBSPOT, entity, id): seen(entity, record, names)
            for id, record in records.items()
        }
    return found


def seen(entity: Entity, record: Record, names: Collection[str]) -> Seen:
    """Of a record read with these properties, if any are needed for its mark."""
    version = version_of(OBJECTS[entity], record)
    return Seen(version, glimpse_of(record, names).mark if names else "")


def _fetch(reader: Reader, entity: Entity, ids: list[str]) -> dict[RecordRef, Snapshot]:
    together = inline(reader, entity)
    if len(ids) <= FEW.get(entity, 0):
        records = _one_by_one(reader, entity, ids)
        found = complete(reader, entity, records.values(), together)
    else:
        neighbours = _neighbours(reader, entity, ids) if entity in FEW else {}
        found = complete(reader, entity, neighbours.values(), together)
        others = [id for id in ids if id not in neighbours]
        records = reader.records(OBJECTS[entity], others, reader.properties(entity))
        found |= complete(reader, entity, records.values())
        records |= neighbours
    missing = [id for id in ids if id not in records]
    return found | _elsewhere(reader, entity, missing) if missing else found


def _neighbours(reader: Reader, entity: Entity, ids: Iterable[str]) -> dict[str, Record]:
    """New records stand next to each other at the end of the list, and a page of it has their
    associations, which a batch has not. Where a page has few of them batches read the rest."""
    asked = list(ids)
    new = [id for id in asked if id in reader.newcomers[entity]]
    if len(new) < len(asked):
        new = list({*new, *_on_last_page(reader, entity, asked)})
    wanted = sorted(map(int, new))
    found: dict[str, Record] = {}
    if len(wanted) <= FEW[entity]:
        return found
    kind, properties, together = OBJECTS[entity], reader.properties(entity), inline(reader, entity)
    while wanted:
        after = str(wanted[0] - 1)
        page = reader.endpoints.list(kind, properties, associations=together, after=after)
        shown = {str(one["id"]): one for one in page.records}
        here = [id for id in wanted if str(id) in shown]
        found |= {str(id): shown[str(id)] for id in here}
        if not page.after or len(here) < min(WORTH_A_PAGE, len(wanted)):
            break
        last = max(map(int, shown))
        wanted = [id for id in wanted if id > last]
    return found


def _on_last_page(reader: Reader, entity: Entity, ids: Sequence[str]) -> Collection[str]:
    """Of all of these, or none: some here and some there take both ways."""
    latest = reader.latest(entity)
    first = min(map(int, latest), default=None)
    return ids if first is not None and min(map(int, ids)) >= first else ()


def _one_by_one(reader: Reader, entity: Entity, ids: Iterable[str]) -> dict[str, Record]:
    kind, properties, together = OBJECTS[entity], reader.properties(entity), inline(reader, entity)

    def shown(id: str) -> Record | None:
        try:
            return reader.endpoints.read(kind, id, properties, together)
        except Doubtful:  # asked for once more, like all that is not shown
            return None

    read = reader.side_by_side.each(shown, ids)
    return {str(record["id"]): record for record in read if record is not None}


def _elsewhere(reader: Reader, entity: Entity, ids: list[str]) -> dict[RecordRef, Snapshot]:
    """Those that were not shown. Archived records are in a list of their own. Of any other, that it
    was left out proves nothing: a batch knows nothing of merged ids either, single reads do
    (hubspot-api.md 13 [OBJ]). What HubSpot denies when asked for it alone does not exist."""
    codec = reader.codec(entity)
    archived = reader.records(OBJECTS[entity], ids, reader.properties(entity), archived=True)
    found = {codec.ref(id): codec.snapshot(one) for id, one in archived.items() if _is_off(one)}
    alone = _read_alone(reader, entity, [id for id in ids if codec.ref(id) not in found])
    found |= complete(reader, entity, [one for id, one in alone.items() if one and one["id"] == id])
    for ref, record in ((codec.ref(id), record) for id, record in alone.items()):
        merged: dict[str, Value] = {"merged_into": str(record["id"])} if record else {}
        found.setdefault(ref, Snapshot(ref, fields=merged, presence=Presence.GONE))
    return found


def _is_off(record: Record) -> bool:
    return record.get("archived") is True


def _read_alone(reader: Reader, entity: Entity, ids: Sequence[str]) -> dict[str, Record | None]:
    """By the id that was asked for; None where HubSpot says that there is none. So many of one
    answer are asked for together once more before that."""
    kind, properties = OBJECTS[entity], reader.properties(entity)
    shown: dict[str, Record] = {}
    if len(ids) > MOST_ALONE:
        shown = reader.records(kind, ids, properties)
    rest = [id for id in ids if id not in shown]
    read: dict[str, Record | None] = {**shown}
    for some in chunks(rest, MOST_ALONE):  # where one cannot be told, the others are not asked for
        answers = reader.side_by_side.each(
            lambda id: reader.endpoints.read(kind, id, properties), some
        )
        read |= zip(some, answers, strict=True)
    return read
