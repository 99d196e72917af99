"""G2: wall time under the vendors' limits against the least that they allow.

The sandbox enforces them and lets time pass faster; our own limits are scaled alike.
"""

from benchmarks.floors import Size, batch_floor
from benchmarks.report import Report
from benchmarks.stage import Stage, stage
from benchmarks.trade import require_agreement

SCALE = 20.0
QUICKBOOKS = {"minute": (500, 60.0), "burst": (10, 1.0), "batch": (40, 60.0)}
HUBSPOT = {"burst": (110, 10.0), "search": (5, 1.0)}
REFUSED_BAR = 0.001
FOREIGN = 0.3 * 500 / 60  # calls a second of another app, of the company's minute


def run(report: Report, *, quick: bool) -> None:
    if quick:
        report.skipped("limits", "wall time against the limits; see the full run")
        return
    settings = {
        "HUBSPOT_LIMITS": scaled(HUBSPOT),
        "QUICKBOOKS_LIMITS": scaled(QUICKBOOKS),
    }
    with stage(**settings) as here:
        _measure(report, here, Size(1000), 1.15)
        _measure(report, here, Size(1000), 1.15, foreign=FOREIGN)
        _measure(report, here, Size(10_000), 1.10)
    report.skipped("G3 mixed lane", "it is not built: single creates beside batches")


def scaled(limits: dict[str, tuple[int, float]]) -> str:
    return ",".join(
        f"{name}={calls}/{seconds / SCALE:g}" for name, (calls, seconds) in limits.items()
    )


def _measure(report: Report, here: Stage, size: Size, bar: float, *, foreign: float = 0.0) -> None:
    pace = {
        "hubspot": {"service_time_ms": {"call": 300}},
        "quickbooks": {
            "service_time_ms": {"call": 80, "item": 50, "single": 300},
            "foreign_calls_per_second": foreign,
        },
    }
    here.load("hubspot", size, rate_limits=True, latency_ms=100, time_scale=SCALE, **pace)
    measured, calls = here.run()
    statuses = here.simulator.control("GET", "requests?entries=1")["entries"]
    refused = sum(one["status"] == 429 for one in statuses)
    here.simulator.options(rate_limits=False, latency_ms=0)
    require_agreement(here.simulator)
    name = f"H>Q {size.invoices} under limits" + (" with another app" if foreign else "")
    # what the sandbox and we compute is not made faster by its clock
    own = measured.cpu + calls.own
    wall = max(0.0, measured.wall - own) * SCALE + own
    report.note(
        f"{measured.wall:.1f} s measured, of them {measured.cpu:.1f} s our CPU and "
        f"{calls.own:.1f} s the sandbox's; {refused} refusals"
    )
    report.ratio(f"{name} wall", wall, batch_floor(size), bar)
    report.ratio(f"{name} 429s", refused, max(1, calls.total), REFUSED_BAR)
