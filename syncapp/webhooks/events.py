"""What is believed of an event: which record, of whose account, and that something happened."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import simplejson

from syncapp.engine.records import Entity, Side

LONGEST_ID = 20
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Event:
    """`record_id` empty: something changed that belongs to records of this kind, and only reading
    shows to which. `key` is the same for each repetition."""

    side: Side
    account_id: str
    entity: Entity
    record_id: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Heard:
    """`ignored`: events of kinds that we do not sync, or that say nothing we understand."""

    events: Sequence[Event] = ()
    ignored: int = 0


def parsed(body: bytes) -> Any:
    """None for what is no JSON, or is built to hurt who reads it."""
    try:
        return simplejson.loads(body, use_decimal=True)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def id_of(value: Any) -> str:
    """A record's or an account's id: digits, as number or as text. Empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value) if isinstance(value, str) or 0 <= value < 10**LONGEST_ID else ""
    return text if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else ""


def key_of(*parts: Any) -> str:
    return hashlib.sha256(simplejson.dumps([str(part) for part in parts]).encode()).hexdigest()


def name_of(*parts: str) -> str:
    return ".".join(parts)[:_LONGEST_NAME]


def texts(values: Iterable[Any]) -> list[str]:
    return [value if isinstance(value, str) else "" for value in values]
