"""G4-G6: the same work by scripts on the vendors' official clients, and by readers, beside ours."""

import json
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.floors import Size
from benchmarks.growth import load
from benchmarks.readers import beside
from benchmarks.report import Report
from benchmarks.simulator import REPOSITORY, Simulator
from benchmarks.stage import Stage, stage
from benchmarks.trade import require_agreement

CLIENTS = REPOSITORY / ".venv-clients" / "bin" / "python"
PROGRAMS = Path(__file__).resolve().parent / "peers"
SIDES = {"hubspot": "H>Q", "quickbooks": "Q>H"}
# round trip, and how long each vendor works on a call
PACE = {
    "latency_ms": 100,
    "hubspot": {"service_time_ms": {"call": 300}},
    "quickbooks": {"service_time_ms": {"call": 80, "item": 50, "single": 300}},
}
SCALE = 20.0
FEWER = {"hubspot": 80, "quickbooks": 150}
FASTER = {"hubspot": 12, "quickbooks": 100}


def run(report: Report, *, quick: bool) -> None:
    if CLIENTS.exists():
        _beside_scripts(report, quick=quick)
    else:
        report.skipped("P1 P2", "the official clients are not installed (.venv-clients)")
    beside.run(report, quick=quick)


def _beside_scripts(report: Report, *, quick: bool) -> None:
    with stage() as here:
        for side in SIDES:
            if not quick:  # it makes a dozen calls for each invoice
                _beside_plain(report, here, side, Size(400))
            for invoices in (200,) if quick else (1000, 10_000):
                _beside_careful(report, here, side, Size(invoices))


def _beside_plain(report: Report, here: Stage, side: str, size: Size) -> None:
    """Where both are kept waiting by distance alone, the sandbox twenty times as fast."""
    pace = {**PACE, "time_scale": SCALE}
    here.load(side, size, **pace)
    ours, calls = here.run()
    require_agreement(here.simulator)
    theirs, their_calls = _peer(here, "plain", side, size, pace)
    name = f"{SIDES[side]} {size.invoices} beside plain"
    report.gain(f"{name} calls", calls.total, their_calls, FEWER[side])
    report.gain(f"{name} wall", ours.wall, theirs["wall"], FASTER[side])


def _beside_careful(report: Report, here: Stage, side: str, size: Size) -> None:
    ours, calls = load(report, here, side, size)
    theirs, their_calls = _peer(here, "careful", side, size, {})
    name = f"{SIDES[side]} {size.invoices} beside careful"
    report.ratio(f"{name} calls", calls, their_calls, 1.02)
    report.ratio(f"{name} CPU", ours.cpu, theirs["cpu"], 2.0)
    report.ratio(f"{name} memory", ours.peak / 1e6, theirs["peak"] / 1e6, 0.6)


def _peer(
    here: Stage, program: str, side: str, size: Size, options: dict[str, Any]
) -> tuple[dict[str, float], int]:
    """The same world once more, and the figures of the program on it."""
    simulator = here.simulator
    simulator.load(side, size)
    asked = _asked(simulator, side)
    if options:
        simulator.options(**options)
    simulator.forget_requests()
    done = subprocess.run(
        [str(CLIENTS), str(PROGRAMS / f"{program}.py"), json.dumps(asked)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{program} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    calls = here.calls(0.0).total
    simulator.options(latency_ms=0)
    require_agreement(simulator)
    return figures, calls


def _asked(simulator: Simulator, side: str) -> dict[str, Any]:
    quickbooks = simulator.accounts["quickbooks"]
    company = quickbooks["companies"][0]
    return {
        "url": simulator.url,
        "side": side,
        "hubspot": simulator.accounts["hubspot"]["access_token"],
        "client_id": quickbooks["client_id"],
        "client_secret": quickbooks["client_secret"],
        "quickbooks": company["access_token"],
        "refresh": company["refresh_token"],
        "realm": company["realm_id"],
        "income": simulator.income_account(),
    }
