"""G7: what a pass costs when nothing has happened, whatever the size."""

from benchmarks import floors
from benchmarks.floors import Size
from benchmarks.report import Report, median
from benchmarks.stage import Stage, stage

RUNS = 3
CPU_BAR = 0.050
QUERIES_BAR = 15
SECONDS_BAR = 1.0
PASS_ROWS = 5  # the pass itself: its row and the lease, at both ends, and how many calls


def run(report: Report, *, quick: bool) -> None:
    calls_at: dict[int, int] = {}
    with stage() as here:
        for invoices in (100, 600) if quick else (500, 2000):
            calls_at[invoices] = _measure(report, here, Size(invoices))
    sizes = sorted(calls_at)
    report.ratio("idle calls do not grow", calls_at[sizes[-1]], calls_at[sizes[0]], 1.0)


def _measure(report: Report, here: Stage, size: Size) -> int:
    here.load("hubspot", size)
    here.run()
    trade = here.trade("hubspot", size)
    for _ in range(2):  # what is looked at once an hour, and once after a load
        trade.pass_time()
        here.run()
    trade.pass_time()
    here.simulator.options(latency_ms=100)
    here.simulator.forget_requests()
    passes = here.ours.passes(RUNS + 1)[1:]  # the first one imports
    calls: int = here.simulator.requests()["total"] // (RUNS + 1)
    here.simulator.options(latency_ms=0)
    name = f"idle at {size.invoices}"
    report.value(f"{name} calls", calls, floors.IDLE + 1)  # our lines are watched
    report.value(f"{name} seconds at 100 ms", median([one.wall for one in passes]), SECONDS_BAR)
    report.value(f"{name} CPU", median([one.cpu for one in passes]), CPU_BAR)
    report.value(f"{name} queries", median([one.queries for one in passes]), QUERIES_BAR)
    report.value(f"{name} changes", median([one.changes for one in passes]), PASS_ROWS)
    return calls
