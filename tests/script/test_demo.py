"""`script/demo --once`, as somebody sees it who has just cloned the repository."""

import os
import re
import sqlite3
import subprocess
import sys

import pytest

from integration_site.environment import BASE_DIR

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    own = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "TOKEN_KEYS", "ENV_FILE")
    environment = {name: value for name, value in os.environ.items() if name not in own}
    ended = subprocess.run(
        [sys.executable, "script/_demo.py", "--once"],
        cwd=BASE_DIR,
        env=environment | {"DEMO_FOLDER": str(folder)},
        capture_output=True,
        text=True,
        timeout=280,
    )
    return folder, ended


def tables(out):
    """Per printed table: entity -> counts in sync, failing, excluded, waiting, needs decision."""
    rows = re.findall(r"^(Contacts|Products|Invoices|Payments) +(.+)$", out, re.MULTILINE)
    numbers = [
        (name, [0 if cell == "-" else int(cell.replace(",", "")) for cell in cells.split()])
        for name, cells in rows
    ]
    return [dict(numbers[start : start + 4]) for start in range(0, len(numbers), 4)]


def test_it_ends_well_and_leaves_nothing_running(demo):
    folder, ended = demo

    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    world = str(folder / "demo-world.json")
    running = subprocess.run(["pgrep", "-f", world], capture_output=True, text=True)
    assert running.stdout == ""


STATES = ("in_sync", "failing", "excluded", "waiting", "needs_decision")


def test_every_state_is_shown_after_the_first_sync(demo):
    first = tables(demo[1].stdout)[0]

    for place, state in enumerate(STATES):
        assert sum(counts[place] for counts in first.values()) > 0, state


def test_every_record_that_is_not_in_sync_says_why(demo):
    with sqlite3.connect(demo[0] / "demo.sqlite3") as database:
        query = "SELECT state, sentence FROM syncapp_recordlink WHERE state <> 'in_sync'"
        rows = database.execute(query).fetchall()
    assert {state for state, _ in rows} == set(STATES) - {"in_sync"}
    assert all(len(sentence) > 20 for _, sentence in rows)


def test_only_what_waits_by_design_waits_or_is_undecided_at_the_end(demo):
    last = tables(demo[1].stdout)[-1]

    for entity, (in_sync, *_) in last.items():
        assert in_sync > 40, entity
    assert [counts[3:] for counts in last.values()] == [[0, 0], [0, 1], [0, 0], [1, 0]]


def test_only_what_fails_by_design_fails(demo):
    first, second, third = tables(demo[1].stdout)

    assert [counts[1] for counts in first.values()] == [0, 0, 1, 0]
    assert [counts[1] for counts in second.values()] == [0, 0, 2, 0]
    assert [counts[1] for counts in third.values()] == [0, 0, 3, 0]
    with sqlite3.connect(demo[0] / "demo.sqlite3") as database:
        query = "SELECT category FROM syncapp_recordlink WHERE state = 'failing' ORDER BY category"
        found = [row[0] for row in database.execute(query)]
    assert found == ["contact_link", "contact_link", "protected_change"]


def test_it_prints_no_secret(demo):
    folder, ended = demo
    values = dict(line.split("=", 1) for line in (folder / "demo.env").read_text().splitlines())

    for name, value in values.items():
        if "TOKEN" in name or "SECRET" in name:
            assert value not in ended.stdout, name
            assert value not in (folder / "demo-sandbox.log").read_text(), name
    assert (folder / "demo.env").stat().st_mode & 0o077 == 0
