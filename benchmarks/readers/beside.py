"""G6: readers beside ours: everything once, and once more when nothing has happened."""

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
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


def run(report: Report, *, quick: bool) -> None:
    ready = [one for one in READERS if one.is_installed]
    for one in READERS:
        if one not in ready:
            why = f"not installed; .venv-readers/{one.name}/install.log says why"
            report.skipped(f"P3 {one.name}", why)
    idle: dict[int, int] = {}
    for invoices in ((200,) if quick else (200, LARGE)) if ready else ():
        with stage() as here:
            idle[invoices] = _at(report, here, Size(invoices), ready, at_rest=not quick)
    if len(idle) > 1:
        least, most = min(idle), max(idle)
        report.ratio(f"readers: our idle calls at {most}", idle[most], idle[least], 1.0)


def _at(
    report: Report, here: Stage, size: Size, readers: Sequence[Reader], *, at_rest: bool
) -> int:
    """Readers of one family together, as they are used. Answers our calls of an idle pass."""
    ours: Counter[str] = Counter()
    theirs: Counter[str] = Counter()
    again: Counter[str] = Counter()
    idle = 0
    for side in ("hubspot", "quickbooks"):
        here.load(side, size)
        _, load = here.run()
        idle = _idle(here, side, size) if at_rest else 0
        for reader in (one for one in readers if one.side == side):
            asked = _asked_for(reader, load.by_endpoint)
            reading, rest = _theirs(here, reader, size, at_rest=at_rest)
            ours[reader.family] += asked
            theirs[reader.family] += reading.calls
            again[reader.family] += rest
            said = f"{reader.name} {size.invoices}: {reading.records.total()} records in "
            said += f"{reading.calls} calls, ours {asked}"
            report.note(f"{said}; at rest {rest}, ours {idle}" if at_rest else said)
    for family, calls in theirs.items():
        report.ratio(f"{family} {size.invoices} full read calls", ours[family], calls, 1.0)
        if at_rest and size.invoices >= LARGE:
            name = f"{family} {size.invoices} idle calls"
            report.gain(name, idle, again[family], FEWER_AT_REST)
    return idle


def _asked_for(reader: Reader, endpoints: Mapping[str, int]) -> int:
    """What our load asked of this vendor about the kinds that the reader reads."""
    return sum(
        number for name, number in endpoints.items() if reader.asks_for(name) and not is_once(name)
    )


def _idle(here: Stage, side: str, size: Size) -> int:
    trade = here.trade(side, size)
    for _ in range(2):  # the second one looks at what is looked at once an hour
        trade.pass_time()
        here.run()
    trade.pass_time()
    return here.run()[1].total


def _theirs(here: Stage, reader: Reader, size: Size, *, at_rest: bool) -> tuple[Reading, int]:
    """Everything, and the calls of a second reading when nothing has happened."""
    here.simulator.load(reader.side, size)
    with tempfile.TemporaryDirectory(prefix="ledgerline-reader-") as folder:
        program = Program(reader, here.simulator, Path(folder))
        full = program.read()
        _require_all(reader, full, size)
        if not at_rest:
            return full, 0
        here.trade(reader.side, size).pass_time()
        return full, program.read().calls


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
