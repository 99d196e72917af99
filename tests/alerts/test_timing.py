"""When somebody may be told."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.alerts.timing import Manners, after_the_quiet, tell_at, try_again_at

NIGHT = Manners(timedelta(minutes=15), time(22), time(7), "Europe/Oslo")
ZONES = ("UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
HOURS = st.none() | st.times()
MOMENTS = st.integers(0, 3 * 366 * 24 * 3600).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def oslo(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Oslo"))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (oslo(25, 12), oslo(25, 12, 15)),
        (oslo(25, 21, 50), oslo(26, 7)),  # the quarter of an hour ends in the quiet
        (oslo(25, 23), oslo(26, 7)),
        (oslo(26, 3), oslo(26, 7)),
        (oslo(26, 6, 50), oslo(26, 7, 5)),
    ],
)
def test_what_comes_up_is_gathered_and_waits_for_the_end_of_the_quiet(now, told):
    assert tell_at(NIGHT, now, at_once=False) == told


def test_what_is_urgent_wakes_people():
    assert tell_at(NIGHT, oslo(26, 3), at_once=True) == oslo(26, 3)


def test_quiet_hours_of_a_day_end_on_that_day():
    lunch = Manners(quiet_from=time(11), quiet_until=time(13), zone="Europe/Oslo")

    assert after_the_quiet(lunch, oslo(25, 12)) == oslo(25, 13)
    assert after_the_quiet(lunch, oslo(25, 13)) == oslo(25, 13)
    assert after_the_quiet(lunch, oslo(25, 14)) == oslo(25, 14)


@given(begin=HOURS, end=HOURS, zone=st.sampled_from(ZONES), now=MOMENTS,
       minutes=st.integers(0, 1440))  # fmt: skip
def test_nothing_is_told_early_nor_later_than_a_day_and_the_digest(begin, end, zone, now, minutes):
    manners = Manners(timedelta(minutes=minutes), begin, end, zone)

    told = tell_at(manners, now, at_once=False)

    assert now + manners.digest <= told <= now + manners.digest + timedelta(hours=25)
    assert after_the_quiet(manners, told) == told or _shift_of_the_clock(zone, told)


def _shift_of_the_clock(zone, moment):
    """The hour that a summer time leaves out or has twice."""
    local = ZoneInfo(zone)
    around = [(moment + timedelta(hours=hours)).astimezone(local) for hours in (-3, 3)]
    return around[0].utcoffset() != around[1].utcoffset()


def test_tries_come_later_and_later_but_at_least_hourly():
    now = oslo(25, 12)
    waits = [try_again_at(now, attempts) - now for attempts in range(12)]

    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[-1] == timedelta(hours=1)
