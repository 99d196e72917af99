"""Conditions as people read them: the field by its label, the value as they would write it."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from syncapp.engine.field_types import FieldInfo
from syncapp.engine.operators import Operator, Takes, options_of, read_day
from syncapp.engine.rules import Condition, Filter
from syncapp.engine.said import joined, said

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MOST_NAMED = 12
_DAY = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def in_words(condition: Condition) -> str:
    """
    >>> in_words(Condition("contact", "due", "in_next_days", "7", label="Due"))
    'contact “Due” is in the next 7 days'
    """
    field = f"“{condition.label}”" if condition.label else condition.property
    return said(
        "{object} {field} {operator} {value}",
        object=said(condition.object),
        field=field,
        operator=_operator_words(condition.operator),
        value=value_words(condition),
    )


def filter_in_words(filter_: Filter) -> str:
    """Empty for a filter that lets everything through."""
    return any_of(all_of(in_words(condition) for condition in group) for group in filter_)


def any_of(words: Iterable[str]) -> str:
    found = list(words)
    if len(found) < 2:
        return found[0] if found else ""
    return said("{first}, or {rest}", first=found[0], rest=any_of(found[1:]))


def all_of(words: Iterable[str]) -> str:
    found = list(words)
    if len(found) < 2:
        return found[0] if found else ""
    return said("{first} and {rest}", first=found[0], rest=all_of(found[1:]))


def value_words(condition: Condition, field: FieldInfo | None = None) -> str:
    """`field` knows the labels of its options; a condition that was saved knows them itself."""
    if condition.shown and field is None:
        return condition.shown
    if condition.value is None or _takes(condition.operator) is Takes.NOTHING:
        return ""
    labels = {value.lower(): label for value, label in (field.options if field else ())}
    shown = [labels.get(one.lower(), _readable(one)) for one in options_of(condition.value)]
    match _takes(condition.operator):
        case Takes.TWO:
            return all_of(shown)
        case Takes.DAYS:
            if shown[0] == "1":
                return said("1 day")
            return said("{count} days", count=shown[0])
        case _:
            return _listed(shown)


def _listed(shown: Sequence[str]) -> str:
    named = list(shown[:_MOST_NAMED])
    if len(shown) > _MOST_NAMED:
        named.append(said("{count} more", count=len(shown) - _MOST_NAMED))
    if len(named) == 1:
        return named[0]
    return said("{several} or {last}", several=joined(", ", *named[:-1]), last=named[-1])


def _readable(text: str) -> str:
    """A date with the month in letters, so that nobody takes the day for it."""
    try:
        day = read_day(text) if text[4:5] == "-" else None
    except ValueError:
        day = None
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else text


def read_written_day(text: str) -> date | None:
    """A day as sentences write it, or as it is stored: pages write it anew."""
    if found := _DAY.fullmatch(text):
        year, month, day = found[3], _MONTHS.index(found[2]) + 1, found[1]
        text = f"{year}-{month:02}-{day:0>2}"
    try:
        return date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


def _operator_words(operator: str) -> str:
    if operator in set(Operator):
        return said(Operator(operator).words)
    return operator.replace("_", " ")


def _takes(operator: str) -> Takes:
    return Operator(operator).takes if operator in set(Operator) else Takes.ONE
