from collections.abc import Iterator

import pytest

from syncapp.connectors.quickbooks.lane import Lane
from syncapp.connectors.throttle import QUICKBOOKS_FAMILIES, QUICKBOOKS_LIMITS, Throttle

LIMITS = {**QUICKBOOKS_LIMITS, "single": (460, 60.0)}


@pytest.fixture
def throttle() -> Throttle:
    return Throttle(LIMITS, QUICKBOOKS_FAMILIES, clock=lambda: now[0], sleep=_sleep)


@pytest.fixture
def lane(throttle: Throttle) -> Iterator[Lane]:
    now[0] = 1000.0
    lane = Lane(throttle.forecast)
    yield lane
    lane.close()


now = [1000.0]


def _sleep(seconds: float) -> None:
    now[0] += seconds


def test_while_batches_may_go_nothing_goes_alone(lane: Lane) -> None:
    assert lane.chosen(range(300), 30) == set()


def test_when_the_minutes_batches_are_used_up_others_go_alone(
    lane: Lane, throttle: Throttle
) -> None:
    for _ in range(35):
        throttle.take("batch")
    assert lane.chosen(range(300), 30) == set(range(150, 300))  # five batches are left


def test_when_both_are_used_up_each_gets_what_comes_first(lane: Lane, throttle: Throttle) -> None:
    for _ in range(40):
        throttle.take("batch")
    for _ in range(400):
        throttle.take("single")
    now[0] += 2
    alone = lane.chosen(range(300), 30)
    assert 0 < len(alone) < 150
