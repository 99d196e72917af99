"""G10: our own work: CPU for an invoice from end to end, and for a record that did not change."""

from benchmarks.floors import Size
from benchmarks.installation import Measured
from benchmarks.report import Report
from benchmarks.stage import Stage, stage

RUNS = 2
INVOICE_BAR = 2.5
UNCHANGED_BAR = 0.1


def run(report: Report, *, quick: bool) -> None:
    size = Size(500 if quick else 1000)
    with stage() as here:
        for side in ("hubspot", "quickbooks"):
            loads = [_load(here, side, size) for _ in range(1 if quick else RUNS)]
            least = min(loads, key=lambda one: one.cpu)  # a busy machine only ever adds
            name = f"local from {side}"
            report.value(f"{name} ms CPU an invoice", 1000 * least.cpu / size.invoices, INVOICE_BAR)
            report.note(f"{least.queries} statements, {least.changes} of them changing something")
            report.value(f"{name} ms CPU unchanged", _unchanged(here, size), UNCHANGED_BAR)


def _load(here: Stage, side: str, size: Size) -> Measured:
    """With its share of contacts and payments, and its note."""
    here.load(side, size)
    measured, _ = here.run()
    return measured


def _unchanged(here: Stage, size: Size) -> float:
    """All records of one kind read once more by the overlap of the cursors, less an idle pass."""
    echoed, _ = here.run()
    trade = here.trade("hubspot", size)
    trade.pass_time()
    here.run()
    trade.pass_time()
    idle, _ = here.run()
    return max(0.0, 1000 * (echoed.cpu - idle.cpu)) / size.records
