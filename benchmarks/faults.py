"""G14 and G15: what trouble costs: refusals and silence, and being killed. Nothing twice, nothing
lost, whatever happens: where the worlds do not agree afterwards, the run ends with an error."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from benchmarks import floors
from benchmarks.floors import Size
from benchmarks.report import Report
from benchmarks.simulator import REPOSITORY
from benchmarks.stage import Stage, stage
from benchmarks.trade import require_agreement

CHANCE = 0.02
TROUBLE: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}},
    {"kind": "status", "status": 500},
    {"kind": "drop_before_commit"},
    {"kind": "drop_after_commit"},
)
TRIES = 12
SEED = 20
_chance = random.Random(SEED)
# After so many calls of each start: by the clock a faster machine would be killed at rest.
KILLS = [_chance.randint(10, 50) for _ in range(4)]
QUICK_KILLS = [_chance.randint(5, 20) for _ in range(2)]


def run(report: Report, *, quick: bool) -> None:
    size, kills = (Size(200), QUICK_KILLS) if quick else (Size(1000), KILLS)
    with stage(HTTP_TIMEOUT="4", UNKNOWN_REST="5", BACKOFF_CAP="2") as here:
        clean = _clean(here, size)
        _troubled(report, here, size, clean)
        _killed(report, here, size, clean, kills)


def _clean(here: Stage, size: Size) -> int:
    """Until quiet, as those in trouble are counted."""
    here.load("hubspot", size)
    return _until_quiet(here)


def _troubled(report: Report, here: Stage, size: Size, clean: int) -> None:
    here.load("hubspot", size)
    simulator = here.simulator
    for number, trouble in enumerate(TROUBLE):
        plan = {"probability": CHANCE / len(TROUBLE), "times": 1000, "seed": SEED + number}
        for vendor in ("hubspot", "quickbooks"):
            simulator.control("POST", "faults", {**plan, **trouble, "vendor": vendor})
    calls = _until_quiet(here)
    simulator.control("DELETE", "faults")
    _until_quiet(here)
    require_agreement(simulator)
    report.ratio("2 % trouble calls", calls, clean, 1.15)


def _killed(report: Report, here: Stage, size: Size, clean: int, kills: Sequence[int]) -> None:
    here.load("hubspot", size)
    here.simulator.forget_requests()
    calls = 0
    for more in kills:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.passes", json.dumps({"passes": 1})],
            cwd=REPOSITORY,
            env=here.ours.environment,
            stdout=subprocess.DEVNULL,
        )
        while process.poll() is None and here.calls(0.0).total < calls + more:
            time.sleep(0.01)
        process.kill()
        process.wait()
        calls = here.calls(0.0).total
        here.ours.python("-c", _LET_GO)
    calls += _until_quiet(here)
    require_agreement(here.simulator)
    lanes = 2 * 2 * len(kills)
    report.ratio(f"killed {len(kills)} times calls", calls, clean + lanes, 1.10)
    report.note(f"floor of the load: {floors.load_to_quickbooks(size)} calls")


def _until_quiet(here: Stage) -> int:
    """Passes until one of them has nothing to write. Answers the calls of those that had, or that
    failed: the others are made every minute, trouble or not, and here several of them while a
    write rests."""
    calls = 0
    for _ in range(TRIES):
        here.simulator.forget_requests()
        (measured,) = here.ours.passes(1)
        if measured.error or measured.writes:
            calls += here.calls(0.0).total
        elif not measured.in_state("waiting"):
            break
        time.sleep(1.5)
    return calls


# A killed worker's lease ends by itself after a minute; here nobody waits for it.
_LET_GO = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_site.settings")
import django; django.setup()
from syncapp.models import Lease
Lease.objects.update(holder="", expires_at=None)
"""
