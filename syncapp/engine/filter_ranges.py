"""What a condition on a date means in days, and what a text must be like to be looked for by a
vendor: the part of a filter's meaning that both vendors' queries need."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from syncapp.engine.operators import Operator, Takes, options_of, read_day, read_days, read_number
from syncapp.engine.rules import Condition

_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Days:
    """From and to, both included; None: open."""

    first: date | None = None
    last: date | None = None

    def instants(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """The first moment and the first one after the last, in the zone of `now`."""
        zone = now.tzinfo
        starts = datetime.combine(self.first, time(), zone) if self.first else None
        after = self.last + timedelta(days=1) if self.last else None
        ends = datetime.combine(after, time(), zone) if after else None
        return starts and starts.astimezone(UTC), ends and ends.astimezone(UTC)


def days_of(condition: Condition, now: datetime) -> Days | None:
    """None where the condition is not about days, or about days no calendar of a vendor knows."""
    try:
        found = _days(Operator(condition.operator), condition.value, now.date())
    except (ValueError, OverflowError):
        return None
    ends = [day for day in (found.first, found.last) if day] if found else []
    return found if ends and all(_FIRST_YEAR < day.year < _LAST_YEAR for day in ends) else None


def _days(operator: Operator, value: object, today: date) -> Days | None:
    match operator:
        case Operator.IS_TODAY:
            return Days(today, today)
        case Operator.IN_LAST_DAYS:
            return Days(today - read_days(str(value)), today)
        case Operator.IN_NEXT_DAYS:
            return Days(today, today + read_days(str(value)))
        case Operator.BETWEEN if isinstance(value, tuple) and len(value) == 2:
            return Days(*(read_day(str(end)) for end in value))
        case Operator.IS | Operator.BEFORE | Operator.AFTER:
            return _around(operator, read_day(str(value)))
        case _:
            return None


def _around(operator: Operator, day: date) -> Days:
    if operator is Operator.BEFORE:
        return Days(last=day - timedelta(days=1))
    if operator is Operator.AFTER:
        return Days(first=day + timedelta(days=1))
    return Days(day, day)


def numbers_of(condition: Condition) -> tuple[Decimal, ...]:
    """Empty where a value is none that a vendor would read as we do."""
    takes = Operator(condition.operator).takes
    values = options_of(condition.value)
    if takes is Takes.NOTHING or (takes is Takes.TWO) != (len(values) == 2):
        return ()
    try:
        numbers = tuple(read_number(value) for value in values)
    except (ValueError, InvalidOperation):
        return ()
    fits = all(
        number.adjusted() < _MOST_DIGITS and number.as_tuple().exponent >= -_MOST_DIGITS  # type: ignore[operator]
        for number in numbers
    )
    return numbers if fits else ()


def is_plain(text: str) -> bool:
    """How vendors fold letters beyond ASCII, and what they do with blanks at the ends, nobody
    says: such a text is looked for by us alone."""
    return bool(text) and text.isascii() and text.isprintable() and text == text.strip()
