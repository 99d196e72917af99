"""What became of the records that we changed: HubSpot takes any update, whoever was faster.

One read for fifty of them, with the history of what we wrote (hubspot-api.md 4, 4.1 [SPEC]): how
the record is now, also where others wrote, and what our value replaced. A value that is not the
one we had read is a person's, written between our read and our write.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from syncapp.connectors.hubspot.codec import Codec
from syncapp.connectors.hubspot.history import CALCULATED
from syncapp.connectors.hubspot.objects import OBJECTS
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.replaced_lines import replaced_lines
from syncapp.connectors.hubspot.replies import Found, Record
from syncapp.connectors.hubspot.values import instant
from syncapp.engine.records import Entity, Line, Side, Snapshot, Value
from syncapp.engine.said import said
from syncapp.engine.writes import Done, KeyedWrite, Operation, Unknown, Write, WriteAnswer
from syncapp.errors import RemoteError, Unavailable

Overwritten = dict[str, dict[str, Value]]  # by request id, then field


def verified(
    reader: Reader, writes: Sequence[KeyedWrite], answers: Mapping[str, WriteAnswer]
) -> dict[str, WriteAnswer]:
    """Updates that are done, with the record as it is now. Where that cannot be read nobody knows
    what they replaced: recovery finds out."""
    done = {
        one.request_id: (one.write, answer.snapshot, answer)
        for one in writes
        if one.write.operation is Operation.UPDATE
        and isinstance(answer := answers[one.request_id], Done)
        and answer.snapshot is not None
    }
    verified: dict[str, WriteAnswer] = dict(answers)
    try:
        lines = replaced_lines(reader, {id: write for id, (write, _, _) in done.items()})
    except RemoteError as error:
        return verified | dict.fromkeys(done, _unread(error))
    for entity in {write.entity for write, _, _ in done.values()}:
        mine = {id: one for id, one in done.items() if one[0].entity is entity}
        names = {name for write, _, _ in mine.values() for name in _written(reader, write)}
        ids = [snapshot.ref.id for _, snapshot, _ in mine.values()]
        try:
            found = _read(reader, entity, ids, names) if names else Found(missing=frozenset(ids))
        except RemoteError as error:
            verified |= dict.fromkeys(mine, _unread(error))
            continue
        codec = reader.writing_codec(entity, names)
        for id, (write, snapshot, answer) in mine.items():
            verified[id] = _as_found(codec, write, snapshot, answer, found, lines.get(id))
    return verified


def _as_found(
    codec: Codec,
    write: Write,
    snapshot: Snapshot,
    answer: Done,
    found: Found,
    lines: tuple[Line, ...] | None,
) -> WriteAnswer:
    if lines:
        answer = replace(answer, overwritten={"lines": lines})
    record = found.records.get(snapshot.ref.id)
    if record is None:  # deleted since, where HubSpot says so, or only its lines were written
        is_told = snapshot.ref.id in found.missing
        return answer if is_told else Unknown(said("Done, but HubSpot did not show it again."))
    since = _written_since(codec, write, snapshot, record)
    replaced = {**_replaced(codec, write, snapshot, record), **answer.overwritten}
    for name in since:  # and so superseded by a person as well
        replaced.pop(name, None)
    return replace(answer, snapshot=_as_now(codec, snapshot, record, since), overwritten=replaced)


def _unread(error: RemoteError) -> Unknown:
    return Unknown(f"Done, but it could not be read back: {error.message}")


def overwritten(reader: Reader, found: Sequence[tuple[KeyedWrite, Snapshot]]) -> Overwritten:
    """Of updates that recovery found to have happened. Raises where that cannot be read: closed,
    they would never be looked at again."""
    answers = {keyed.request_id: Done(snapshot) for keyed, snapshot in found}
    replaced: Overwritten = {}
    for id, answer in verified(reader, [keyed for keyed, _ in found], answers).items():
        if isinstance(answer, Unknown):
            raise Unavailable(answer.reason, side=Side.HUBSPOT.value)
        if isinstance(answer, Done) and answer.overwritten:
            replaced[id] = dict(answer.overwritten)
    return replaced


def _written(reader: Reader, write: Write) -> list[str]:
    """Properties only: lines and references are no such."""
    made = frozenset(OBJECTS[write.entity].made)
    known = reader.codec(write.entity).names
    return [name for name in write.fields if name not in made and name in known]


def _read(reader: Reader, entity: Entity, ids: Sequence[str], names: set[str]) -> Found:
    return reader.found(OBJECTS[entity], ids, reader.properties(entity), history=sorted(names))


def _as_now(codec: Codec, answered: Snapshot, record: Record, since: Collection[str]) -> Snapshot:
    """What others wrote meanwhile counts as read just now; associations are as they were. What was
    written since over our own values is left to the next read: agreed is what we wrote, and the
    version is the one that we left, so that the edit is seen."""
    now = codec.snapshot(record)
    held = {
        name: value
        for name, value in now.fields.items()
        if name in answered.fields and name not in since
    }
    return replace(
        answered,
        fields={**answered.fields, **held},
        version=answered.version if since else now.version,
        presence=now.presence,
        modified_at=now.modified_at,
    )


def _written_since(
    codec: Codec, write: Write, answered: Snapshot, record: Record
) -> frozenset[str]:
    """Our values that somebody has replaced already; HubSpot's own sums are nobody's edit."""
    histories: Mapping[str, Sequence[Any]] = record.get("propertiesWithHistory") or {}
    since = set()
    for name in write.fields:
        entries = [one for one in histories.get(name) or () if one.get("sourceType") != CALCULATED]
        values = _newest_first(codec, name, entries)
        ours = answered.fields.get(name, write.fields[name])
        if ours in values[1:] and values[0] != ours:
            since.add(name)
    return frozenset(since)


def _newest_first(codec: Codec, name: str, entries: Iterable[Any]) -> list[Value]:
    return [
        codec.fields({name: entry.get("value")}, [name])[name]
        for entry in sorted(entries, key=_time, reverse=True)
    ]


def _replaced(codec: Codec, write: Write, answered: Snapshot, record: Record) -> dict[str, Value]:
    if write.before is None:
        return {}
    histories: Mapping[str, Sequence[Any]] = record.get("propertiesWithHistory") or {}
    found: dict[str, Value] = {}
    for name in write.fields:
        values = _newest_first(codec, name, histories.get(name) or ())
        ours = answered.fields.get(name, write.fields[name])
        if ours not in values[:-1]:
            continue
        before = values[values.index(ours) + 1]
        if before not in (ours, write.before.fields.get(name)):
            found[name] = before
    return found


def _time(entry: Mapping[str, Any]) -> datetime:
    return instant(str(entry["timestamp"]))
