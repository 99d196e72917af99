"""G9: does twice the work take twice as much? Exponents over the sizes, limits off."""

import math
from collections.abc import Mapping

from benchmarks.floors import Size
from benchmarks.report import Report
from benchmarks.stage import stage

LEAST, MOST = 0.95, 1.05


def run(report: Report, *, quick: bool) -> None:
    sizes = (400, 1600) if quick else (1000, 4000, 16_000)
    with stage() as here:
        for side in ("hubspot", "quickbooks"):
            taken: dict[str, dict[int, float]] = {"calls": {}, "CPU": {}, "queries": {}, "wall": {}}
            for invoices in sizes:
                here.load(side, Size(invoices))
                measured, calls = here.run()
                records = Size(invoices).records
                taken["calls"][records] = calls.total
                taken["CPU"][records] = measured.cpu
                taken["queries"][records] = measured.queries
                taken["wall"][records] = measured.wall
            for name, values in taken.items():
                report.between(f"growth of {name} from {side}", exponent(values), LEAST, MOST)


def exponent(values: Mapping[int, float]) -> float:
    """The slope of the line of least squares through the logarithms."""
    points = [(math.log(size), math.log(value)) for size, value in values.items()]
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
    rise: float = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    run: float = sum((x - middle[0]) ** 2 for x, _ in points)
    return rise / run
