import threading
import time

import pytest

from syncapp.connectors.throttle import (
    HUBSPOT_FAMILIES,
    HUBSPOT_LIMITS,
    QUICKBOOKS_FAMILIES,
    QUICKBOOKS_LIMITS,
    Throttle,
)
from syncapp.errors import RateLimited


class Clock:
    """Time passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def _throttle(limits, families, clock) -> Throttle:
    return Throttle(limits, families, clock=clock, sleep=clock.sleep)


def test_calls_within_the_limit_do_not_wait():
    clock = Clock()
    throttle = _throttle({"burst": (10, 1.0)}, {"": ("burst",)}, clock)
    assert [throttle.take() for _ in range(10)] == [0.0] * 10


def test_no_window_ever_holds_more_calls_than_allowed():
    clock = Clock()
    throttle = _throttle(QUICKBOOKS_LIMITS, QUICKBOOKS_FAMILIES, clock)
    times = []
    for number in range(700):
        throttle.take("batch" if number % 10 == 0 else "")
        times.append((clock.now, number % 10 == 0))
    for calls, seconds, only_batches in ((500, 60, False), (10, 1, False), (40, 60, True)):
        counted = [at for at, is_batch in times if is_batch or not only_batches]
        for first, beyond in zip(counted, counted[calls:], strict=False):
            assert beyond - first >= seconds


def test_it_loses_less_than_five_percent_of_the_limit():
    clock = Clock()
    throttle = _throttle({"batch": (40, 60.0)}, {"batch": ("batch",)}, clock)
    for _ in range(400):
        throttle.take("batch")
    floor = 60.0 * 9
    assert clock.now - 1000.0 <= 1.05 * floor


def test_a_batch_counts_in_every_limit_of_quickbooks():
    clock = Clock()
    throttle = _throttle(QUICKBOOKS_LIMITS, QUICKBOOKS_FAMILIES, clock)
    waited = [throttle.take("batch") for _ in range(41)]
    assert sum(waited[:10]) == 0
    assert waited[10] > 0.9  # ten a second
    assert clock.now - 1000.0 >= 60  # forty a minute


def test_hubspots_search_is_counted_apart():
    clock = Clock()
    throttle = _throttle(HUBSPOT_LIMITS, HUBSPOT_FAMILIES, clock)
    for _ in range(5):
        throttle.take("search")
    assert throttle.take("") == 0.0
    assert throttle.take("search") > 0.9


def test_a_call_refused_by_one_limit_is_not_counted_in_the_others():
    clock = Clock()
    limits = {"wide": (3, 100.0), "narrow": (1, 1.0)}
    throttle = _throttle(limits, {"both": ("wide", "narrow"), "wide": ("wide",)}, clock)
    throttle.take("both")
    throttle.take("both")
    assert throttle.take("wide") == 0.0


def test_a_family_nobody_limits_passes():
    assert _throttle({}, {}, Clock()).take("anything") == 0.0


def test_after_a_short_pause_everybody_waits():
    clock = Clock()
    throttle = _throttle({}, {}, clock)
    throttle.pause(7)
    assert throttle.take() == pytest.approx(7)


def test_a_long_pause_is_told_and_not_waited_for():
    clock = Clock()
    throttle = _throttle({}, {}, clock)
    throttle.pause(60)
    with pytest.raises(RateLimited) as raised:
        throttle.take()
    assert raised.value.retry_after_seconds == pytest.approx(60)
    clock.now += 61
    assert throttle.take() == 0.0


def test_threads_share_the_limit():
    throttle = Throttle({"burst": (5, 0.2)}, {"": ("burst",)})
    times: list[float] = []
    threads = [
        threading.Thread(target=lambda: (throttle.take(), times.append(time.monotonic())))
        for _ in range(15)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    assert len(times) == 15
    assert times[-1] - times[0] >= 0.39


def test_workers_that_share_an_account_take_a_part_each():
    clock = Clock()
    throttle = _throttle({"burst": (10, 1.0)}, {"": ("burst",)}, clock)
    for _ in range(10):
        throttle.take()
    throttle.share(3)
    times = []
    for _ in range(30):
        throttle.take()
        times.append(clock.now)
    for first, beyond in zip(times, times[3:], strict=False):
        assert beyond - first >= 1
    throttle.share(1)
    clock.sleep(2)
    assert [throttle.take() for _ in range(10)] == [0.0] * 10
