"""For pytest only: plants the bug that an environment variable names before any test runs.

PLANTED_BUG=no_look_up python -m pytest -p tests.chaos.mutants.plugin tests/pipeline/…
"""

import os

import pytest

from tests.chaos.mutants.planting import Planted

NAME = "PLANTED_BUG"
NEVER_RAN = 9  # the tests cannot have caught, nor missed, what they did not reach

_planted: list[Planted] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    if name := os.environ.get(NAME):
        _planted.append(Planted(name))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _planted and not _planted[0].calls:
        session.exitstatus = NEVER_RAN
