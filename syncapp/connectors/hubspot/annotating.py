"""What a seller reads about the sync of an invoice: properties of ours, over what they held.

Our own change must not wake the invoice. It moves the time of its last change, and so would a
person's change a moment before it, which must wake it. So an invoice is known again by the very
version that our write left and a fingerprint of all else, as it was when it was decided: the next
search shows both.
"""

from collections.abc import Iterable, Mapping

from syncapp.connectors.base import Note, Noted
from syncapp.connectors.hubspot.glimpses import Glimpse, glimpse_of, modified
from syncapp.connectors.hubspot.objects import INVOICES, SYNC_MESSAGE, SYNC_STATE, URL
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.sending import Input, Sender, Sent
from syncapp.engine.records import Entity, RecordRef
from syncapp.engine.said import said
from syncapp.engine.writes import Refused
from syncapp.errors import OutcomeUnknown, Unavailable


def annotate(
    reader: Reader, sender: Sender, notes: Mapping[RecordRef, Note]
) -> dict[RecordRef, Noted]:
    """One call for a hundred invoices, another one before it for those that were not read since
    they were decided."""
    try:
        before = _before(reader, notes)
    except (Unavailable, OutcomeUnknown):
        return {}
    gone = {ref: Noted(refusal=said("It is not there.")) for ref in notes if ref.id not in before}
    there = {ref: note for ref, note in notes.items() if ref.id in before}
    differing = {ref: new for ref, note in there.items() if (new := _new(note, before[ref.id]))}
    if not differing:
        return gone | {ref: _unwritten(note, before[ref.id]) for ref, note in there.items()}
    inputs = [Input(ref.id, {"id": ref.id, "properties": new}) for ref, new in differing.items()]
    outcomes = sender.send(INVOICES, "update", inputs)
    noted = gone
    for ref, note in there.items():
        if ref not in differing:
            noted[ref] = _unwritten(note, before[ref.id])
            continue
        match outcomes[ref.id]:
            case Sent(record=record):
                noted[ref] = Noted(_version(note, before[ref.id], modified(record)))
            case Refused(fault=fault):
                noted[ref] = Noted(refusal=fault.message)
    return noted


def _before(reader: Reader, notes: Mapping[RecordRef, Note]) -> dict[str, Glimpse]:
    """As they were when they were decided, where that was seen in this very pass; what a person
    changes after that moves the time that is read again."""
    seen = {
        ref.id: glimpse
        for ref, note in notes.items()
        if (glimpse := reader.glimpses.get(ref.id)) and glimpse.version == note.version
    }
    return {**seen, **_read(reader, [ref.id for ref in notes if ref.id not in seen])}


def _read(reader: Reader, ids: Iterable[str]) -> dict[str, Glimpse]:
    names = reader.properties(Entity.INVOICE)
    records = reader.all_there(INVOICES, ids, names)
    return {id: glimpse_of(record, names) for id, record in records.items()}


def _new(note: Note, held: Glimpse) -> dict[str, str]:
    """What the note says otherwise than the record."""
    wanted = {SYNC_STATE: note.state, SYNC_MESSAGE: note.message}
    if note.url is not None:
        wanted[URL] = note.url
    return {name: value for name, value in wanted.items() if held.note.get(name, "") != value}


def _unwritten(note: Note, held: Glimpse) -> Noted:
    return Noted(held.version if held.version == note.version else "", is_written=False)


def _version(note: Note, before: Glimpse, after: str) -> str:
    return before.after(after) if before.version == note.version else ""
