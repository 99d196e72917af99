"""Our marker: the last line of PrivateNote says whose copy a document is. Nothing can be queried
by it (quickbooks-api.md 11), it only confirms what was found otherwise."""

import re

from syncapp.engine.records import RecordRef

_MARKER = re.compile(r"^\[HubSpot (?P<key>[^\s\]/]+/[^\s\]]+)\]$")


def marker(portal: str, source: RecordRef) -> str:
    """The content of the marker, which is also the snapshot's key."""
    return f"{portal}/{source.id}"


def read(note: object) -> tuple[str | None, str]:
    """The note as people wrote it, and the marker's content."""
    lines = str(note or "").splitlines()
    found = _MARKER.match(lines[-1].strip()) if lines else None
    if found is None:
        return (str(note) if str(note or "").strip() else None), ""
    text = "\n".join(lines[:-1]).rstrip()
    return text or None, found["key"]


def write(text: object, key: str) -> str:
    line = f"[HubSpot {key}]" if key else ""
    return "\n".join(part for part in (str(text or ""), line) if part)
