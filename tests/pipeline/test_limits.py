"""What an installation says about a vendor's limits changes those it names and no other."""

from collections.abc import Iterator
from typing import Any

import pytest

from syncapp.connectors.throttle import HUBSPOT_LIMITS
from syncapp.connectors.window import Window
from syncapp.engine.records import Side
from syncapp.models import Connection
from syncapp.pipeline.connect import _throttles, throttle_for


@pytest.fixture
def connection() -> Iterator[Connection]:
    yield Connection(pk=-1, vendor=Side.HUBSPOT.value)
    _throttles.pop(-1, None)


def test_a_limit_that_is_not_named_stays_the_vendors(connection: Connection, settings: Any) -> None:
    settings.HUBSPOT_LIMITS = {"burst": (7, 10.0)}

    throttle = throttle_for(connection)

    assert throttle.take("search") == 0
    limits = {"burst": (7, 10.0), "search": HUBSPOT_LIMITS["search"]}
    expected = {name: Window(*limit) for name, limit in limits.items()}
    for name, window in throttle._windows.items():
        assert (window.calls, window.seconds) == (expected[name].calls, expected[name].seconds)


def test_without_a_word_all_are_the_vendors(connection: Connection, settings: Any) -> None:
    settings.HUBSPOT_LIMITS = {}

    assert set(throttle_for(connection)._windows) == set(HUBSPOT_LIMITS)
