"""How script/test runs tests: what failed once runs once more by itself, in CI only."""

import os
import subprocess
import sys

import pytest

from tests.sandbox_process import REPOSITORY

FAILS_ONCE = """
import pathlib
def test_slow_start():
    first = pathlib.Path(__file__ + ".first")
    assert first.exists() or first.touch()
"""
FAILS = "def test_broken():\n    assert False\n"
PASSES = "def test_fine():\n    pass\n"


@pytest.fixture
def check(tmp_path):
    def run(*modules, ci="true"):
        for number, text in enumerate(modules):
            (tmp_path / f"test_{number}.py").write_text(text)
        steps = f"""
            . {REPOSITORY}/script/_checks.sh
            python={sys.executable} mode=all
            cd {tmp_path}
            until_second 60 "a part" tests -p no:django --rootdir=.
            echo "failed: ${{failed[*]}}"
            echo "notes: ${{notes[*]}}"
        """
        environment = {**os.environ, "CI": ci}
        ended = subprocess.run(
            ["bash", "-c", steps], env=environment, capture_output=True, text=True, timeout=60
        )
        *_, failed, notes = ended.stdout.splitlines()
        return failed.removeprefix("failed: "), notes.removeprefix("notes: ")

    return run


def test_what_failed_once_and_passes_by_itself_is_named(check):
    failed, notes = check(FAILS_ONCE, PASSES)
    assert failed == ""
    assert notes == ("Failed once and passed when run again by itself: test_0.py::test_slow_start")


def test_what_fails_again_has_failed(check):
    assert check(FAILS_ONCE, FAILS, PASSES) == ("a part", "")


def test_much_that_fails_is_not_run_again(check):
    assert check(*[FAILS_ONCE] * 6) == ("a part", "")


def test_a_person_sees_the_first_failure(check):
    assert check(FAILS_ONCE, ci="") == ("a part", "")


def test_what_passes_is_not_mentioned(check):
    assert check(PASSES) == ("", "")
