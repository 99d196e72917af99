"""The proofs that need no other processes, counted for the report: what is decided (the properties
of `tests/engine`), the engine as a state machine, and the planted bugs."""

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.sandbox_process import REPOSITORY

STEPS = 50
PROPERTIES = "tests/engine/test_properties.py"
_TRIED = re.compile(r"- (\d+) passing(?: examples)?, (\d+) failing")
_MACHINE = re.compile(r"^seeds \d+\.\.\d+: (\{.*\}) in ", re.MULTILINE)
_FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)
_CAUGHT = re.compile(r"^(\w+) +(caught|MISSED|NEVER RAN|BROKEN)", re.MULTILINE)
Figures = dict[str, Any]


def planner(cases: int, seed: int) -> Figures:
    """So many cases of each property, all of them anew for each seed."""
    command = [PROPERTIES, "--timeout=0", "--hypothesis-show-statistics"]
    command += [f"--hypothesis-seed={seed}", "-n", "2"]
    said = _pytest(*command, CASES=str(cases))
    tried = [(int(passing), int(failing)) for passing, failing in _TRIED.findall(said)]
    return _figures(said, cases=sum(map(sum, tried)))


def engine(minutes: float, seed: int) -> Figures:
    asked = {"ENGINE_MINUTES": minutes, "ENGINE_STEPS": STEPS, "ENGINE_SEED": seed}
    said = _pytest("-s", "tests/chaos/engine", **{name: str(one) for name, one in asked.items()})
    counts = Counter(ast.literal_eval(found[-1]) if (found := _MACHINE.findall(said)) else {})
    figures = _figures(said, runs=counts["runs"], steps=counts["steps"])
    return figures | {"passes": counts["passes"]}


def mutants() -> Figures:
    said = _run(["-m", "tests.chaos.mutants.run"])
    words = dict(_CAUGHT.findall(said))
    missed = {name: [f"it is {word}"] for name, word in words.items() if word != "caught"}
    if not words:
        missed = {"all": [said[-2000:]]}
    return {"caught": len(words) - len(missed), "bugs": len(words), "violations": missed}


def lines(run: Mapping[str, Any]) -> Iterator[str]:
    names = ("cases", "runs", "steps", "caught", "bugs")
    counts = ", ".join(f"{run[name]} {name}" for name in names if name in run)
    yield f"{run['kind']}: {counts} in {run['seconds']} s"
    for name, violations in run["violations"].items():
        yield from (f"    {name}: {one}" for one in violations)


def _figures(said: str, **counts: int) -> Figures:
    violations = {name: ["it failed"] for name in _FAILED.findall(said)}
    if not any(counts.values()):
        violations |= {"all": [f"nothing was tried: {said[-2000:]}"]}
    return {**counts, "violations": violations}


def _pytest(*arguments: str, **environment: str) -> str:
    return _run(["-m", "pytest", "-q", "-rf", "-p", "no:cacheprovider", *arguments], **environment)


def _run(arguments: list[str], **environment: str) -> str:
    """What it said; shown while it says it."""
    said = []
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            said.append(line)
            sys.stdout.write(line)
            sys.stdout.flush()
    return "".join(said)
