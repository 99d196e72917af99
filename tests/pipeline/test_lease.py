"""One writer per integration."""

from typing import Any

import pytest

from integration_site import checks
from syncapp.errors import Busy, LeaseLost
from syncapp.models import Lease
from syncapp.pipeline.lease import leased, take
from tests.pipeline.worlds import Worlds


def test_a_second_worker_is_told_that_it_is_busy(worlds: Worlds) -> None:
    with leased(worlds.integration), pytest.raises(Busy):
        take(worlds.integration)


def test_a_lease_that_ran_out_is_taken_over_with_a_higher_number(worlds: Worlds) -> None:
    first = take(worlds.integration)
    Lease.objects.update(expires_at="2020-01-01T00:00:00Z")
    second = take(worlds.integration)
    assert second.fencing == first.fencing + 1
    with pytest.raises(LeaseLost):
        first.guard_commit()
    with pytest.raises(LeaseLost):
        first.renew()


def test_a_released_lease_is_free_at_once(worlds: Worlds) -> None:
    with leased(worlds.integration):
        pass
    take(worlds.integration)


def test_a_lease_that_just_covers_a_call_is_too_short_for_its_end(
    worlds: Worlds, settings: Any
) -> None:
    settings.LEASE = 46
    held = take(worlds.integration)

    with pytest.raises(LeaseLost):
        held.make_room(45)


def test_the_shortest_lease_that_is_allowed_is_long_enough(worlds: Worlds, settings: Any) -> None:
    settings.LEASE = 45 + checks.LEASE_MARGIN

    take(worlds.integration).make_room(45)
