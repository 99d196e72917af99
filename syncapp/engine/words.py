"""Values as people read them: in activity, sentences and exports."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from syncapp.engine.compare import money_fold
from syncapp.engine.records import Line, LineKind, RecordRef, Value
from syncapp.engine.said import said

_LONGEST = 2000


def in_words(value: Value, number: Callable[[Decimal], str] = str) -> str:
    """`number` writes amounts and quantities; pages write them as their reader does."""
    match value:
        case None:
            return ""
        case tuple():
            return "; ".join(_line_in_words(line, number) for line in value)[:_LONGEST]
        case RecordRef():
            return value.id
        case Decimal():
            return number(value)
        case date() | bool() | str():
            return str(value)[:_LONGEST]


def _line_in_words(line: Line, number: Callable[[Decimal], str]) -> str:
    words = line.name or line.description or line.kind.value
    if line.kind is not LineKind.ITEM and words != line.kind.value:
        words = f"{line.kind.value} {words}"
    if line.quantity is not None and line.unit_price is not None:
        quantity = number(Decimal(f"{line.quantity.normalize():f}"))
        return f"{quantity} × {number(line.unit_price)} {words} = {number(line.amount)}"
    return f"{words} = {number(line.amount)}"


def what_differs(before: Value, after: Value) -> tuple[str, str]:
    """Both values in words; of two lists of lines only those that moved money."""
    if not isinstance(before, tuple) or not isinstance(after, tuple):
        return in_words(before), in_words(after)
    gone, came = _without(before, after), _without(after, before)
    return in_words(gone) or said("nothing"), in_words(came) or said("nothing")


def _without(lines: tuple[Line, ...], others: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines that have no equal of their own among the others."""
    left = Counter(money_fold((line,)) for line in others)
    result = []
    for line in lines:
        fold = money_fold((line,))
        if left[fold]:
            left[fold] -= 1
        elif fold:  # text moves no money
            result.append(line)
    return tuple(result)
