"""The engine as a state machine, in one process with a clock of ours. In the suite a few runs;

    ENGINE_MINUTES=60 ENGINE_STEPS=50 ENGINE_SEED=7 python -m pytest -s tests/chaos/engine

goes on for so long, some runs for each seed, and says how far it came. One seed replays exactly:

    ENGINE_SEED=12 ENGINE_STEPS=50 ENGINE_SHRINK=1 python -m pytest -s tests/chaos/engine
"""

import os
import sys
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.engine.local_sandbox import URL, LocalSandbox
from tests.chaos.engine.machine import Engine
from tests.chaos.engine.postman import BASE
from tests.chaos.engine.process import Process

RUNS = 4  # for each seed
MINUTES = float(os.environ.get("ENGINE_MINUTES", "0"))
STEPS = int(os.environ.get("ENGINE_STEPS", "25"))
SEED = int(os.environ.get("ENGINE_SEED", "1"))


@pytest.fixture
def process(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Process:
    settings.HUBSPOT_API_BASE = settings.HUBSPOT_APP_BASE = f"{URL}/hubspot"
    settings.QUICKBOOKS_API_BASE = settings.QUICKBOOKS_OAUTH_BASE = f"{URL}/quickbooks"
    settings.ALLOW_PLAIN_HTTP = True
    settings.BACKOFF_CAP = 0
    settings.HUBSPOT_CLIENT_ID = settings.HUBSPOT_CLIENT_SECRET = ""
    settings.QUICKBOOKS_CLIENT_ID = settings.QUICKBOOKS_CLIENT_SECRET = ""
    settings.HUBSPOT_LIMITS = dict.fromkeys(("burst", "search"), (10_000, 1.0))
    settings.QUICKBOOKS_LIMITS = dict.fromkeys(("minute", "burst", "batch"), (10_000, 1.0))
    settings.PUBLIC_BASE_URL = BASE
    settings.QUICKBOOKS_WEBHOOK_TOKENS = settings.HUBSPOT_WEBHOOK_SECRETS = []
    return Process(LocalSandbox(), monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(0 if MINUTES else 300)
def test_whatever_happens_nothing_is_there_twice_and_all_comes_to_rest(process: Process) -> None:
    counts: Counter[str] = Counter()
    began = time.perf_counter()
    number = SEED
    while number == SEED or time.perf_counter() - began < MINUTES * 60:
        _run(process, counts, number)
        if MINUTES:
            minutes = (time.perf_counter() - began) / 60
            sys.stdout.write(f"seeds {SEED}..{number}: {dict(counts)} in {minutes:.1f} min\n")
            sys.stdout.flush()
        number += 1
    assert counts["deaths"]


def _run(process: Process, counts: Counter[str], number: int) -> None:
    class Run(Engine):
        pass

    Run.process, Run.counts = process, counts
    phases = [Phase.explicit, Phase.generate]
    if "ENGINE_SHRINK" in os.environ:
        phases.append(Phase.shrink)
    chosen = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(number)(Run), settings=chosen)
    except BaseException as error:
        error.add_note(f"ENGINE_SEED={number} ENGINE_STEPS={STEPS}")
        raise
