"""Times as QuickBooks writes them: second precision in Pacific time, dates without a zone
(quickbooks-api.md 1)."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

PACIFIC = timezone(timedelta(hours=-8))
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def stamp(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, PACIFIC).isoformat()


def stamp_with_milliseconds(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, PACIFIC).isoformat(timespec="milliseconds")


def utc_stamp(ms: int) -> str:
    """For the webhook sender, which speaks UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


def day_of(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, PACIFIC).date().isoformat()


@lru_cache(maxsize=4096)
def milliseconds(text: str) -> int:
    """Raises ValueError for what is neither an instant nor a date; no zone means Pacific."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        at = at.replace(tzinfo=PACIFIC)
    return int(at.timestamp() * 1000)


def is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
