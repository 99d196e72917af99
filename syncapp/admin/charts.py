"""Pictures as numbers for an SVG that the template draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from syncapp.reporting import passes
from syncapp.reporting.days import Day

HEIGHT = 120
STEP = 20
_ORDER = ("in_sync", "waiting", "needs_decision", "failing")


@dataclass(frozen=True, slots=True)
class Bar:
    """`y` of failing lies on the ground line, above which the writes stand."""

    day: date
    x: int
    writes: int
    failing: int
    writes_y: int
    writes_height: int
    failing_height: int


@dataclass(frozen=True, slots=True)
class CallBar:
    """QuickBooks stands on the ground line, HubSpot upon it."""

    day: passes.Day
    x: int
    quickbooks_y: int
    quickbooks_height: int
    hubspot_y: int
    hubspot_height: int


@dataclass(frozen=True, slots=True)
class Share:
    state: str
    start: float
    width: float


def bars(days: Sequence[Day]) -> dict[str, object]:
    """Writes grow upwards from the middle line and failing records hang below it, each by its own
    measure: thousands are written where a handful fails."""
    most_writes = max((day.writes for day in days), default=0)
    most_failing = max((day.failing for day in days), default=0)
    return {
        "bars": [
            Bar(
                day.day,
                number * STEP,
                day.writes,
                day.failing,
                HEIGHT - (height := _height(day.writes, most_writes, HEIGHT)),
                height,
                _height(day.failing, most_failing, HEIGHT // 4),
            )
            for number, day in enumerate(days)
        ],
        "width": len(days) * STEP,
        "writes": sum(day.writes for day in days),
        "failing": days[-1].failing if days else 0,
        "most_writes": most_writes,
        "most_failing": most_failing,
        "is_empty": not any(day.writes or day.failing for day in days),
    }


def call_bars(days: Sequence[passes.Day]) -> dict[str, object]:
    most = max((day.hubspot + day.quickbooks for day in days), default=0)
    bars = []
    for number, day in enumerate(days):
        below, above = _height(day.quickbooks, most, HEIGHT), _height(day.hubspot, most, HEIGHT)
        y = HEIGHT - below
        bars.append(CallBar(day, number * STEP, y, below, y - above, above))
    return {
        "bars": bars,
        "width": len(days) * STEP,
        "most": most,
        "hubspot": sum(day.hubspot for day in days),
        "quickbooks": sum(day.quickbooks for day in days),
    }


def _height(value: int, most: int, room: int) -> int:
    return max(2, value * room // most) if value else 0


def shares(counts: Mapping[str, int]) -> list[Share]:
    """Of a hundred, side by side; a state that is there is at least visible."""
    total = sum(counts[state] for state in _ORDER)
    start, found = 0.0, []
    for state in _ORDER:
        if not counts[state]:
            continue
        width = max(1.5, counts[state] * 100 / total)
        found.append(Share(state, round(start, 2), round(width, 2)))
        start += width
    return found
