"""What a seller reads about the sync of an invoice: properties of ours, over what they held.

Our own change must not wake the invoice. It moves the time of its last change, and so would a
person's change a moment before it, which must wake it: only where all else is read back as it was
can the new time be told from news.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from syncapp.connectors.base import Note, Noted
from syncapp.connectors.hubspot.objects import INVOICES, SYNC_MESSAGE, SYNC_STATE, URL
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.replies import Record
from syncapp.connectors.hubspot.sending import Input, Sender, Sent
from syncapp.engine.records import Entity, RecordRef
from syncapp.engine.said import said
from syncapp.engine.writes import Refused
from syncapp.errors import OutcomeUnknown, Unavailable

_OURS = (SYNC_STATE, SYNC_MESSAGE, URL)
_Records = Mapping[str, Record]


def annotate(
    reader: Reader, sender: Sender, notes: Mapping[RecordRef, Note]
) -> dict[RecordRef, Noted]:
    """Three calls for a hundred invoices: read, write, read again."""
    names = [*reader.properties(Entity.INVOICE), *_OURS]
    try:
        before = reader.records(INVOICES, [ref.id for ref in notes], names)
    except (Unavailable, OutcomeUnknown):
        return {}
    gone = {ref: Noted(refusal=said("It is not there.")) for ref in notes if ref.id not in before}
    there = {ref: note for ref, note in notes.items() if ref.id in before}
    differing = {ref: new for ref, note in there.items() if (new := _new(note, before[ref.id]))}
    if not differing:
        return gone | {ref: _unwritten(note, before[ref.id]) for ref, note in there.items()}
    inputs = [Input(ref.id, {"id": ref.id, "properties": new}) for ref, new in differing.items()]
    outcomes = sender.send(INVOICES, "update", inputs)
    after = _read_again(
        reader, [id for id, one in outcomes.items() if isinstance(one, Sent)], names
    )
    noted = gone
    for ref, note in there.items():
        if ref not in differing:
            noted[ref] = _unwritten(note, before[ref.id])
            continue
        match outcomes[ref.id]:
            case Sent():
                noted[ref] = Noted(_version(note, before[ref.id], after.get(ref.id)))
            case Refused(fault=fault):
                noted[ref] = Noted(refusal=fault.message)
    return noted


def _read_again(reader: Reader, ids: Sequence[str], names: Sequence[str]) -> _Records:
    try:
        return reader.records(INVOICES, ids, names) if ids else {}
    except (Unavailable, OutcomeUnknown):
        return {}


def _new(note: Note, record: Record) -> dict[str, str]:
    """What the note says otherwise than the record."""
    wanted = {SYNC_STATE: note.state, SYNC_MESSAGE: note.message}
    if note.url is not None:
        wanted[URL] = note.url
    held = _held(record)
    return {name: value for name, value in wanted.items() if str(held.get(name) or "") != value}


def _unwritten(note: Note, record: Record) -> Noted:
    version = _modified(record)
    return Noted(version if version == note.version else "", is_written=False)


def _version(note: Note, before: Record, after: Record | None) -> str:
    is_known = _modified(before) == note.version
    if not is_known or after is None or _others(before) != _others(after):
        return ""
    return _modified(after)


def _others(record: Record) -> dict[str, Any]:
    silent = (*_OURS, INVOICES.modified)
    return {name: value for name, value in _held(record).items() if name not in silent}


def _modified(record: Record) -> str:
    return str(_held(record).get(INVOICES.modified) or "")


def _held(record: Record) -> Mapping[str, Any]:
    held: Mapping[str, Any] = record.get("properties") or {}
    return held
