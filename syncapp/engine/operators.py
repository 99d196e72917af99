"""Which operators fit which type of field, and which values they take. A table and its checks:
what a page offers and what saving refuses."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from syncapp.engine.field_types import FieldInfo, FieldType
from syncapp.engine.rules import Condition
from syncapp.engine.said import said


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    IS_ANY_OF = "is_any_of"
    IS_NONE_OF = "is_none_of"
    CONTAINS = "contains"
    DOES_NOT_CONTAIN = "does_not_contain"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    GREATER_THAN = "greater_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    IS_TODAY = "is_today"
    IN_LAST_DAYS = "in_last_days"
    IN_NEXT_DAYS = "in_next_days"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"
    IS_KNOWN = "is_known"
    IS_UNKNOWN = "is_unknown"

    @property
    def words(self) -> str:
        return _WORDS.get(self, self.value.replace("_", " "))

    @property
    def takes(self) -> "Takes":
        return _TAKES.get(self, Takes.ONE)


class Takes(StrEnum):
    """What stands behind an operator."""

    NOTHING = "nothing"
    ONE = "one"
    TWO = "two"  # the lowest and the highest
    LIST = "list"
    DAYS = "days"  # a whole number


_WORDS = {
    Operator.GREATER_THAN: "is greater than",
    Operator.AT_LEAST: "is at least",
    Operator.LESS_THAN: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.BETWEEN: "is between",
    Operator.BEFORE: "is before",
    Operator.AFTER: "is after",
    Operator.IN_LAST_DAYS: "is in the last",
    Operator.IN_NEXT_DAYS: "is in the next",
}
_TAKES = {
    **dict.fromkeys(
        (
            Operator.IS_TODAY,
            Operator.IS_TRUE,
            Operator.IS_FALSE,
            Operator.IS_KNOWN,
            Operator.IS_UNKNOWN,
        ),
        Takes.NOTHING,
    ),
    Operator.BETWEEN: Takes.TWO,
    Operator.IS_ANY_OF: Takes.LIST,
    Operator.IS_NONE_OF: Takes.LIST,
    Operator.IN_LAST_DAYS: Takes.DAYS,
    Operator.IN_NEXT_DAYS: Takes.DAYS,
}

_KNOWN = (Operator.IS_KNOWN, Operator.IS_UNKNOWN)
_EQUAL = (Operator.IS, Operator.IS_NOT)
_LISTED = (Operator.IS_ANY_OF, Operator.IS_NONE_OF)
_DATED = (
    Operator.IS,
    Operator.BEFORE,
    Operator.AFTER,
    Operator.BETWEEN,
    Operator.IS_TODAY,
    Operator.IN_LAST_DAYS,
    Operator.IN_NEXT_DAYS,
    *_KNOWN,
)
_CHOSEN = (*_LISTED, *_EQUAL, *_KNOWN)

OPERATORS: Mapping[FieldType, tuple[Operator, ...]] = {
    FieldType.TEXT: (
        *_EQUAL,
        Operator.CONTAINS,
        Operator.DOES_NOT_CONTAIN,
        Operator.STARTS_WITH,
        Operator.ENDS_WITH,
        *_LISTED,
        *_KNOWN,
    ),
    FieldType.NUMBER: (
        *_EQUAL,
        Operator.GREATER_THAN,
        Operator.AT_LEAST,
        Operator.LESS_THAN,
        Operator.AT_MOST,
        Operator.BETWEEN,
        *_KNOWN,
    ),
    FieldType.DATE: _DATED,
    FieldType.DATETIME: _DATED,
    FieldType.BOOLEAN: (Operator.IS_TRUE, Operator.IS_FALSE),
    FieldType.CHOICE: _CHOSEN,
    FieldType.CHOICES: (*_LISTED, *_KNOWN),
    FieldType.OWNER: _CHOSEN,
    FieldType.REFERENCE: _CHOSEN,
    FieldType.LINES: _KNOWN,
}

MOST_DAYS = 36_500


def what_is_wrong(condition: Condition, field: FieldInfo) -> str:
    """Empty when the condition can be judged; else a sentence that says how to put it right."""
    fitting = OPERATORS[field.type]
    if condition.operator not in fitting:
        offered = ", ".join(operator.value for operator in fitting)
        return said(
            "“{field_label}” is {field_type}, which “{condition_operator}” does not fit. Choose"
            " one of {offered}.",
            field_label=field.label,
            field_type=said(field.type.words),
            condition_operator=condition.operator,
            offered=offered,
        )
    operator = Operator(condition.operator)
    return _WRONG_VALUES[operator.takes](operator, condition.value, field)


def options_of(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def _wrong_nothing(operator: Operator, value: object, _field: FieldInfo) -> str:
    return (
        ""
        if _is_missing(value)
        else said("“{operator}” compares with nothing: leave the value out.", operator=operator)
    )


def _wrong_one(operator: Operator, value: object, field: FieldInfo) -> str:
    if isinstance(value, tuple):
        return said("“{operator}” compares with one value, not with a list.", operator=operator)
    if _is_missing(value):
        return said("The value is missing: “{operator}” compares with one.", operator=operator)
    return _wrong_for(field, str(value))


def _wrong_two(operator: Operator, value: object, field: FieldInfo) -> str:
    if not isinstance(value, tuple) or len(value) != 2 or any(map(_is_missing, value)):
        return said("“{operator}” takes two values, the lowest and the highest.", operator=operator)
    low, high = map(str, value)
    wrong = _wrong_for(field, low) or _wrong_for(field, high)
    if wrong:
        return wrong
    if _size(field, low) > _size(field, high):
        return said(
            "{low} comes after {high}: give the lowest first, nothing lies between them.",
            low=low,
            high=high,
        )
    return ""


def _wrong_list(operator: Operator, value: object, field: FieldInfo) -> str:
    if _is_missing(value) or any(map(_is_missing, options_of(value))):
        return said(
            "“{operator}” takes a list of values; none of them may be empty.", operator=operator
        )
    return next(filter(None, (_wrong_for(field, one) for one in options_of(value))), "")


def _wrong_days(operator: Operator, value: object, _field: FieldInfo) -> str:
    text = "" if isinstance(value, tuple) or value is None else str(value).strip()
    if not (text.isascii() and text.isdigit()) or int(text) > MOST_DAYS:
        shown = said("“{text}” is none.", text=text) if text else said("The value is missing.")
        return said(
            "“{operator}” takes a whole number of days from 0 to {most_days}. {shown}",
            operator=operator,
            most_days=MOST_DAYS,
            shown=shown,
        )
    return ""


_WRONG_VALUES: dict[Takes, Callable[[Operator, object, FieldInfo], str]] = {
    Takes.NOTHING: _wrong_nothing,
    Takes.ONE: _wrong_one,
    Takes.TWO: _wrong_two,
    Takes.LIST: _wrong_list,
    Takes.DAYS: _wrong_days,
}


def _wrong_for(field: FieldInfo, text: str) -> str:
    match field.type:
        case FieldType.NUMBER:
            return (
                ""
                if _is_number(text)
                else said(
                    "“{text}” is no number; “{field_label}” is one.",
                    text=text,
                    field_label=field.label,
                )
            )
        case FieldType.DATE | FieldType.DATETIME:
            example = said("write it as 2026-03-31")
            return (
                ""
                if _is_day(text)
                else said("“{text}” is no date: {example}.", text=text, example=example)
            )
        case FieldType.CHOICE | FieldType.CHOICES if field.options:
            return _wrong_option(field, text)
        case _:
            return ""


def _wrong_option(field: FieldInfo, text: str) -> str:
    if any(text.lower() == value.lower() for value, _ in field.options):
        return ""
    offered = ", ".join(value for value, _ in field.options[:20])
    return said(
        "“{field_label}” has no option “{text}”. Choose from {offered}.",
        field_label=field.label,
        text=text,
        offered=offered,
    )


def read_number(text: str) -> Decimal:
    """Raises InvalidOperation or ValueError for what is none."""
    number = Decimal(text.strip())
    if not number.is_finite():
        raise ValueError(text)
    return number


def read_day(text: str) -> date:
    """Raises ValueError. A time of day behind the date does not count."""
    text = text.strip()
    day, rest = text[:10], text[10:]
    if day[4:5] + day[7:8] != "--":  # Python reads other forms too
        raise ValueError(text)
    if rest:
        datetime.fromisoformat(text)
    return date.fromisoformat(day)


def read_days(text: str) -> timedelta:
    """Raises ValueError or OverflowError."""
    return timedelta(days=int(text))


def _size(field: FieldInfo, text: str) -> Decimal:
    """Days count from the beginning of time, so that both kinds compare."""
    is_number = field.type is FieldType.NUMBER
    return read_number(text) if is_number else Decimal(read_day(text).toordinal())


def _is_number(text: str) -> bool:
    try:
        read_number(text)
    except (InvalidOperation, ValueError):
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        read_day(text)
    except ValueError:
        return False
    return True


def _is_missing(value: object) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())
