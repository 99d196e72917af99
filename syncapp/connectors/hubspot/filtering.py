"""A filter as `filterGroups` of HubSpot's search: never narrower than the filter itself. Pure.

What HubSpot may judge otherwise than the engine is left out, and the result is then not exact:
negations (HubSpot wants a value there), blank texts, parts of words, letters beyond ASCII, options
of several, conditions on associated records (hubspot-api.md 8 [SEARCH]).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import simplejson

from syncapp.connectors.hubspot.describing import kind_of
from syncapp.connectors.hubspot.objects import Kind, ObjectType
from syncapp.connectors.hubspot.values import milliseconds
from syncapp.engine.filter_ranges import Days, days_of, is_plain, numbers_of
from syncapp.engine.operators import Operator, options_of
from syncapp.engine.rules import Condition, Filter

MOST_GROUPS, MOST_IN_GROUP, MOST_IN_ALL = 5, 6, 18  # hubspot-api.md 8 [SEARCH]
LONGEST_GROUPS = 2000  # characters, of the 3,000 that a body may have

# What a snapshot says of them is not what HubSpot holds
_MADE_UP = frozenset({"hs_invoice_billable"})
_TICK = timedelta(milliseconds=1)

Definitions = Mapping[str, Mapping[str, Any]]  # by the property's name
_Search = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pushed:
    """No groups: everything."""

    groups: tuple[tuple[_Search, ...], ...] = ()
    is_exact: bool = True

    @property
    def filter_groups(self) -> list[dict[str, Any]]:
        return [{"filters": list(group)} for group in self.groups]


EVERYTHING = Pushed(is_exact=False)


def pushed(
    kind: ObjectType, entity: str, filter_: Filter, definitions: Definitions, now: datetime
) -> Pushed:
    if not filter_:
        return Pushed()
    if len(filter_) > MOST_GROUPS:
        return EVERYTHING
    translated = [
        [_search(kind, entity, one, definitions, now) for one in group] for group in filter_
    ]
    is_exact = all(found is not None and found[1] for group in translated for found in group)
    groups = [[found[0] for found in group if found is not None] for group in translated]
    kept = _within_limits(groups)
    if not all(kept):
        return EVERYTHING
    return Pushed(tuple(tuple(group) for group in kept), is_exact and kept == groups)


def _within_limits(groups: Sequence[list[_Search]]) -> list[list[_Search]]:
    """Fewer conditions find more: the longest groups lose theirs first."""
    kept = [group[:MOST_IN_GROUP] for group in groups]
    while sum(map(len, kept)) > MOST_IN_ALL or _length(kept) > LONGEST_GROUPS:
        longest = max(kept, key=lambda group: (len(group) > 1, _length(group)))
        longest.remove(max(longest, key=_length))
        if not longest:
            return [[]]
    return kept


def _length(value: object) -> int:
    return len(simplejson.dumps(value, ensure_ascii=False))


def _search(
    kind: ObjectType, entity: str, condition: Condition, definitions: Definitions, now: datetime
) -> tuple[_Search, bool] | None:
    """One filter, and whether it finds exactly the same; None where it cannot be said."""
    definition = definitions.get(condition.property)
    if condition.object != entity or definition is None or condition.property in _MADE_UP:
        return None
    if condition.operator not in set(Operator):
        return None
    value_kind = kind_of(kind, definition)
    known = _whether_known(condition, definition)
    if known is not None:
        return known
    make = _MAKERS.get(value_kind)
    made = make(condition, definition, now) if make else None
    return made and ({"propertyName": condition.property, **made[0]}, made[1])


_Made = tuple[_Search, bool] | None


def _whether_known(condition: Condition, definition: Mapping[str, Any]) -> _Made:
    """A text of blanks is unknown to us and has a value in HubSpot."""
    name, is_text = condition.property, definition.get("type") in ("string", "phone_number")
    if condition.operator == Operator.IS_KNOWN:
        return {"propertyName": name, "operator": "HAS_PROPERTY"}, not is_text
    if condition.operator == Operator.IS_UNKNOWN and not is_text:
        return {"propertyName": name, "operator": "NOT_HAS_PROPERTY"}, True
    return None


_SIZES = {
    Operator.IS: "EQ",
    Operator.GREATER_THAN: "GT",
    Operator.AT_LEAST: "GTE",
    Operator.LESS_THAN: "LT",
    Operator.AT_MOST: "LTE",
    Operator.BETWEEN: "BETWEEN",
}


def _number(condition: Condition, definition: Mapping[str, Any], _now: datetime) -> _Made:
    operator, numbers = _SIZES.get(Operator(condition.operator)), numbers_of(condition)
    if definition.get("type") != "number" or operator is None or not numbers:
        return None
    return _between(operator, [_plain(number) for number in numbers]), True


def _plain(number: Decimal) -> str:
    return format(number, "f")


def _between(operator: str, values: Sequence[str]) -> _Search:
    if operator == "BETWEEN":
        return {"operator": operator, "value": values[0], "highValue": values[1]}
    return {"operator": operator, "value": values[0]}


def _date(condition: Condition, definition: Mapping[str, Any], now: datetime) -> _Made:
    days = days_of(condition, now)
    if definition.get("type") != "date" or days is None:
        return None
    return _bounded(*(day.isoformat() if day else "" for day in (days.first, days.last))), True


def _datetime(condition: Condition, definition: Mapping[str, Any], now: datetime) -> _Made:
    """Days of the account's zone, to the millisecond that HubSpot counts in."""
    days = days_of(condition, now)
    if definition.get("type") != "datetime" or days is None:
        return None
    return _bounded(*_moments(days, now)), True


def _moments(days: Days, now: datetime) -> tuple[str, str]:
    starts, ends = days.instants(now)
    return (
        str(milliseconds(starts)) if starts else "",
        str(milliseconds(ends - _TICK)) if ends else "",
    )


def _bounded(first: str, last: str) -> _Search:
    if first and last:
        return _between("BETWEEN", (first, last))
    return {"operator": "GTE", "value": first} if first else {"operator": "LTE", "value": last}


def _flag(condition: Condition, _definition: Mapping[str, Any], _now: datetime) -> _Made:
    """Without a value it counts as no: that cannot be asked in one filter."""
    if condition.operator != Operator.IS_TRUE:
        return None
    return {"operator": "EQ", "value": "true"}, True


def _option(condition: Condition, definition: Mapping[str, Any], now: datetime) -> _Made:
    """Options keep their letter case in a search, and lose it in our comparison."""
    if definition.get("type") != "enumeration":
        return _text(condition, definition, now)
    if definition.get("fieldType") == "checkbox" or condition.operator not in (
        Operator.IS,
        Operator.IS_ANY_OF,
    ):
        return None
    wanted = options_of(condition.value)
    folded = {one.lower() for one in wanted}
    options = [str(option["value"]) for option in definition.get("options") or ()]
    values = [*(option for option in options if option.lower() in folded), *wanted]
    return {"operator": "IN", "values": list(dict.fromkeys(values))}, True


def _text(condition: Condition, definition: Mapping[str, Any], _now: datetime) -> _Made:
    wanted = options_of(condition.value)
    if definition.get("type") != "string" or not all(map(is_plain, wanted)):
        return None
    first = wanted[0]
    match Operator(condition.operator):
        case Operator.IS if len(wanted) == 1:
            return {"operator": "EQ", "value": first}, True
        case Operator.IS_ANY_OF:
            return {"operator": "IN", "values": sorted({one.lower() for one in wanted})}, True
        case Operator.CONTAINS | Operator.STARTS_WITH | Operator.ENDS_WITH as operator:
            return _part(operator, first)
        case _:
            return None


def _part(operator: Operator, text: str) -> _Made:
    """HubSpot looks at words: a part of a text is a part of some word of it only when it has
    neither blanks nor signs."""
    if not text.isalnum():
        return None
    before = "" if operator is Operator.STARTS_WITH else "*"
    after = "" if operator is Operator.ENDS_WITH else "*"
    return {"operator": "CONTAINS_TOKEN", "value": f"{before}{text}{after}"}, False


_MAKERS: dict[Kind, Callable[[Condition, Mapping[str, Any], datetime], _Made]] = {
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.DAY: _datetime,
    Kind.BOOL: _flag,
    Kind.CHOICE: _option,
    Kind.TEXT: _option,
}
