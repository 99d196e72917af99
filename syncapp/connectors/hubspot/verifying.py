"""What became of the records that we changed: HubSpot takes any update, whoever was faster.

One read for fifty of them, with the history of what we wrote (hubspot-api.md 4, 4.1 [SPEC]): how
the record is now, also where others wrote, and what our value replaced. A value that is not the
one we had read is a person's, written between our read and our write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from syncapp.connectors.hubspot.calls import chunks
from syncapp.connectors.hubspot.codec import Codec
from syncapp.connectors.hubspot.endpoints import BATCH_WITH_HISTORY
from syncapp.connectors.hubspot.objects import OBJECTS
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.replaced_lines import replaced_lines
from syncapp.connectors.hubspot.replies import Record
from syncapp.connectors.hubspot.values import instant
from syncapp.engine.records import Entity, Snapshot, Value
from syncapp.engine.writes import Done, KeyedWrite, Operation, Unknown, Write, WriteAnswer
from syncapp.errors import RemoteError

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
            records = _read(reader, entity, ids, names) if names else {}
        except RemoteError as error:
            verified |= dict.fromkeys(mine, _unread(error))
            continue
        codec = reader.writing_codec(entity, names)
        for id, (write, snapshot, answer) in mine.items():
            if record := records.get(snapshot.ref.id):
                replaced = _replaced(codec, write, snapshot, record)
                if id in lines:
                    replaced["lines"] = lines[id]
                now = _as_now(codec, snapshot, record)
                verified[id] = replace(answer, snapshot=now, overwritten=replaced)
    return verified


def _unread(error: RemoteError) -> Unknown:
    return Unknown(f"Done, but it could not be read back: {error.message}")


def overwritten(reader: Reader, found: Sequence[tuple[KeyedWrite, Snapshot]]) -> Overwritten:
    """Of updates that recovery found to have happened."""
    answers = {keyed.request_id: Done(snapshot) for keyed, snapshot in found}
    return {
        id: dict(answer.overwritten)
        for id, answer in verified(reader, [keyed for keyed, _ in found], answers).items()
        if isinstance(answer, Done) and answer.overwritten
    }


def _written(reader: Reader, write: Write) -> list[str]:
    """Properties only: lines and references are no such."""
    made = frozenset(OBJECTS[write.entity].made)
    known = reader.codec(write.entity).names
    return [name for name in write.fields if name not in made and name in known]


def _read(reader: Reader, entity: Entity, ids: Sequence[str], names: set[str]) -> dict[str, Record]:
    pages = reader.side_by_side.each(
        lambda some: reader.endpoints.batch_read(
            OBJECTS[entity], some, reader.properties(entity), history=sorted(names)
        ),
        chunks(dict.fromkeys(ids), BATCH_WITH_HISTORY),
    )
    return {str(record["id"]): record for page in pages for record in page}


def _as_now(codec: Codec, answered: Snapshot, record: Record) -> Snapshot:
    """What others wrote meanwhile counts as read just now; associations are as they were."""
    now = codec.snapshot(record)
    held = {name: value for name, value in now.fields.items() if name in answered.fields}
    return replace(
        answered,
        fields={**answered.fields, **held},
        version=now.version,
        presence=now.presence,
        modified_at=now.modified_at,
    )


def _replaced(codec: Codec, write: Write, answered: Snapshot, record: Record) -> dict[str, Value]:
    if write.before is None:
        return {}
    histories: Mapping[str, Sequence[Any]] = record.get("propertiesWithHistory") or {}
    found: dict[str, Value] = {}
    for name in write.fields:
        values = [
            codec.fields({name: entry.get("value")}, [name])[name]
            for entry in sorted(histories.get(name) or (), key=_time, reverse=True)
        ]
        ours = answered.fields.get(name, write.fields[name])
        if ours not in values[:-1]:
            continue
        before = values[values.index(ours) + 1]
        if before not in (ours, write.before.fields.get(name)):
            found[name] = before
    return found


def _time(entry: Mapping[str, Any]) -> datetime:
    return instant(str(entry["timestamp"]))
