"""One filter of a search, made into a test of one stored value: hubspot-api.md 8."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

from sandbox.hubspot.definitions import Definition
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.values import BadValue, check_value

Test = Callable[[str | None], bool]

_TIMES = ("date", "datetime")
_WORDS = re.compile(r"[^\W_]+", re.UNICODE)


def test_for(definition: Definition, spec: Mapping[str, Any]) -> Test:
    operator = str(spec.get("operator"))
    make = _OPERATORS.get(operator)
    if make is None:
        raise invalid(f"{operator} is not a filter operator", code="INVALID_OPERATOR")
    return make(definition, spec)


def sort_key(definition: Definition, value: str) -> Any:
    """Numbers by size, times by age (they are kept as text that sorts), text without case."""
    if definition.type == "number":
        return Decimal(value)
    return value if definition.type in (*_TIMES, "enumeration") else value.lower()


def _wanted(definition: Definition, spec: Mapping[str, Any], name: str) -> Any:
    raw = spec.get(name)
    if raw is None or raw == "":
        raise invalid(f"The filter on {definition.name} needs {name}", code="MISSING_VALUE")
    return _comparable(definition, raw)


def _comparable(definition: Definition, raw: Any) -> Any:
    """Times as epoch milliseconds or ISO; enumerations keep their case, other text loses it."""
    try:
        if definition.type in _TIMES:
            return _time(definition, raw)
        return sort_key(definition, str(raw))
    except (BadValue, InvalidOperation):
        raise invalid(f"{raw} is not a value of {definition.name}", code="INVALID_VALUE") from None


def _time(definition: Definition, raw: Any) -> str:
    """A date may be compared with any instant of its day."""
    if definition.type == "datetime":
        return check_value(definition, raw) or ""
    return instant_of(raw)[:10]


def instant_of(raw: Any) -> str:
    return check_value(_AN_INSTANT, raw) or ""


_AN_INSTANT = Definition("instant", "Instant", "datetime")


def _compare(holds: Callable[[Any, Any], bool]) -> Callable[[Definition, Mapping[str, Any]], Test]:
    def make(definition: Definition, spec: Mapping[str, Any]) -> Test:
        wanted = _wanted(definition, spec, "value")
        if definition.type in _TIMES:  # the hot path of every poll: both sides are sortable text
            return lambda value: value is not None and holds(value, wanted)
        return lambda value: value is not None and holds(sort_key(definition, value), wanted)

    return make


def _between(definition: Definition, spec: Mapping[str, Any]) -> Test:
    low, high = _wanted(definition, spec, "value"), _wanted(definition, spec, "highValue")
    return lambda value: value is not None and low <= sort_key(definition, value) <= high


def _among(definition: Definition, spec: Mapping[str, Any]) -> Test:
    """Values of text properties must be sent in lower case, or they match nothing [SEARCH]."""
    values = spec.get("values")
    if not isinstance(values, list):
        raise invalid(f"The filter on {definition.name} needs values", code="MISSING_VALUE")
    if definition.type == "string":
        wanted = {str(value) for value in values}
    else:
        wanted = {_comparable(definition, value) for value in values}
    return lambda value: value is not None and sort_key(definition, value) in wanted


def _not_among(definition: Definition, spec: Mapping[str, Any]) -> Test:
    among = _among(definition, spec)
    return lambda value: value is not None and not among(value)


def _has(_definition: Definition, _spec: Mapping[str, Any]) -> Test:
    return lambda value: value is not None


def _has_not(_definition: Definition, _spec: Mapping[str, Any]) -> Test:
    return lambda value: value is None


def _contains(definition: Definition, spec: Mapping[str, Any]) -> Test:
    """Whole words, `*` standing for any characters."""
    wanted = str(_wanted(definition, spec, "value")).lower()
    if "*" in wanted:
        return lambda value: value is not None and _fits(value.lower(), wanted)
    words = words_of(wanted)
    return lambda value: value is not None and set(words) <= set(words_of(value))


def _contains_not(definition: Definition, spec: Mapping[str, Any]) -> Test:
    contains = _contains(definition, spec)
    return lambda value: value is not None and not contains(value)


def _fits(value: str, pattern: str) -> bool:
    return fnmatchcase(value, pattern) or any(fnmatchcase(w, pattern) for w in words_of(value))


def words_of(text: str) -> list[str]:
    return _WORDS.findall(text.lower())


_OPERATORS: dict[str, Callable[[Definition, Mapping[str, Any]], Test]] = {
    "LT": _compare(lambda value, wanted: bool(value < wanted)),
    "LTE": _compare(lambda value, wanted: bool(value <= wanted)),
    "GT": _compare(lambda value, wanted: bool(value > wanted)),
    "GTE": _compare(lambda value, wanted: bool(value >= wanted)),
    "EQ": _compare(lambda value, wanted: bool(value == wanted)),
    "NEQ": _compare(lambda value, wanted: bool(value != wanted)),
    "BETWEEN": _between,
    "IN": _among,
    "NOT_IN": _not_among,
    "HAS_PROPERTY": _has,
    "NOT_HAS_PROPERTY": _has_not,
    "CONTAINS_TOKEN": _contains,
    "NOT_CONTAINS_TOKEN": _contains_not,
}
