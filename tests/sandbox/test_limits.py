from datetime import UTC, datetime

import pytest

from sandbox.clock import Clock
from sandbox.limits import DAY_SECONDS, MONTH_SECONDS, Windows


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    noon = datetime.now(UTC).replace(day=10, hour=12, minute=0, second=0, microsecond=0)
    clock.advance((noon - clock.now()).total_seconds())
    return clock


def test_it_lets_calls_through_until_the_window_is_full(clock: Clock) -> None:
    windows = Windows(clock, {"burst": (3, 10)})
    assert [windows.take(["burst"]) for _ in range(4)] == [None, None, None, "burst"]
    assert windows.remaining("burst") == 0


def test_it_frees_a_place_when_the_oldest_call_has_left_the_window(clock: Clock) -> None:
    windows = Windows(clock, {"burst": (2, 10)})
    windows.take(["burst"])
    clock.advance(6)
    windows.take(["burst"])
    assert windows.seconds_until_free("burst") == pytest.approx(4, abs=0.5)
    clock.advance(4.1)
    assert windows.remaining("burst") == 1


def test_it_counts_a_call_in_no_window_when_one_of_them_is_full(clock: Clock) -> None:
    windows = Windows(clock, {"minute": (5, 60), "batch": (1, 60)})
    assert windows.take(["minute", "batch"]) is None
    assert windows.take(["minute", "batch"]) == "batch"
    assert windows.remaining("minute") == 4


def test_it_passes_a_window_faster_under_a_time_scale(clock: Clock) -> None:
    windows = Windows(clock, {"minute": (1, 60)})
    windows.time_scale = 20
    windows.take(["minute"])
    assert windows.seconds_until_free("minute") == pytest.approx(3, abs=0.5)
    clock.advance(3.1)
    assert windows.take(["minute"]) is None


def test_it_takes_away_what_another_app_uses(clock: Clock) -> None:
    windows = Windows(clock, {"minute": (100, 60), "own": (100, 60)}, shared=["minute"])
    windows.foreign_calls_per_second = 0.5
    clock.advance(20)
    assert windows.remaining("minute") == 90
    clock.advance(1000)
    assert windows.remaining("minute") == 70
    assert windows.remaining("own") == 100


def test_it_starts_a_daily_quota_again_at_midnight(clock: Clock) -> None:
    windows = Windows(clock, {"daily": (2, DAY_SECONDS)})
    windows.take(["daily"])
    windows.take(["daily"])
    assert windows.take(["daily"]) == "daily"
    assert windows.seconds_until_free("daily") == pytest.approx(12 * 3600, abs=5)
    clock.advance(12 * 3600 + 5)
    assert windows.take(["daily"]) is None


def test_it_starts_a_monthly_quota_again_on_the_first(clock: Clock) -> None:
    windows = Windows(clock, {"reads": (1, MONTH_SECONDS)})
    windows.take(["reads"])
    clock.advance(15 * DAY_SECONDS)
    assert windows.take(["reads"]) == "reads"
    clock.advance(windows.seconds_until_free("reads") + 1)
    assert windows.take(["reads"]) is None


def test_it_forgets_calls_of_a_future_the_clock_was_turned_back_from(clock: Clock) -> None:
    windows = Windows(clock, {"burst": (1, 10)})
    clock.advance(3600)
    windows.take(["burst"])
    clock.advance(-3600)
    assert windows.take(["burst"]) is None
