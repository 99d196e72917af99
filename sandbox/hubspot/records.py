"""The store of records: every change of a property passes here, with its history, its unique
values, its event and its modification time. Knows no rule about who may change what."""

from collections.abc import Mapping

from sandbox.hubspot import events
from sandbox.hubspot.actors import Actor
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.searchlag import remember_indexed

Values = Mapping[str, str | None]


def insert(portal: Portal, kind: ObjectType, values: Values, actor: Actor) -> Record:
    now, record_id = portal.now(), portal.next_id()
    filled = {name: value for name, value in values.items() if value is not None}
    record: Record = {
        "id": record_id,
        "properties": {
            **filled,
            "hs_object_id": record_id,
            "createdate": now,
            kind.modified: now,
            **actor.origin(),
        },
        "created_at": now,
        "updated_at": now,
        "archived": False,
        "archived_at": None,
        "history": {n: [actor.history_entry(v, now)] for n, v in filled.items()},
    }
    if "hs_createdate" in portal.catalogue.of(kind.name):
        record["properties"]["hs_createdate"] = now
    remember_indexed(portal, kind.name, record_id, None)
    portal.keep(kind.name, record)
    portal.unique.add(kind.name, record)
    portal.changes += 1
    events.created(portal, kind, record_id, actor)
    return record


def change(
    portal: Portal, kind: ObjectType, record: Record, values: Values, actor: Actor
) -> tuple[str, ...]:
    """The names of the properties that differ now; nothing moves when there are none."""
    properties = record["properties"]
    changed = tuple(name for name, value in values.items() if properties.get(name) != value)
    if not changed:
        return ()
    remember_indexed(portal, kind.name, record["id"], record)
    portal.unique.drop(kind.name, record)
    now = portal.now()
    for name in changed:
        value = values[name]
        if value is None:
            del properties[name]
        else:
            properties[name] = value
        record["history"].setdefault(name, []).insert(0, actor.history_entry(value, now))
        events.changed(portal, kind, record["id"], name, value, actor)
    if actor.user_id is not None:
        properties["hs_updated_by_user_id"] = str(actor.user_id)
    portal.unique.add(kind.name, record)
    touch(portal, kind, record)
    return changed


def touch(portal: Portal, kind: ObjectType, record: Record) -> None:
    now = portal.now()
    record["updated_at"] = record["properties"][kind.modified] = now
    portal.recency[kind.name].note(record)
    portal.changes += 1


def archive(portal: Portal, kind: ObjectType, record: Record, actor: Actor) -> None:
    remember_indexed(portal, kind.name, record["id"], record)
    portal.unique.drop(kind.name, record)
    record["archived"], record["archived_at"] = True, portal.now()
    touch(portal, kind, record)
    events.deleted(portal, kind, record["id"], actor)


def restore(portal: Portal, kind: ObjectType, record: Record, actor: Actor) -> None:
    remember_indexed(portal, kind.name, record["id"], None)
    record["archived"], record["archived_at"] = False, None
    portal.unique.add(kind.name, record)
    touch(portal, kind, record)
    events.restored(portal, kind, record["id"], actor)
