"""Our marker: the last line of PrivateNote says whose copy a document is. Nothing can be queried
by it (quickbooks-api.md 11), it only confirms what was found otherwise."""

import re

_MARKER = re.compile(r"\s*\[HubSpot (?P<key>[^\s\]/]+/[^\s\]]+)\]\s*$")


def read(note: object) -> tuple[str | None, str]:
    """The note as people wrote it, and the marker's content. A void may have put its word in front
    of the marker, on the same line."""
    text = str(note or "")
    found = _MARKER.search(text)
    if found is not None:
        text = text[: found.start()]
    return (text if text.strip() else None), found["key"] if found else ""


def write(text: object, key: str) -> str:
    line = f"[HubSpot {key}]" if key else ""
    return "\n".join(part for part in (str(text or ""), line) if part)
