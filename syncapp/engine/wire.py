"""Values, snapshots, writes and decisions as plain JSON and back, for storing.

Each value that JSON has no word for is `{"$": tag, …}`, so that a stored one reads back equal.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from syncapp.engine.plan import FieldDecision, Hold, Verdict
from syncapp.engine.records import (
    Baseline,
    Entity,
    Line,
    LineKind,
    Presence,
    RecordRef,
    Side,
    Snapshot,
)
from syncapp.engine.writes import KeyedWrite, Operation, Write

_CLASSES = {
    cls.__name__: cls
    for cls in (RecordRef, Line, Snapshot, Write, KeyedWrite, FieldDecision, Baseline)
}
_ENUMS = {cls.__name__: cls for cls in (Side, Entity, LineKind, Presence, Operation, Verdict, Hold)}

_DECODERS: dict[str, Callable[[Any], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "tuple": lambda value: tuple(decode(one) for one in value),
    "set": lambda value: frozenset(decode(one) for one in value),
    "map": lambda value: {decode(key): decode(item) for key, item in value},
}


def encode(value: Any) -> Any:  # noqa: C901 - one flat table of types
    """Raises TypeError on a float or anything else the engine does not speak of."""
    match value:
        case StrEnum():
            return {"$": type(value).__name__, "v": value.value}
        case None | bool() | str() | int():
            return value
        case Decimal():
            return {"$": "decimal", "v": str(value)}
        case datetime():
            return {"$": "datetime", "v": value.isoformat()}
        case date():
            return {"$": "date", "v": value.isoformat()}
        case tuple() | list():
            return {"$": "tuple", "v": [encode(one) for one in value]}
        case frozenset() | set():
            return {"$": "set", "v": sorted((encode(one) for one in value), key=str)}
        case Mapping():
            return {"$": "map", "v": [[encode(key), encode(value[key])] for key in value]}
        case _ if is_dataclass(value):
            return _encode_dataclass(value)
        case _:
            raise TypeError(f"{type(value).__name__} cannot be stored")


def decode(stored: Any) -> Any:
    if not isinstance(stored, dict):
        return stored
    tag = stored["$"]
    if tag in _DECODERS:
        return _DECODERS[tag](stored["v"])
    if tag in _ENUMS:
        return _ENUMS[tag](stored["v"])
    known = _CLASSES[tag]
    return known(**{name: decode(value) for name, value in stored["v"].items()})


def _encode_dataclass(value: Any) -> dict[str, Any]:
    """Only what differs from the default, so that a new field does not change what is stored."""
    name = type(value).__name__
    if name not in _CLASSES:
        raise TypeError(f"{name} cannot be stored")
    content = {
        one.name: encode(held)
        for one in fields(value)
        if not _is_default(one, held := getattr(value, one.name))
    }
    return {"$": name, "v": content}


def _is_default(one: Field[Any], held: Any) -> bool:
    if one.default_factory is not MISSING:
        return bool(held == one.default_factory())
    return one.default is not MISSING and type(held) is type(one.default) and held == one.default
