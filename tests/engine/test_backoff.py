from datetime import timedelta

import pytest

from syncapp.engine.backoff import wait_after

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 30), (1, 30), (2, 60), (3, 120), (7, 1920)])
def test_it_doubles_with_every_attempt(attempts, seconds):
    assert wait_after(attempts, cap=HOUR, jitter=1).total_seconds() == seconds


@pytest.mark.parametrize("attempts", [8, 50, 10_000])
def test_it_never_waits_longer_than_the_cap(attempts):
    assert wait_after(attempts, cap=HOUR, jitter=1) == HOUR


def test_it_spreads_over_the_second_half():
    assert wait_after(1, cap=HOUR, jitter=0).total_seconds() == 15
    assert wait_after(1, cap=HOUR, jitter=0.5).total_seconds() == 22.5
