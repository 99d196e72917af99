"""Does a record pass a filter, and if not: the first condition it fails, in words.

Operators: is, is_not, contains, does_not_contain, starts_with, ends_with, is_known, is_unknown,
greater_than, at_least, less_than, at_most, between, is_any_of, is_none_of, is_true, is_false,
before, after, in_last_days, in_next_days. Text is compared without letter case.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from syncapp.engine.compare import is_empty
from syncapp.engine.records import Snapshot, Value
from syncapp.engine.rules import Condition, Filter

_WORDS = {
    "is": "is",
    "is_not": "is not",
    "contains": "contains",
    "does_not_contain": "does not contain",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "is_known": "is known",
    "is_unknown": "is unknown",
    "greater_than": "is greater than",
    "at_least": "is at least",
    "less_than": "is less than",
    "at_most": "is at most",
    "between": "is between",
    "is_any_of": "is any of",
    "is_none_of": "is none of",
    "is_true": "is true",
    "is_false": "is false",
    "before": "is before",
    "after": "is after",
    "in_last_days": "is in the last days:",
    "in_next_days": "is in the next days:",
}
OPERATORS = frozenset(_WORDS)

_NEGATIVE = {
    "is_not": "is",
    "does_not_contain": "contains",
    "is_none_of": "is_any_of",
    "is_unknown": "is_known",
}


def why_excluded(filter_: Filter, record: Snapshot, now: datetime | None) -> str:
    """Empty when the record passes; else what it would have to fulfil, of each group the first
    condition it fails."""
    if not filter_:
        return ""
    failed = [_first_failing(group, record, now) for group in filter_]
    if any(condition is None for condition in failed):
        return ""
    return ", or ".join(in_words(condition) for condition in failed if condition)


def in_words(condition: Condition) -> str:
    value = condition.value
    shown = " or ".join(map(str, value)) if isinstance(value, tuple) else value
    words = f"{condition.object} {condition.property} {_WORDS[condition.operator]}"
    return words if is_empty(shown) else f"{words} {shown}"


def holds(condition: Condition, record: Snapshot, now: datetime | None) -> bool:
    """On an associated object: some one of them fulfils it. A negative operator holds when none
    fulfils its positive form."""
    positive = _NEGATIVE.get(condition.operator)
    values = _values(condition, record)
    if positive is not None:
        return not any(_test(positive, value, condition.value, now) for value in values)
    return any(_test(condition.operator, value, condition.value, now) for value in values)


def _first_failing(
    group: Sequence[Condition], record: Snapshot, now: datetime | None
) -> Condition | None:
    return next((one for one in group if not holds(one, record, now)), None)


def _values(condition: Condition, record: Snapshot) -> list[Value]:
    if condition.object == record.ref.entity:
        return [record.get(condition.property)]
    return [one.get(condition.property) for one in record.related.get(condition.object, ())]


def _test(operator: str, value: Value, wanted: object, now: datetime | None) -> bool:
    if operator == "is_known":
        return not is_empty(value)
    if operator in ("is_true", "is_false"):
        return (value is True or value == "true") is (operator == "is_true")
    if is_empty(value):
        return False
    if operator in ("in_last_days", "in_next_days"):
        return _in_days(operator, value, wanted, now)
    if operator == "is_any_of":
        choices = wanted if isinstance(wanted, tuple) else (wanted,)
        return any(_compare("is", value, one) for one in choices)
    if operator == "between":
        low, high = wanted if isinstance(wanted, tuple) and len(wanted) == 2 else (None, None)
        return _compare("at_least", value, low) and _compare("at_most", value, high)
    return _compare(operator, value, wanted)


_COMPARISONS: dict[str, Callable[..., bool]] = {
    "is": lambda left, right: left == right,
    "greater_than": lambda left, right: left > right,
    "after": lambda left, right: left > right,
    "at_least": lambda left, right: left >= right,
    "less_than": lambda left, right: left < right,
    "before": lambda left, right: left < right,
    "at_most": lambda left, right: left <= right,
    "contains": lambda left, right: str(right) in str(left),
    "starts_with": lambda left, right: str(left).startswith(str(right)),
    "ends_with": lambda left, right: str(left).endswith(str(right)),
}


def _compare(operator: str, value: Value, wanted: object) -> bool:
    """Compared as what the record's own value is; a filter value that cannot be read so fails."""
    if wanted is None:
        return False
    try:
        return _COMPARISONS[operator](*_alike(value, wanted))
    except (ValueError, InvalidOperation, TypeError):
        return False


def _alike(value: Value, wanted: object) -> tuple[object, object]:
    match value:
        case bool():
            return value, str(wanted).casefold() == "true"
        case Decimal():
            return value, Decimal(str(wanted))
        case datetime():
            return value.date(), date.fromisoformat(str(wanted)[:10])
        case date():
            return value, date.fromisoformat(str(wanted)[:10])
        case _:
            return str(value).casefold(), str(wanted).casefold()


def _in_days(operator: str, value: Value, wanted: object, now: datetime | None) -> bool:
    if now is None or not isinstance(value, date):
        return False
    day = value.date() if isinstance(value, datetime) else value
    try:
        span = timedelta(days=int(str(wanted)))
    except (ValueError, OverflowError):
        return False
    distance = now.date() - day if operator == "in_last_days" else day - now.date()
    return timedelta(0) <= distance <= span
