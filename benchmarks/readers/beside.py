"""G6: readers beside ours: everything once, and once more when nothing has happened."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.floors import Size
from benchmarks.readers.airbyte import Airbyte
from benchmarks.readers.program import Program, Reader, Reading
from benchmarks.readers.singer import Singer
from benchmarks.report import Report
from benchmarks.stage import Stage, is_once, stage

READERS = (
    Reader(
        "airbyte-hubspot",
        "Airbyte",
        "hubspot",
        "source-hubspot",
        {"contacts": "updatedAt", "products": "updatedAt", "line_items": "updatedAt"},
        Airbyte(),
        ("contacts", "products", "line_items"),
    ),
    Reader(
        "airbyte-quickbooks",
        "Airbyte",
        "quickbooks",
        "source-quickbooks",
        dict.fromkeys(("customers", "items", "invoices", "payments"), "airbyte_cursor"),
        Airbyte(),
    ),
    Reader(
        "singer-hubspot",
        "Singer",
        "hubspot",
        "tap-hubspot",
        {"contacts": "updatedAt"},
        Singer("--properties"),
        ("contacts",),
    ),
    Reader(
        "singer-quickbooks",
        "Singer",
        "quickbooks",
        "tap-quickbooks",
        dict.fromkeys(("customers", "items", "invoices", "payments"), "MetaData"),
        Singer(),
    ),
)
FEWER_AT_REST = 5
LARGE = 10_000  # the bar of an idle pass is for this many invoices


@dataclass(frozen=True, slots=True)
class Ours:
    """Calls of a load by endpoint, and of a pass that finds nothing."""

    load: Mapping[str, int]
    idle: int

    def reading(self, reader: Reader) -> int:
        """What the load asked of this vendor about the kinds that the reader reads."""
        return sum(
            number
            for name, number in self.load.items()
            if reader.asks_for(name) and not is_once(name)
        )


def run(report: Report, *, quick: bool) -> None:
    ready = [one for one in READERS if one.is_installed]
    for one in READERS:
        if one not in ready:
            why = f"not installed; .venv-readers/{one.name}/install.log says why"
            report.skipped(f"P3 {one.name}", why)
    if not ready:
        return
    idle: dict[int, int] = {}
    for invoices in (200,) if quick else (1000, 10_000):
        with stage() as here:
            idle[invoices] = _at(report, here, Size(invoices), ready)
    if len(idle) > 1:
        least, most = min(idle), max(idle)
        report.ratio(f"readers: our idle calls at {most}", idle[most], idle[least], 1.0)


def _at(report: Report, here: Stage, size: Size, readers: list[Reader]) -> int:
    """Readers of one family together, as they are used."""
    ours_in_full: Counter[str] = Counter()
    theirs_in_full: Counter[str] = Counter()
    at_rest: Counter[str] = Counter()
    for side in ("hubspot", "quickbooks"):
        ours = _ours(here, side, size)
        for reader in (one for one in readers if one.side == side):
            full, again = _theirs(here, reader, size)
            asked = ours.reading(reader)
            ours_in_full[reader.family] += asked
            theirs_in_full[reader.family] += full.calls
            at_rest[reader.family] += again.calls
            report.note(
                f"{reader.name} {size.invoices}: {full.records.total()} records in {full.calls} "
                f"calls, ours {asked}; {again.calls} at rest, ours for both sides {ours.idle}"
            )
    for family, calls in theirs_in_full.items():
        name = f"{family} {size.invoices}"
        report.ratio(f"{name} full read calls", ours_in_full[family], calls, 1.0)
        if size.invoices >= LARGE:
            report.gain(f"{name} idle calls", ours.idle, at_rest[family], FEWER_AT_REST)
    return ours.idle


def _ours(here: Stage, side: str, size: Size) -> Ours:
    here.load(side, size)
    _, load = here.run()
    trade = here.trade(side, size)
    for _ in range(2):  # the second one looks at what is looked at once an hour
        trade.pass_time()
        here.run()
    trade.pass_time()
    _, idle = here.run()
    return Ours(load.by_endpoint, idle.total)


def _theirs(here: Stage, reader: Reader, size: Size) -> tuple[Reading, Reading]:
    simulator = here.simulator
    simulator.load(reader.side, size)
    with tempfile.TemporaryDirectory(prefix="ledgerline-reader-") as folder:
        program = Program(reader, simulator, Path(folder))
        full = program.read()
        _require_all(reader, full, size)
        here.trade(reader.side, size).pass_time()
        return full, program.read()


def _require_all(reader: Reader, full: Reading, size: Size) -> None:
    """One that reads less would make fewer calls."""
    least = {
        "contacts": size.contacts,
        "customers": size.contacts,
        "products": size.products,
        "items": size.products,
        "line_items": 3 * size.invoices,
        "invoices": size.invoices,
        "payments": size.payments,
    }
    for stream in reader.streams:
        if full.records[stream] < least[stream]:
            raise AssertionError(f"{reader.name} read {full.records[stream]} {stream}")
