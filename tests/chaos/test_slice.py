"""A short slice of `script/chaos`: real processes of the product, killed and misled for a while."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import grid
from tests.chaos.__main__ import stage
from tests.chaos.storm import Stage, Storm

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("chaos")
    with stage(folder, "sqlite") as ready:
        yield ready


def test_without_faults_everything_is_in_its_place(ready: Stage) -> None:
    result = Storm(ready, 1, faults=False, rounds=2).run()
    assert result.violations == [], result.told


def test_a_storm_leaves_everything_in_its_place(ready: Stage) -> None:
    result = Storm(ready, 2, rounds=4).run()
    assert result.violations == [], result.told


def test_a_killed_process_is_found_out_about(ready: Stage) -> None:
    reached: Counter[str] = Counter()
    walk = grid.Walk(
        ready, 4, reached, only=("invoice to QuickBooks, create", "invoice to HubSpot, create")
    )
    result = walk.through("after the vendor's commit", 0)
    assert result.violations == [], result.told
    assert len(reached) == 2, result.told
