"""Every planted bug can be planted, and the tests that must catch it exist."""

import pytest

from tests.chaos.mutants import run
from tests.chaos.mutants.planting import owner_of
from tests.chaos.mutants.table import CAUGHT_BY
from tests.sandbox_process import REPOSITORY


def test_every_bug_has_its_tests() -> None:
    assert run.bugs() == set(CAUGHT_BY)


@pytest.mark.parametrize("name", CAUGHT_BY)
def test_its_function_and_its_tests_are_still_there(name: str) -> None:
    bug = run.bug(name)
    for target in (bug.TARGET, *(also for also, _ in getattr(bug, "ALSO", ()))):
        owner, attribute = owner_of(target)
        assert callable(getattr(owner, attribute))
    for test in CAUGHT_BY[name]:
        path, _, function = test.partition("::")
        assert f"def {function}(" in (REPOSITORY / path).read_text()
