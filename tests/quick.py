"""`--quick` leaves out what took long when it last ran here, unless it failed then.

The first time everything runs, and is measured. What is new or changed its name runs always.
"""

from collections import Counter

import pytest

LONG_SECONDS = 0.5
_LONG, _FAILED = "quick/long", "cache/lastfailed"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="without the tests that took long")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # what the workers report comes together here
        config.pluginmanager.register(_Measuring(config))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--quick") or config.cache is None:
        return
    long = set(config.cache.get(_LONG, ())).difference(config.cache.get(_FAILED, ()))
    left_out = [item for item in items if item.nodeid in long]
    items[:] = [item for item in items if item.nodeid not in long]
    config.hook.pytest_deselected(items=left_out)


class _Measuring:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._seconds: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        if (cache := self._config.cache) is not None:
            known = set(cache.get(_LONG, ())).difference(self._seconds)
            long = {test for test, took in self._seconds.items() if took > LONG_SECONDS}
            cache.set(_LONG, sorted(known | long))
