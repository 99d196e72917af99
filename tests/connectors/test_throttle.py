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


def test_a_call_that_is_sent_late_counts_from_then_on():
    clock = Clock()
    throttle = _throttle({"burst": (1, 10.0)}, {"": ("burst",)}, clock)
    throttle.take()
    clock.sleep(5)
    throttle.goes()
    assert throttle.take() > 9.9


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


class Vendor:
    """Counts as vendors do, with another app that calls evenly."""

    def __init__(self, clock: Clock, calls: int, seconds: float, foreign: int) -> None:
        self._clock, self._seconds, self._left = clock, seconds, calls - foreign
        self._most = calls
        self._counted: list[float] = []
        self.refusals = 0

    def takes(self) -> bool:
        self._counted = [at for at in self._counted if at > self._clock.now - self._seconds]
        if len(self._counted) >= self._left:
            self.refusals += 1
            return False
        self._counted.append(self._clock.now)
        return True

    @property
    def says(self) -> dict[str, int]:
        return {"most": self._most, "left": self._left - len(self._counted)}


def _work(throttle: Throttle, vendor: Vendor, clock: Clock, minutes: int, pause: float) -> int:
    until, done = clock.now + 60 * minutes, 0
    while clock.now < until:
        throttle.take()
        clock.now += 0.001
        if vendor.takes():
            done += 1
        else:
            throttle.refused()
            clock.now += pause
    return done


def test_beside_another_app_few_calls_are_refused_and_little_of_the_rest_is_left() -> None:
    """QuickBooks says nothing but no."""
    clock = Clock()
    throttle = _throttle({"minute": (500, 60.0)}, {"": ("minute",)}, clock)
    vendor = Vendor(clock, 500, 60.0, foreign=150)
    done = _work(throttle, vendor, clock, minutes=120, pause=60.0)
    assert vendor.refusals <= 0.001 * done
    assert done >= 0.8 * 350 * 120


def test_a_refusal_is_made_up_for_slowly() -> None:
    clock = Clock()
    throttle = _throttle({"minute": (500, 60.0)}, {"": ("minute",)}, clock)
    for _ in range(400):
        throttle.take()
    throttle.refused()
    clock.sleep(61)
    assert _at_once(throttle, clock) == 335  # four fifths of 400, and three hundredths of 500
    clock.sleep(15 * 61)
    assert _at_once(throttle, clock) == 500


def test_calls_that_were_refused_together_narrow_the_window_once() -> None:
    clock = Clock()
    throttle = _throttle({"minute": (500, 60.0)}, {"": ("minute",)}, clock)
    for _ in range(400):
        throttle.take()
    for _ in range(8):
        throttle.refused()
    clock.sleep(61)
    assert _at_once(throttle, clock) == 335


def test_only_limits_that_are_nearly_used_up_are_narrowed_by_a_refusal() -> None:
    clock = Clock()
    throttle = _throttle(QUICKBOOKS_LIMITS, QUICKBOOKS_FAMILIES, clock)
    for _ in range(300):
        throttle.take()
    throttle.take("batch")
    throttle.refused("batch")
    clock.sleep(61)
    taken = sum(throttle.take("batch") < 2 for _ in range(40))
    assert taken == 40


def _seconds_told(calls: int, foreign: int) -> float:
    """That calls take, none of them refused, where HubSpot says what is left."""
    clock = Clock()
    throttle = _throttle(HUBSPOT_LIMITS, HUBSPOT_FAMILIES, clock)
    vendor = Vendor(clock, 110, 10.0, foreign=foreign)
    for _ in range(calls):
        throttle.take()
        assert vendor.takes()
        throttle.told("", **vendor.says)
    return clock.now - 1000.0


def test_what_the_vendor_says_is_left_is_not_gone_beyond() -> None:
    assert _seconds_told(1000, foreign=33) <= 1.03 * 10.0 * 1000 / (110 - 33 - 11)


def test_alone_nothing_is_kept_back() -> None:
    assert _seconds_told(1100, foreign=0) <= 1.03 * 9 * 10.0


def test_a_limit_set_far_above_the_vendors_leaves_what_the_vendor_says() -> None:
    clock = Clock()
    throttle = _throttle({"burst": (1_000_000, 1.0)}, {"": ("burst",)}, clock)
    for _ in range(99):  # all but the reserve
        throttle.take()
        throttle.told("", most=110, left=110)
    assert clock.now == 1000.0


def test_our_own_other_workers_are_not_taken_for_another_app() -> None:
    clock = Clock()
    throttle = _throttle({"burst": (110, 10.0)}, {"": ("burst",)}, clock)
    throttle.share(2)
    for number in range(50):
        throttle.take()
        throttle.told("", most=110, left=110 - 2 * (number + 1))
    assert throttle.take() == 0.0


def test_two_workers_of_one_account_stay_within_its_limit_together() -> None:
    clock = Clock()
    ours = [_throttle({"minute": (500, 60.0)}, {"": ("minute",)}, clock) for _ in range(2)]
    vendor = Vendor(clock, 500, 60.0, foreign=0)
    for throttle in ours:
        throttle.share(2)
    for _ in range(1500):
        ours[0].take()
        ours.reverse()
        assert vendor.takes()


def _at_once(throttle: Throttle, clock: Clock) -> int:
    """How many calls go without waiting."""
    before, number = clock.now, 0
    while throttle.take() == 0.0:
        number += 1
    clock.now = before
    return number
