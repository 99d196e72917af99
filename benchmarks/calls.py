"""G1: our calls against the fewest that the work can take, for every scenario."""

from benchmarks import floors
from benchmarks.floors import Size
from benchmarks.report import Report
from benchmarks.stage import Stage, stage
from benchmarks.trade import Trade, require_agreement

SIDES = {"hubspot": "H>Q", "quickbooks": "Q>H"}
CHANGED = (1, 10, 100, 1000)
LEAST, MOST = 1000, 10_000
PAID = 100


def run(report: Report, *, quick: bool) -> None:
    for invoices in (LEAST,) if quick else (LEAST, MOST):
        with stage() as here:
            for side in SIDES:
                _load(report, here, side, Size(invoices))
                _afterwards(report, here, side, Size(invoices), quick=quick)


def bar(invoices: int) -> float:
    return 1.05 if invoices >= MOST else 1.10


def _load(report: Report, here: Stage, side: str, size: Size) -> None:
    here.load(side, size)
    measured, calls = here.run()
    require_agreement(here.simulator)
    report.loads[side, size.invoices] = measured, calls.total
    floor = floors.load_to_quickbooks(size) + floors.creates_look_ups(size.records)
    if side == "quickbooks":
        floor = floors.load_to_hubspot(size)
    report.ratio(f"{_name(side, size)} load calls", calls.total, floor, bar(size.invoices))
    own = 1000 * calls.own / max(1, calls.total)
    cpu = 1000 * measured.cpu / size.invoices
    report.note(
        f"{measured.wall:.1f} s, {cpu:.2f} s CPU for 1,000 invoices, "
        f"{measured.peak / 1e6:.0f} MB, {measured.queries} queries, "
        f"{calls.once} calls asked once, sandbox {own:.1f} ms CPU a call"
    )
    _, calls = here.run()
    floor = floors.right_after_a_load(size.invoices)
    report.ratio(f"{_name(side, size)} right after calls", calls.total, floor, 1.0)


def _afterwards(report: Report, here: Stage, side: str, size: Size, *, quick: bool) -> None:
    trade = here.trade(side, size)
    _idle(report, here, trade)
    to_quickbooks = side == "hubspot"
    formula = floors.changes_to_quickbooks if to_quickbooks else floors.changes_to_hubspot
    invoices: list[str] = []
    few = CHANGED[1:3] if quick else CHANGED[2:]  # one and ten are the same at every size
    for changed in CHANGED if size.invoices == LEAST and not quick else few:
        invoices = trade.new_invoices(changed)
        _, calls = here.run()
        safety = floors.creates_look_ups(changed) if to_quickbooks else 0
        floor = formula(changed) + safety
        name = f"{_name(side, size)} {changed} new"
        report.ratio(f"{name} calls", calls.total, floor, bar(size.invoices))
        here.rest(trade)
    trade.pay(invoices[:PAID])
    _, calls = here.run()
    paying = floors.payments_to_quickbooks if to_quickbooks else floors.payments_to_hubspot
    floor = paying(PAID) + (floors.creates_look_ups(PAID) if to_quickbooks else 0)
    name = f"{_name(side, size)} {PAID} payments calls"
    report.ratio(name, calls.total, floor, bar(size.invoices))
    require_agreement(here.simulator)


def _idle(report: Report, here: Stage, trade: Trade) -> None:
    here.rest(trade)
    measured, calls = here.run()
    name = f"{_name(trade.side, trade.size)} idle"
    report.ratio(f"{name} calls", calls.total, floors.IDLE + 1, 1.0)  # our lines are watched
    report.value(f"{name} writes", measured.writes, 0)


def _name(side: str, size: Size) -> str:
    return f"{SIDES[side]} {size.invoices}"
