"""Pictures as numbers for an SVG that the template draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncapp.admin.scaffold import Text
from syncapp.reporting import passes
from syncapp.reporting.days import Day

HEIGHT = 120
STEP = 20
LINE = 40  # where the ground line of an object's own picture lies
_ORDER = ("in_sync", "waiting", "needs_decision", "failing")


@dataclass(frozen=True, slots=True)
class Bar:
    """What was updated stands on what was created; what began to fail hangs below the line."""

    day: Day
    x: int
    created_y: int
    created_height: int
    updated_y: int
    updated_height: int
    failed_height: int


@dataclass(frozen=True, slots=True)
class DayChart:
    """One object's thirty days, by a measure of its own: thousands of payments would hide a
    product. Failures have another one, for the same reason."""

    title: Text
    bars: Sequence[Bar]
    width: int
    created: int
    updated: int
    failed: int

    @property
    def is_empty(self) -> bool:
        return not (self.created or self.updated or self.failed)


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


def day_chart(title: Text, days: Sequence[Day]) -> DayChart:
    most = max((day.created + day.updated for day in days), default=0)
    most_failed = max((day.failed for day in days), default=0)
    return DayChart(
        title,
        [_bar(number * STEP, day, most, most_failed) for number, day in enumerate(days)],
        len(days) * STEP,
        sum(day.created for day in days),
        sum(day.updated for day in days),
        sum(day.failed for day in days),
    )


def _bar(x: int, day: Day, most: int, most_failed: int) -> Bar:
    """Two that are at least visible may stand upon each other."""
    created, updated = (_height(one, most, LINE - 4) for one in (day.created, day.updated))
    return Bar(
        day,
        x,
        LINE - created,
        created,
        LINE - created - updated,
        updated,
        _height(day.failed, most_failed, LINE // 3),
    )


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
