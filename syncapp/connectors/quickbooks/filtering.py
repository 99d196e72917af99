r"""A filter as the WHERE of a query: never narrower than the filter itself. Pure.

The language knows AND only (quickbooks-api.md 11), so of several groups just the conditions that
stand in each of them are asked for. Negations, missing values and letters beyond ASCII are left
out, and so are `%`, `_` and `\`, of which nobody says how LIKE reads them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from syncapp.connectors.quickbooks import query
from syncapp.connectors.quickbooks.customers import EMAIL
from syncapp.engine.filter_ranges import days_of, is_plain, numbers_of
from syncapp.engine.operators import Operator, options_of
from syncapp.engine.records import Entity
from syncapp.engine.rules import Condition, Filter

_TIMES = ("MetaData.CreateTime", "MetaData.LastUpdatedTime")


@dataclass(frozen=True, slots=True)
class Pushed:
    """No clauses: everything."""

    where: tuple[str, ...] = ()
    is_exact: bool = True
    names_active: bool = False


_Made = tuple[tuple[str, ...], bool] | None


def pushed(entity: Entity, filter_: Filter, now: datetime) -> Pushed:
    if not filter_:
        return Pushed()
    first, *others = filter_
    shared = [one for one in first if all(one in group for group in others)]
    is_exact = not others and len(shared) == len(first)
    where: list[str] = []
    for condition in shared:
        made = _clauses(entity, condition, now)
        if made is None:
            is_exact = False
            continue
        where += made[0]
        is_exact = is_exact and made[1]
    names_active = any(clause.startswith("Active ") for clause in where)
    return Pushed(tuple(dict.fromkeys(where)), is_exact, names_active)


def _clauses(entity: Entity, condition: Condition, now: datetime) -> _Made:
    """The clauses and whether they find exactly the same; None where it cannot be said."""
    make = _COLUMNS.get(entity, {}).get(condition.property)
    if condition.object != entity or make is None or condition.operator not in set(Operator):
        return None
    return make(condition, now)


def _text(condition: Condition, _now: datetime) -> _Made:
    """Not exact: which letters count as the same is the vendor's secret."""
    column, wanted = condition.property, options_of(condition.value)
    if not all(map(is_plain, wanted)) or len(wanted) > query.MOST_VALUES:
        return None
    match Operator(condition.operator):
        case Operator.IS if len(wanted) == 1 and "\\" not in wanted[0]:
            return (f"{column} = {query.literal(wanted[0])}",), False
        case Operator.IS_ANY_OF if not any("\\" in one for one in wanted):
            return (query.one_of(column, wanted),), False
        case Operator.CONTAINS:
            return _like(column, "%", wanted[0], "%")
        case Operator.STARTS_WITH:
            return _like(column, "", wanted[0], "%")
        case Operator.ENDS_WITH:
            return _like(column, "%", wanted[0], "")
        case _:
            return None


def _like(column: str, before: str, text: str, after: str) -> _Made:
    if any(sign in text for sign in "%_\\"):
        return None
    return (f"{column} LIKE {query.literal(before + text + after)}",), False


def _email(condition: Condition, _now: datetime) -> _Made:
    """The field may hold several addresses, of which the first counts."""
    wanted = options_of(condition.value)
    positive = (Operator.IS, Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH)
    if condition.operator not in positive or not all(map(is_plain, wanted)):
        return None
    return _like("PrimaryEmailAddr", "%", wanted[0], "%")


_SIZES = {
    Operator.IS: "=",
    Operator.GREATER_THAN: ">",
    Operator.AT_LEAST: ">=",
    Operator.LESS_THAN: "<",
    Operator.AT_MOST: "<=",
}


def _number(condition: Condition, _now: datetime) -> _Made:
    numbers = [query.literal(format(number, "f")) for number in numbers_of(condition)]
    if not numbers:
        return None
    column, operator = condition.property, Operator(condition.operator)
    if operator is Operator.BETWEEN:
        return (f"{column} >= {numbers[0]}", f"{column} <= {numbers[1]}"), True
    return ((f"{column} {_SIZES[operator]} {numbers[0]}",), True) if operator in _SIZES else None


def _date(condition: Condition, now: datetime) -> _Made:
    days = days_of(condition, now)
    if days is None:
        return None
    ends = ((">=", days.first), ("<=", days.last))
    column = condition.property
    return tuple(
        f"{column} {sign} {query.literal(day.isoformat())}" for sign, day in ends if day
    ), True


def _moment(condition: Condition, now: datetime) -> _Made:
    days = days_of(condition, now)
    if days is None:
        return None
    column, (starts, ends) = condition.property, days.instants(now)
    bounds = ((">=", starts), ("<", ends))
    return tuple(f"{column} {sign} {query.moment(at)}" for sign, at in bounds if at), True


def _flag(condition: Condition, _now: datetime) -> _Made:
    if condition.operator != Operator.IS_TRUE:
        return None
    return (f"{condition.property} = true",), True


_Make = Callable[[Condition, datetime], _Made]


def _columns(**makers: tuple[_Make, str]) -> dict[str, _Make]:
    found = {name: make for make, names in makers.values() for name in names.split()}
    return found | dict.fromkeys(_TIMES, _moment)


# quickbooks-api.md 11: what a query can look for
_COLUMNS: Mapping[Entity, Mapping[str, _Make]] = {
    Entity.CONTACT: _columns(
        texts=(
            _text,
            "DisplayName GivenName MiddleName FamilyName PrintOnCheckName CompanyName"
            " FullyQualifiedName",
        ),
        numbers=(_number, "Balance"),
        flags=(_flag, "Active"),
        emails=(_email, EMAIL),
    ),
    Entity.PRODUCT: _columns(
        texts=(_text, "Name Sku Type FullyQualifiedName"), flags=(_flag, "Active")
    ),
    Entity.INVOICE: _columns(
        texts=(_text, "DocNumber"),
        dates=(_date, "TxnDate DueDate"),
        numbers=(_number, "Balance TotalAmt"),
    ),
}
