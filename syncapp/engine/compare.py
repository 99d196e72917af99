"""When are two values the same? Folds bring a value to the form in which equality is decided."""

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable
from datetime import UTC, datetime
from decimal import Decimal

from syncapp.engine.records import Line, LineKind, Value
from syncapp.engine.rules import FieldKind

_BLANKS = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"\r\n?")
_NOT_DIALLED = re.compile(r"[^0-9]")


def is_empty(value: Value) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == ()


def fold(kind: FieldKind, value: Value) -> Hashable:
    """The comparable form of a value of one side; None for an empty one.

    >>> fold(FieldKind.NAME, " Åsa  Berg ") == fold(FieldKind.NAME, "åsa berg")
    True
    """
    if is_empty(value):
        return None
    match value:
        case str():
            return _fold_text(kind, value)
        case Decimal():
            return value.normalize() if value else Decimal(0)
        case datetime():
            return value.astimezone(UTC).replace(microsecond=0)
        case tuple():
            return tuple(_fold_line(line) for line in value)
        case _:
            return value


def money_fold(value: Value) -> Hashable:
    """Only what moves money: item, quantity, price, discount, tax and amount of each line, in
    whatever order the lines come."""
    if not isinstance(value, tuple):
        return fold(FieldKind.LINES, value)
    folds = Counter(_fold_line(line)[:-2] for line in value if line.kind is not LineKind.TEXT)
    return frozenset(folds.items())


def changed(kind: FieldKind, now: Value, before: Value) -> bool:
    """Does a value differ from what its own side held at the last agreement?"""
    if type(now) is type(before) and now == before:
        return False  # equal values have equal folds
    return fold(kind, now) != fold(kind, before)


def _fold_text(kind: FieldKind, value: str) -> Hashable:
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", value)).strip()
    match kind:
        case FieldKind.NAME:
            return _caseless(_BLANKS.sub(" ", text)) or None
        case FieldKind.PHONE:
            # A country code is often missing on one side: the last ten digits tell numbers apart.
            digits = _NOT_DIALLED.sub("", text)
            return digits[-10:] if digits else _caseless(text) or None
        case _:
            return text or None


def _caseless(text: str) -> str:
    """Unicode's canonical caseless form (Unicode Standard, D145), composed again."""
    folded = unicodedata.normalize("NFD", text).casefold()
    return unicodedata.normalize("NFC", folded)


def _fold_line(line: Line) -> tuple[Hashable, ...]:
    return (
        line.kind,
        line.product,
        fold(FieldKind.NUMBER, line.quantity),
        fold(FieldKind.NUMBER, line.unit_price),
        fold(FieldKind.NUMBER, line.discount),
        fold(FieldKind.NUMBER, line.tax),
        fold(FieldKind.NUMBER, line.amount),
        fold(FieldKind.TEXT, line.name),
        fold(FieldKind.TEXT, line.description),
    )
