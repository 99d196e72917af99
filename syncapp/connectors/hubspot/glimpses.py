"""What must be known of an invoice to tell our own note on it from a person's change."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from syncapp.connectors.hubspot.objects import INVOICES, SYNC_MESSAGE, SYNC_STATE, URL
from syncapp.connectors.hubspot.replies import Record

OURS = (SYNC_STATE, SYNC_MESSAGE, URL)
MOST = 15_000  # what is older is read once more

_NONE: Mapping[str, str] = {}  # one for all of them


@dataclass(frozen=True, slots=True)
class Glimpse:
    """`others`: a fingerprint of all properties but the note and the time of change."""

    version: str
    note: Mapping[str, str]
    others: bytes

    def after(self, version: str) -> str:
        """Stands for the record in this version, where all else is as it was."""
        return f"{version}/{self.others.hex()}" if version else ""

    @property
    def mark(self) -> str:
        return self.after(self.version)


def glimpse_of(record: Record, names: Iterable[str]) -> Glimpse:
    """Of a record read with these properties: all that the rules look at, and ours."""
    held: Mapping[str, Any] = record.get("properties") or {}
    silent = {*OURS, INVOICES.modified}
    rest = [(name, held[name]) for name in sorted(names) if name not in silent and held.get(name)]
    return Glimpse(
        version=modified(record),
        note={name: str(held[name]) for name in OURS if held.get(name)} or _NONE,
        others=hashlib.blake2b(repr(rest).encode(), digest_size=16).digest(),
    )


def modified(record: Record) -> str:
    return str((record.get("properties") or {}).get(INVOICES.modified) or "")
