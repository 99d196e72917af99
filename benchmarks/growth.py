"""G8 and G9: does twice the work take twice as much, and how much memory does a record take?
Exponents and peaks over the sizes; limits off, no latency.

    python -m benchmarks.growth 20000 100000      loads of these sizes, from both sides
"""

import math
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence

from benchmarks.floors import Size
from benchmarks.installation import Measured
from benchmarks.report import Report
from benchmarks.stage import Stage, stage
from benchmarks.trade import require_agreement

LEAST, MOST = 0.95, 1.05
PEAK_BAR = 200e6
EACH_BAR = 0.4 * 1024
_IN_PROPORTION = ("calls", "queries")
# The latest snapshots are kept at hand: until there are more of them than that, memory grows.
FULL_AT = 4000


def run(report: Report, *, quick: bool) -> None:
    measure(report, (250, 1000) if quick else (1000, 4000, 10_000))


def measure(report: Report, sizes: Sequence[int]) -> None:
    with stage() as here:
        for side in ("hubspot", "quickbooks"):
            taken = _loads(report, here, side, sizes)
            peaks = taken.pop("peak")
            if len(sizes) > 1:
                for name, values in taken.items():
                    if name in _IN_PROPORTION and min(sizes) < 1000:
                        continue  # of a small load what any pass takes is the larger part
                    report.between(f"growth of {name} from {side}", exponent(values), LEAST, MOST)
            _memory(report, f"memory from {side}", peaks)


def _loads(
    report: Report, here: Stage, side: str, sizes: Sequence[int]
) -> dict[str, dict[int, float]]:
    """By what was taken and the number of records."""
    taken: dict[str, dict[int, float]] = defaultdict(dict)
    for invoices in sizes:
        size = Size(invoices)
        measured, calls = load(report, here, side, size)
        taken["calls"][size.records] = calls
        taken["CPU"][size.records] = measured.cpu
        taken["queries"][size.records] = measured.queries
        taken["wall"][size.records] = measured.wall
        taken["peak"][size.records] = measured.peak
        report.note(
            f"{invoices} from {side}: {calls} calls, {measured.wall:.0f} s, "
            f"{measured.cpu:.0f} s CPU, {measured.queries} queries, {measured.peak / 1e6:.0f} MB"
        )
    return taken


def load(report: Report, here: Stage, side: str, size: Size) -> tuple[Measured, int]:
    """What it took, and its calls; of an earlier benchmark of this run where that has done it."""
    if (side, size.invoices) not in report.loads:
        here.load(side, size)
        measured, calls = here.run()
        require_agreement(here.simulator)
        report.loads[side, size.invoices] = measured, calls.total
    return report.loads[side, size.invoices]


def _memory(report: Report, name: str, peaks: Mapping[int, float]) -> None:
    most = max(peaks)
    report.value(f"{name} MB at {most} records", peaks[most] / 1e6, PEAK_BAR / 1e6)
    full = sorted(records for records in peaks if records >= Size(FULL_AT).records)
    if len(full) > 1:
        each = (peaks[full[-1]] - peaks[full[0]]) / (full[-1] - full[0])
        report.value(f"{name} bytes a further record", max(0.0, each), EACH_BAR)


def exponent(values: Mapping[int, float]) -> float:
    """The slope of the line of least squares through the logarithms."""
    points = [(math.log(size), math.log(value)) for size, value in values.items()]
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
    rise: float = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    run: float = sum((x - middle[0]) ** 2 for x, _ in points)
    return rise / run


if __name__ == "__main__":
    report = Report()
    measure(report, [int(word) for word in sys.argv[1:]])
    sys.exit(1 if report.failed else 0)
