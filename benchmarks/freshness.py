"""G13: how long after an edit the other side shows it, with webhooks and without."""

import math
import tempfile
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.floors import Size
from benchmarks.report import Report
from benchmarks.serving import free_port, serving, tell
from benchmarks.simulator import Simulator
from benchmarks.stage import Stage, stage

AT_ONCE = (1, 10, 100)
INTERVAL = 60
POLL_BAR = INTERVAL + 3
WEBHOOK_BAR = 5
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 240
SMALL = Size(400)  # a hundred contacts


def run(report: Report, *, quick: bool) -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, stage_at(port) as here:
        here.load("hubspot", SMALL)
        be_told_by(here)
        here.run()
        with serving(here.ours, Path(folder), port) as address:
            tell(here.simulator, address)
            for number in AT_ONCE[::2] if quick else AT_ONCE:
                _measure(report, here.simulator, number, "webhooks", WEBHOOK_BAR)
            if quick:
                report.skipped("freshness by polling", "takes minutes; see the full run")
                return
            tell(here.simulator, address, "off")
            for number in AT_ONCE[2:]:
                _measure(report, here.simulator, number, "polling", POLL_BAR)


def stage_at(port: int) -> AbstractContextManager[Stage]:
    return stage(PUBLIC_BASE_URL=f"http://127.0.0.1:{port}")


def be_told_by(here: Stage) -> None:
    """The verifier token is made with the world."""
    token = here.simulator.accounts["quickbooks"]["webhook_token"]
    here.ours.set(QUICKBOOKS_WEBHOOK_TOKEN=token)


def _measure(report: Report, simulator: Simulator, number: int, how: str, bar: float) -> None:
    for side in ("hubspot", "quickbooks"):
        edited = _edit(simulator, side, number)
        waits = _waits(simulator, side, edited)
        report.value(f"freshness {how} from {side} k={number} p95 seconds", _p95(waits), bar)
        report.note(f"median {sorted(waits)[len(waits) // 2]:.1f} s, longest {max(waits):.1f} s")


def _edit(simulator: Simulator, side: str, number: int) -> dict[str, float]:
    """Phone numbers that nobody had before -> when they were entered."""
    people = _people(simulator, side)
    at: dict[str, float] = {}
    for id_ in list(people)[:number]:
        phone = f"555 {time.monotonic_ns() % 10**10:010d}"
        if side == "hubspot":
            simulator.person("hubspot", "edit", "contacts", id=id_, properties={"phone": phone})
        else:
            fields = {"PrimaryPhone": {"FreeFormNumber": phone}}
            simulator.person("quickbooks", "edit", "Customer", id=id_, fields=fields)
        at[phone] = time.monotonic()
    return at


def _waits(simulator: Simulator, side: str, edited: Mapping[str, float]) -> list[float]:
    other = "quickbooks" if side == "hubspot" else "hubspot"
    missing, waits = dict(edited), []
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while missing and time.monotonic() < give_up_at:
        time.sleep(LOOK_SECONDS)
        shown = set(_people(simulator, other).values())
        now = time.monotonic()
        waits += [now - missing.pop(phone) for phone in list(missing) if phone in shown]
    return waits + [math.inf] * len(missing)


def _people(simulator: Simulator, side: str) -> dict[str, str]:
    """Their phone numbers by id."""
    world = simulator.world()
    if side == "hubspot":
        found = world["hubspot"]["objects"]["contacts"]
        return {id_: str(one["properties"].get("phone") or "") for id_, one in found.items()}
    customers = world["quickbooks"]["companies"][simulator.realm]["Customer"]
    return {
        id_: str((one.get("PrimaryPhone") or {}).get("FreeFormNumber") or "")
        for id_, one in customers.items()
    }


def _p95(waits: list[float]) -> float:
    return sorted(waits)[math.ceil(0.95 * len(waits)) - 1]
