"""G2, G3: wall time under the vendors' limits against the least that they allow.

The sandbox enforces the limits. A thousand invoices are loaded in real time; others with both the
sandbox's clock and our limits made faster: there every second of the processor counts so many
times, which is left in the figure, so that a busy machine makes it worse and never better.

    python -m benchmarks.limits 10000     that many in real time, half an hour with both lanes
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.floors import Size, batch_floor, hubspot_floor, mixed_floor
from benchmarks.report import Report
from benchmarks.stage import Stage, is_once, stage
from benchmarks.trade import require_agreement

FASTER = 6.0
SLOWER = 2.0  # ten calls a second leave a hundredth of it for what delays a call on its way
QUICKBOOKS = {"minute": (500, 60.0), "burst": (10, 1.0), "batch": (40, 60.0)}
HUBSPOT = {"burst": (110, 10.0), "search": (5, 1.0)}
SEND_DEADLINE, SLICE = 30, 60
MOST_SLICES = 40
SINGLES = 460
REFUSED_BAR = 0.001
# calls a second of another app: of the company's minute, and of the portal's ten seconds
FOREIGN = {"quickbooks": 0.3 * 500 / 60, "hubspot": 0.3 * 110 / 10}


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    size: Size
    floor: float
    bar: float
    scale: float = 1.0
    has_foreign: bool = False
    singles: int = 0
    is_sliced: bool = False  # as the worker does it: passes that end after a minute
    side: str = "hubspot"  # where the records were born

    @property
    def settings(self) -> dict[str, str]:
        return {
            "HUBSPOT_LIMITS": self._scaled(HUBSPOT),
            "QUICKBOOKS_LIMITS": self._scaled(QUICKBOOKS),
            "QUICKBOOKS_SINGLE_CREATES": str(self.singles),
            "SEND_DEADLINE": str(int(SEND_DEADLINE / self.scale)),
        }

    @property
    def pace(self) -> dict[str, Any]:
        foreign = FOREIGN if self.has_foreign else dict.fromkeys(FOREIGN, 0.0)
        service = {
            "hubspot": {"call": 300},
            "quickbooks": {"call": 80, "item": 50, "single": 300},
        }
        return {
            vendor: {"service_time_ms": service[vendor], "foreign_calls_per_second": rate}
            for vendor, rate in foreign.items()
        }

    def _scaled(self, limits: Mapping[str, tuple[int, float]]) -> str:
        return ",".join(
            f"{name}={calls}/{seconds / self.scale:g}" for name, (calls, seconds) in limits.items()
        )


def run(report: Report, *, quick: bool) -> None:
    if quick:
        report.skipped("limits", "wall time against the limits; see the full run")
        return
    thousand, ten_thousand = Size(1000), Size(10_000)
    floor = batch_floor(thousand)
    with stage() as here:
        _measure(report, here, Scenario("H>Q 1000", thousand, floor, 1.15))
        name = "H>Q 1000 with another app"
        beside = Scenario(name, thousand, floor, 1.15, SLOWER, has_foreign=True)
        _measure(report, here, beside)
        size, name = Size(3000), "H>Q 3000 in slices"
        sliced = Scenario(name, size, batch_floor(size), 1.15, FASTER, is_sliced=True)
        _measure(report, here, sliced)
        floor = batch_floor(ten_thousand)
        _measure(report, here, Scenario("H>Q 10000", ten_thousand, floor, 1.10, FASTER))
        name = "H>Q 3000 mixed lane"
        mixed = Scenario(name, size, mixed_floor(size), 1.15, SLOWER, singles=SINGLES)
        took = _measure(report, here, mixed)
        report.gain("G3 mixed lane against the least of batches", took, batch_floor(size), 1.3)
        for size in (thousand, ten_thousand):
            name = f"Q>H {size.invoices}"
            floor = hubspot_floor(size)
            _measure(report, here, Scenario(name, size, floor, 1.10, side="quickbooks"))


def in_real_time(report: Report, invoices: int) -> None:
    size = Size(invoices)
    with stage() as here:
        batches = Scenario(f"H>Q {invoices} in real time", size, batch_floor(size), 1.10)
        took = _measure(report, here, batches)
        name = f"H>Q {invoices} mixed lane in real time"
        mixed = Scenario(name, size, mixed_floor(size), 1.15, singles=SINGLES)
        report.gain("G3 mixed lane against batches", _measure(report, here, mixed), took, 1.3)


def _measure(report: Report, here: Stage, scenario: Scenario) -> float:
    here.ours.set(**scenario.settings)
    here.load(
        scenario.side,
        scenario.size,
        rate_limits=True,
        latency_ms=100,
        time_scale=scenario.scale,
        **scenario.pace,
    )
    before = here.simulator.cpu_seconds()
    here.simulator.forget_requests()
    wall, cpu = _load(here, scenario)
    calls = here.calls(before)
    entries = here.simulator.control("GET", "requests?entries=1")["entries"]
    here.simulator.options(rate_limits=False, latency_ms=0)
    require_agreement(here.simulator)
    refused = sum(one["status"] == 429 for one in entries)
    spent = _Spent.of(entries, wall, scenario)
    report.note(
        f"{spent} In all our CPU took {cpu:.1f} s and the sandbox's {calls.own:.1f} s,"
        f" counted {scenario.scale:g} times; {refused} refusals of {calls.total} calls"
    )
    if scenario.floor:
        title = f"{scenario.name} wall under limits"
        report.ratio(title, spent.counted, scenario.floor, scenario.bar)
    else:
        report.note(f"{scenario.name}: {spent.counted:.1f} s; no limit holds so few calls up")
    report.ratio(f"{scenario.name} 429s", refused, max(1, calls.total), REFUSED_BAR)
    return spent.counted


def _load(here: Stage, scenario: Scenario) -> tuple[float, float]:
    """Seconds by the clock and by the processor."""
    asked = {"seconds": SLICE / scenario.scale, "until_quiet": True} if scenario.is_sliced else {}
    passes = here.ours.passes(MOST_SLICES if scenario.is_sliced else 1, **asked)
    if failed := [one.error for one in passes if one.error]:
        raise RuntimeError(failed[0])
    busy = passes[:-1] if scenario.is_sliced else passes  # the last one finds nothing left
    return sum(one.wall for one in busy), sum(one.cpu for one in busy)


@dataclass(frozen=True, slots=True)
class _Spent:
    """Where the time of a load went, in the vendors' seconds. `once` in the life of a connection:
    its calls are counted nowhere."""

    once: float
    reading: float
    sending: float
    rest: float

    @classmethod
    def of(cls, entries: Sequence[Mapping[str, Any]], wall: float, scenario: Scenario) -> "_Spent":
        at = [datetime.fromisoformat(one["time"]).timestamp() for one in entries]
        to = "quickbooks" if scenario.side == "hubspot" else "hubspot"
        sent = [when for one, when in zip(entries, at, strict=True) if _is_sent(one, to)]
        ours = [when for one, when in zip(entries, at, strict=True) if not is_once(one["endpoint"])]
        spans = ours[0] - at[0], sent[0] - ours[0], sent[-1] - sent[0]
        return cls(*(scenario.scale * one for one in (*spans, wall - sum(spans))))

    @property
    def counted(self) -> float:
        return self.reading + self.sending + self.rest

    def __str__(self) -> str:
        return (
            f"{self.reading:.1f} s until the first write, {self.sending:.1f} s until the last one,"
            f" {self.rest:.1f} s beside; {self.once:.1f} s once in the life of a connection, not"
            " counted."
        )


def _is_sent(entry: Mapping[str, Any], to: str) -> bool:
    is_write = entry["vendor"] == to and entry["is_write"]
    return bool(is_write and not is_once(entry["endpoint"]))


if __name__ == "__main__":
    report = Report()
    in_real_time(report, int(sys.argv[1]))
    sys.exit(1 if report.failed else 0)
