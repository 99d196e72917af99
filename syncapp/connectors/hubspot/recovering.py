"""Which writes have happened, told from the records themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from syncapp.connectors.hubspot import fetching
from syncapp.connectors.hubspot.invoice_parts import matched
from syncapp.connectors.hubspot.invoice_steps import merge, parts
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.writing import Writer, filled, target_of
from syncapp.engine.records import Entity, Presence, Snapshot, Value
from syncapp.engine.writes import KeyedWrite, Operation, Write

# Lines are compared apart; a company is not read back; HubSpot may recompute the amount of a
# mirror (hubspot-api.md 7.5, unverified)
_NOT_COMPARED = ("lines", "company", "hs_amount_billed")


def find_applied(
    reader: Reader, writer: Writer, writes: Sequence[KeyedWrite]
) -> dict[str, Snapshot]:
    """Request id -> the record as it is now, of every write that has happened as a whole,
    whichever of its steps was asked about: an invoice without its lines or its status has not."""
    creates = [one for one in writes if one.write.operation is Operation.CREATE]
    changes = [one for one in writes if one.write.operation is not Operation.CREATE]
    found = _created(reader, writer, creates)
    fresh = fetching.fetch(reader, [target_of(one.write) for one in changes])
    for one in changes:
        snapshot = fresh[target_of(one.write)]
        if _is_done(one.write, snapshot):
            found[one.request_id] = snapshot
    return found


def _created(reader: Reader, writer: Writer, writes: Sequence[KeyedWrite]) -> dict[str, Snapshot]:
    """By our key: it is unique and nobody else writes it, so what has it is ours."""
    found: dict[str, Snapshot] = {}
    for entity in Entity:
        keys = {
            one.request_id: writer.key(one.write) for one in writes if one.write.entity is entity
        }
        if not keys:
            continue
        by_key = fetching.by_key(reader, entity, keys.values())
        found |= {id: by_key[key] for id, key in keys.items() if key in by_key}
    by_id = {one.request_id: one.write for one in writes}
    return {
        id: snapshot
        for id, snapshot in found.items()
        if by_id[id].entity is not Entity.INVOICE or _is_whole(by_id[id], snapshot)
    }


def _is_whole(write: Write, invoice: Snapshot) -> bool:
    """A mirror is finished when it has all its parts and says what its last step writes."""
    wanted = parts(write)
    has_parts = len(matched(wanted, invoice)) == len(wanted)
    return has_parts and _holds(invoice, filled(write.fields))


def _is_done(write: Write, now: Snapshot) -> bool:
    if write.operation is Operation.ARCHIVE:
        return now.presence is Presence.GONE
    if now.presence is Presence.GONE:
        return False
    lines = merge(replace(write, before=now))
    if lines.new or lines.changed or lines.removed:
        return False
    return _holds(now, write.fields)


def _holds(now: Snapshot, wanted: Mapping[str, Value]) -> bool:
    return all(
        _equal(now.get(name), value)
        for name, value in wanted.items()
        if name in now.fields and name not in _NOT_COMPARED
    )


def _equal(one: Value, other: Value) -> bool:
    return one == other or (one in (None, "") and other in (None, ""))
