"""Values, snapshots, writes and decisions as plain JSON and back, for storing.

Each value that JSON has no word for is `{"$": tag, …}`, so that a stored one reads back equal. A
field that can only hold words of one enumeration is stored as the word; older rows have its tag.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields
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
_WORDS: dict[str, dict[str, type[StrEnum]]] = {  # by class and field
    "RecordRef": {"side": Side, "entity": Entity},
    "Line": {"kind": LineKind},
    "Snapshot": {"presence": Presence},
    "Write": {"side": Side, "entity": Entity, "operation": Operation},
    "FieldDecision": {"verdict": Verdict, "target": Side, "hold": Hold},
}

_DECODERS: dict[str, Callable[[Any], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "tuple": lambda value: tuple(decode(one) for one in value),
    "set": lambda value: frozenset(decode(one) for one in value),
    "map": lambda value: {decode(key): decode(item) for key, item in value},
}


def encode(value: Any) -> Any:
    """Raises TypeError on a float or anything else the engine does not speak of."""
    known = type(value)
    if known in _AS_IT_IS:
        return value
    encoder = _ENCODERS.get(known)
    return encoder(value) if encoder is not None else _encode_by_kind(value)


def _encode_by_kind(value: Any) -> Any:
    """Of a type that is seen for the first time, such as a mapping of another make."""
    for kind, encoder in _KINDS:
        if isinstance(value, kind):
            return encoder(value)
    raise TypeError(f"{type(value).__name__} cannot be stored")


def decode(stored: Any) -> Any:
    if not isinstance(stored, dict):
        return stored
    tag = stored["$"]
    if tag in _DECODERS:
        return _DECODERS[tag](stored["v"])
    if tag in _ENUMS:
        return _ENUMS[tag](stored["v"])
    known, words = _CLASSES[tag], _WORDS.get(tag, {})
    content: dict[str, Any] = {
        name: words[name](value) if name in words and type(value) is str else decode(value)
        for name, value in stored["v"].items()
    }
    return known(**content)


def _encoder_of(cls: type[Any]) -> Callable[[Any], Any]:
    """Stores only what differs from the default, so that a new field does not change what is
    stored. Defaults are looked up once: a load encodes some forty of these for each invoice."""
    name = cls.__name__
    words = _WORDS.get(name, {})
    defaults = [(one.name, _default_of(one), one.name in words) for one in fields(cls)]

    def encode_fields(value: Any) -> dict[str, Any]:
        content = {}
        for field, default, is_word in defaults:
            held = getattr(value, field)
            if held is not default and (type(held) is not type(default) or held != default):
                content[field] = held.value if is_word else encode(held)
        return {"$": name, "v": content}

    return encode_fields


def _default_of(one: Field[Any]) -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()


def _enum_encoder_of(cls: type[StrEnum]) -> Callable[[Any], Any]:
    """Made once for each member: nobody changes what was encoded."""
    return {one: {"$": cls.__name__, "v": one.value} for one in cls}.__getitem__


def _encode_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {"$": "map", "v": [[encode(key), encode(item)] for key, item in value.items()]}


def _encode_sequence(value: Iterable[Any]) -> dict[str, Any]:
    return {"$": "tuple", "v": [encode(one) for one in value]}


def _encode_set(value: Iterable[Any]) -> dict[str, Any]:
    return {"$": "set", "v": sorted((encode(one) for one in value), key=str)}


_AS_IT_IS = frozenset((type(None), bool, str, int))
_KINDS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    ((bool, str, int), lambda value: value),
    (Decimal, lambda value: {"$": "decimal", "v": str(value)}),
    (datetime, lambda value: {"$": "datetime", "v": value.isoformat()}),
    (date, lambda value: {"$": "date", "v": value.isoformat()}),
    ((tuple, list), _encode_sequence),
    ((frozenset, set), _encode_set),
    (Mapping, _encode_mapping),
)
_ENCODERS: dict[type, Callable[[Any], Any]] = {
    **{cls: _enum_encoder_of(cls) for cls in _ENUMS.values()},
    **{cls: _encoder_of(cls) for cls in _CLASSES.values()},
    dict: _encode_mapping,
    tuple: _encode_sequence,
    frozenset: _encode_set,
    Decimal: lambda value: {"$": "decimal", "v": str(value)},
    datetime: lambda value: {"$": "datetime", "v": value.isoformat()},
    date: lambda value: {"$": "date", "v": value.isoformat()},
}
