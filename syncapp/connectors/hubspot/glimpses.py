"""What must be known of an invoice to tell our own note on it from a person's change."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syncapp.connectors.hubspot.objects import INVOICES, SYNC_MESSAGE, SYNC_STATE, URL
from syncapp.connectors.hubspot.replies import Record

OURS = (SYNC_STATE, SYNC_MESSAGE, URL)
MOST = 20_000  # what is beyond is read once more


@dataclass(frozen=True, slots=True)
class Glimpse:
    """`others`: a fingerprint of all properties but the note and the time of change."""

    version: str
    note: Mapping[str, str]
    others: bytes


def glimpse_of(record: Record) -> Glimpse:
    """Of a record read with all properties the rules look at, and ours."""
    held: Mapping[str, Any] = record.get("properties") or {}
    silent = {*OURS, INVOICES.modified}
    rest = sorted((name, value) for name, value in held.items() if name not in silent)
    return Glimpse(
        version=str(held.get(INVOICES.modified) or ""),
        note={name: str(held[name]) for name in OURS if held.get(name)},
        others=hashlib.blake2b(repr(rest).encode(), digest_size=16).digest(),
    )
