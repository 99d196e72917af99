"""Plants each bug in turn and demands that the tests notice it.

    python -m tests.chaos.mutants.run [NAME ...]

First all of these tests run without a bug: tests that fail anyway would catch everything.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.chaos.mutants.plugin import NAME, NEVER_RAN
from tests.chaos.mutants.table import CAUGHT_BY

FOLDER = Path(__file__).resolve().parent
REPOSITORY = FOLDER.parents[2]
_WORDS = {0: "MISSED", 1: "caught", NEVER_RAN: "NEVER RAN"}


@dataclass(frozen=True, slots=True)
class Outcome:
    bug: str
    word: str
    seconds: float

    @property
    def is_caught(self) -> bool:
        return self.word == "caught"


def bug(name: str) -> Any:
    return import_module(f"tests.chaos.mutants.{name}")


def bugs() -> set[str]:
    """Read, not imported: most need the product to be set up."""
    texts = {path.stem: path.read_text() for path in FOLDER.glob("[a-z]*.py")}
    return {name for name, text in texts.items() if "\nTARGET = " in text}


def run(names: Sequence[str] = ()) -> list[Outcome]:
    """Raises when the tests fail without any bug, or when a bug has no tests."""
    if bugs() != set(CAUGHT_BY):
        raise LookupError(f"bugs and tests differ: {bugs() ^ set(CAUGHT_BY)}")
    chosen = list(names) or list(CAUGHT_BY)
    control = sorted({test for name in chosen for test in CAUGHT_BY[name]})
    if _tests(control, "") != 0:
        raise AssertionError("the tests fail without a planted bug")
    return [_planted(name) for name in chosen]


def _planted(name: str) -> Outcome:
    began = time.monotonic()
    code = _tests(CAUGHT_BY[name], name)
    outcome = Outcome(name, _WORDS.get(code, f"BROKEN ({code})"), time.monotonic() - began)
    _say(f"{outcome.bug:24} {outcome.word:12} {outcome.seconds:5.1f} s")
    return outcome


def _tests(tests: Sequence[str], bug: str) -> int:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-p", "tests.chaos.mutants.plugin", *tests],
        cwd=REPOSITORY,
        env={**os.environ, NAME: bug},
        stdout=subprocess.DEVNULL if bug else None,
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode


def run_all(names: Sequence[str]) -> int:
    outcomes = run(names)
    caught = sum(one.is_caught for one in outcomes)
    _say(f"{caught}/{len(outcomes)} planted bugs caught")
    return 0 if caught == len(outcomes) else 1


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(run_all(sys.argv[1:]))
