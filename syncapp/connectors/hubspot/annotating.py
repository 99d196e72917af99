"""What a seller reads about the sync of an invoice: properties of ours, over what they held.

Our own change must not wake the invoice. It moves the time of its last change, and so would a
person's change a moment before it, which must wake it: only where all else is read back as it was
can the new time be told from news.
"""

from collections.abc import Iterable, Mapping, Sequence

from syncapp.connectors.base import Note, Noted
from syncapp.connectors.hubspot.glimpses import OURS, Glimpse, glimpse_of
from syncapp.connectors.hubspot.objects import INVOICES, SYNC_MESSAGE, SYNC_STATE, URL
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.sending import Input, Sender, Sent
from syncapp.engine.records import Entity, RecordRef
from syncapp.engine.said import said
from syncapp.engine.writes import Refused
from syncapp.errors import OutcomeUnknown, Unavailable

_Glimpses = Mapping[str, Glimpse]


def annotate(
    reader: Reader, sender: Sender, notes: Mapping[RecordRef, Note]
) -> dict[RecordRef, Noted]:
    """Two calls for a hundred invoices: write, read again; a third one before them for those that
    were not read since they were decided."""
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
    after = _read_again(reader, [id for id, one in outcomes.items() if isinstance(one, Sent)])
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
    names = sorted({*reader.properties(Entity.INVOICE), *OURS})
    records = reader.records(INVOICES, ids, names)
    return {id: glimpse_of(record) for id, record in records.items()}


def _read_again(reader: Reader, ids: Sequence[str]) -> _Glimpses:
    try:
        return _read(reader, ids) if ids else {}
    except (Unavailable, OutcomeUnknown):
        return {}


def _new(note: Note, held: Glimpse) -> dict[str, str]:
    """What the note says otherwise than the record."""
    wanted = {SYNC_STATE: note.state, SYNC_MESSAGE: note.message}
    if note.url is not None:
        wanted[URL] = note.url
    return {name: value for name, value in wanted.items() if held.note.get(name, "") != value}


def _unwritten(note: Note, held: Glimpse) -> Noted:
    return Noted(held.version if held.version == note.version else "", is_written=False)


def _version(note: Note, before: Glimpse, after: Glimpse | None) -> str:
    is_known = before.version == note.version
    if not is_known or after is None or before.others != after.others:
        return ""
    return after.version
