"""G8: how much memory a load takes, and each further record of it. Limits off, no latency."""

from benchmarks.floors import Size
from benchmarks.report import Report
from benchmarks.stage import stage
from benchmarks.trade import require_agreement

PEAK_BAR = 200e6
EACH_BAR = 0.4 * 1024


def run(report: Report, *, quick: bool) -> None:
    small, large = (Size(300), Size(1500)) if quick else (Size(2000), Size(20_000))
    with stage() as here:
        for side in ("hubspot", "quickbooks"):
            peaks = {}
            for size in (small, large):
                here.load(side, size)
                measured, _ = here.run()
                require_agreement(here.simulator)
                peaks[size] = measured.peak
            name = f"memory from {side}"
            report.value(f"{name} MB at {large.invoices}", peaks[large] / 1e6, PEAK_BAR / 1e6)
            each = (peaks[large] - peaks[small]) / (large.records - small.records)
            report.value(f"{name} bytes a record", max(0.0, each), EACH_BAR)
