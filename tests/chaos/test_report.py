"""A run that proves nothing must not look like one that went well."""

from typing import Any

import pytest

from tests.chaos import grid, relay, report
from tests.chaos.clusters import STRIKES
from tests.chaos.deeds import DEEDS, PLAIN
from tests.chaos.faults import FAULTS
from tests.chaos.scenes import SCENES

HANGING = "half-open connection"


def a_run(kind: str = "storm", database: str = "sqlite", **more: Any) -> dict[str, Any]:
    """In which everything struck."""
    names = [*FAULTS, *DEEDS, *relay.NAMES, *(f"cluster: {name}" for name in STRIKES)]
    fired = {name: 1 for name in names if name not in (PLAIN, "database restarted")}
    figures = {"seeds": report.ENOUGH_SEEDS, "seconds": report.ENOUGH_CLUSTER_SECONDS}
    figures |= {"first_seed": 1, "passes": 9, "writes": 9, "reached": {}, "violations": {}}
    return {"kind": kind, "database": database, "fired": fired, **figures, **more}


def without(fault: str, kind: str = "storm", **more: Any) -> dict[str, Any]:
    run = a_run(kind, **more)
    del run["fired"][fault]
    return run


def test_a_run_in_which_everything_struck_is_good() -> None:
    assert report.failings(a_run()) == report.failings(a_run("clusters")) == []
    assert "Every fault fired." in report.lines(a_run())


def test_a_fault_that_never_struck_fails_a_long_run_and_is_named() -> None:
    run = without(HANGING)
    assert report.failings(run) == [HANGING]
    assert f"Never fired: {HANGING}." in report.lines(run)


def test_a_short_run_need_not_have_met_each() -> None:
    run = without(HANGING, seeds=report.ENOUGH_SEEDS - 1)
    assert report.failings(run) == []
    assert any(f"so short a run: {HANGING}." in line for line in report.lines(run))


def test_a_database_is_asked_only_for_what_can_befall_it() -> None:
    run = a_run(database="postgres")
    assert report.failings(run) == ["database restarted"]
    assert report.failings(without("disk full", database="sqlite")) == ["disk full"]


def test_a_strike_that_never_hit_fails_a_long_run_of_clusters() -> None:
    run = without("cluster: kill a master", "clusters")
    assert report.failings(run) == ["cluster: kill a master"]
    run["seconds"] = 60
    assert report.failings(run) == []


def test_a_place_to_die_at_that_was_not_reached_fails_a_whole_round_of_the_grid() -> None:
    missed, *others = grid.cells()
    run = a_run("grid", rounds=1, reached=dict.fromkeys(others, 1))
    assert report.failings(run) == [missed]
    assert report.failings({**run, "rounds": 0}) == []


def test_the_grid_knows_later_calls_of_scenes_that_there_are() -> None:
    assert {*grid.CALLS, *grid.BATCHES} <= set(SCENES)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (a_run(), 0),
        (without(HANGING), 1),
        (without(HANGING, seeds=2), 0),
        (a_run(violations={"7": ["I1: twice"]}), 1),
    ],
)
def test_the_exit_code_says_it(outcome: dict[str, Any], code: int) -> None:
    assert report.exit_code(outcome) == code


def test_what_was_counted_in_one_process_is_added_up() -> None:
    cases = {"kind": "planner", "cases": 150_000, "at": "2026-01-01", "violations": {}}
    bugs = {"kind": "mutants", "caught": 14, "bugs": 15, "at": "2026-01-01"}
    bugs |= {"violations": {"no_look_up": ["it is MISSED"]}}
    page = "\n".join(report._counted([cases, cases, bugs]))
    assert "| cases of what is decided | 300,000 | 200,000 |" in page
    assert "| planted bugs caught | 14 of 15 | all |" in page
    assert "no_look_up: it is MISSED" in page


def test_a_missed_bug_fails_the_run() -> None:
    bugs = {"kind": "mutants", "caught": 14, "bugs": 15, "seconds": 9}
    assert report.exit_code({**bugs, "violations": {"no_look_up": ["it is MISSED"]}}) == 1
    assert report.exit_code({**bugs, "violations": {}}) == 0
