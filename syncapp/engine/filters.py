"""Does a record pass a filter, and if not: the first condition it fails, in words.

Text is compared without letter case. `now` is the moment of the pass in the time zone of the
record's own account: its zone says on which day an instant falls, its day is today.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from syncapp.engine.compare import is_empty
from syncapp.engine.field_types import FieldType
from syncapp.engine.filter_words import any_of, in_words
from syncapp.engine.operators import Operator, options_of, read_day, read_days, read_number
from syncapp.engine.records import RecordRef, Snapshot, Value
from syncapp.engine.rules import Condition, Filter

_NEGATIVE = {
    Operator.IS_NOT: Operator.IS,
    Operator.DOES_NOT_CONTAIN: Operator.CONTAINS,
    Operator.IS_NONE_OF: Operator.IS_ANY_OF,
    Operator.IS_UNKNOWN: Operator.IS_KNOWN,
}


def why_excluded(filter_: Filter, record: Snapshot, now: datetime | None) -> str:
    """Empty when the record passes; else what it would have to fulfil, of each group the first
    condition it fails."""
    failed = failing_conditions(filter_, record, now)
    return any_of(dict.fromkeys(in_words(condition) for condition in failed))


def failing_conditions(
    filter_: Filter, record: Snapshot, now: datetime | None
) -> tuple[Condition, ...]:
    """Of each group the first condition the record fails; none when it passes."""
    failed = [_first_failing(group, record, now) for group in filter_]
    if any(condition is None for condition in failed):
        return ()
    return tuple(condition for condition in failed if condition)


def holds(condition: Condition, record: Snapshot, now: datetime | None) -> bool:
    """On an associated object: some one of them fulfils it. A negative operator holds when none
    fulfils its positive form."""
    operator = _known(condition.operator)
    if operator is None:
        return False
    values = _values(condition, record)
    positive = _NEGATIVE.get(operator)
    if positive is not None:
        return not any(_test(positive, value, condition.value, now) for value in values)
    return any(_test(operator, value, condition.value, now) for value in values)


def _known(operator: str) -> Operator | None:
    """A stored rule may name one that no longer exists: nothing passes by it."""
    try:
        return Operator(operator)
    except ValueError:
        return None


def _first_failing(
    group: Sequence[Condition], record: Snapshot, now: datetime | None
) -> Condition | None:
    return next((one for one in group if not holds(one, record, now)), None)


def _values(condition: Condition, record: Snapshot) -> list[Value]:
    if condition.object == record.ref.entity:
        values = [record.get(condition.property)]
    else:
        values = [one.get(condition.property) for one in record.related.get(condition.object, ())]
    if condition.type == FieldType.CHOICES:
        return [part for value in values for part in _chosen(value)]
    return values


def _chosen(value: Value) -> Iterable[Value]:
    """Several options stand in one text, `;` between them."""
    return value.split(";") if isinstance(value, str) else (value,)


def _test(operator: Operator, value: Value, wanted: object, now: datetime | None) -> bool:
    match operator:
        case Operator.IS_KNOWN:
            return not is_empty(value)
        case Operator.IS_TRUE | Operator.IS_FALSE:
            return (value is True or value == "true") is (operator is Operator.IS_TRUE)
        case _ if is_empty(value):
            return False
        case Operator.IS_ANY_OF:
            return any(_compare(Operator.IS, value, one, now) for one in options_of(wanted))
        case Operator.BETWEEN:
            low, high = wanted if isinstance(wanted, tuple) and len(wanted) == 2 else (None, None)
            return _compare(Operator.AT_LEAST, value, low, now) and _compare(
                Operator.AT_MOST, value, high, now
            )
        case Operator.IS_TODAY | Operator.IN_LAST_DAYS | Operator.IN_NEXT_DAYS:
            return _is_near(operator, value, wanted, now)
        case _:
            return _compare(operator, value, wanted, now)


_COMPARISONS: dict[Operator, Callable[..., bool]] = {
    Operator.IS: lambda left, right: left == right,
    Operator.GREATER_THAN: lambda left, right: left > right,
    Operator.AFTER: lambda left, right: left > right,
    Operator.AT_LEAST: lambda left, right: left >= right,
    Operator.LESS_THAN: lambda left, right: left < right,
    Operator.BEFORE: lambda left, right: left < right,
    Operator.AT_MOST: lambda left, right: left <= right,
    Operator.CONTAINS: lambda left, right: str(right) in str(left),
    Operator.STARTS_WITH: lambda left, right: str(left).startswith(str(right)),
    Operator.ENDS_WITH: lambda left, right: str(left).endswith(str(right)),
}


def _compare(operator: Operator, value: Value, wanted: object, now: datetime | None) -> bool:
    """Compared as what the record's own value is; a filter value that cannot be read so fails."""
    if wanted is None:
        return False
    try:
        return _COMPARISONS[operator](*_alike(value, str(wanted), now))
    except (ValueError, InvalidOperation, TypeError):
        return False


def _alike(value: Value, wanted: str, now: datetime | None) -> tuple[object, object]:
    match value:
        case bool():
            return value, wanted.lower() == "true"
        case Decimal():
            return value, read_number(wanted)
        case date():
            return _day(value, now), read_day(wanted)
        case RecordRef():
            return value.id, wanted
        case _:
            return str(value).lower(), wanted.lower()


def _day(value: date, now: datetime | None) -> date:
    if not isinstance(value, datetime):
        return value
    return value.astimezone(now.tzinfo).date() if now else value.date()


def _is_near(operator: Operator, value: Value, wanted: object, now: datetime | None) -> bool:
    """Today belongs to the last and to the next days."""
    if now is None or not isinstance(value, date):
        return False
    try:
        span = timedelta(0) if operator is Operator.IS_TODAY else read_days(str(wanted))
    except (ValueError, OverflowError):
        return False
    distance = now.date() - _day(value, now)
    return timedelta(0) <= (-distance if operator is Operator.IN_NEXT_DAYS else distance) <= span
