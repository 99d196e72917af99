"""Where the processor's time of a scenario goes: deciding, steps, rows, JSON, calls.

    python -m benchmarks.profiles 1000

Milliseconds of the first thread under the profiler, which makes it some three times as slow, and
many small calls more so than a few long ones: for two versions beside each other, on a quiet
machine. Waiting for other threads and for answers is left out. What those threads compute (calls
and their answers, for the most part) is what the process took beyond the first one.
"""

import pstats
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.floors import Size
from benchmarks.installation import Measured
from benchmarks.stage import Stage, stage

CHANGED = 100
WAITING, OTHER_THREADS = "waiting", "threads"
# The first that fits, of the file's path and the function's name.
AREAS = {
    WAITING: ("'acquire'", "select.", "time.sleep", "'recv", "'connect'"),
    "JSON": ("/json/", "/orjson/", "orjson.", "_json."),
    "deciding": ("/syncapp/engine/",),
    "calls": ("/syncapp/connectors/", "/requests/", "/urllib3/", "/http/"),
    "rows": ("/syncapp/models/", "/django/", "/sqlparse/", "sqlite3"),
    "steps": ("/syncapp/",),
    "imports": ("importlib",),
}
SHOWN = [*(area for area in AREAS if area != WAITING), OTHER_THREADS]

Function = tuple[str, int, str]


def main() -> None:
    invoices = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"{'milliseconds':32}" + "".join(f"{area:>10}" for area in [*SHOWN, "all"]))
    with stage() as here, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "profile"
        for side in ("hubspot", "quickbooks"):
            for scenario, measured in scenarios(here, side, Size(invoices), file):
                _print(f"{side}: {scenario}", shares(file), measured.cpu)


def scenarios(here: Stage, side: str, size: Size, file: Path) -> Iterator[tuple[str, Measured]]:
    """Each leaves its profile in `file`."""
    here.load(side, size)
    yield "load", here.run(profile=str(file))[0]
    trade = here.trade(side, size)
    here.rest(trade)
    yield "idle", here.run(passes=3, profile=str(file))[0]  # of the last; the first one imports
    here.rest(trade)
    invoices = trade.new_invoices(CHANGED)
    yield f"{CHANGED} new", here.run(profile=str(file))[0]
    here.rest(trade)
    trade.pay(invoices)
    yield f"{CHANGED} payments", here.run(profile=str(file))[0]


def shares(file: Path) -> dict[str, float]:
    """Seconds of the first thread by area."""
    found: defaultdict[str, float] = defaultdict(float)
    stats = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]
    for function, (_, _, own, _, callers) in stats.items():
        for area, share in _areas(function, callers, stats).items():
            found[area] += own * share
    return found


def _areas(
    function: Function,
    callers: Mapping[Function, tuple[float, ...]],
    stats: Mapping[Function, tuple[float, ...]],
    seen: frozenset[Function] = frozenset(),
) -> Mapping[str, float]:
    """What belongs to no area of its own, as `copy` or `len`, belongs to those that call it."""
    if area := _area(function):
        return {area: 1.0}
    weights = {one: took[3] for one, took in callers.items() if one not in seen}
    total = sum(weights.values())
    if not total:
        return {"steps": 1.0}
    found: defaultdict[str, float] = defaultdict(float)
    for one, weight in weights.items():
        for area, share in _areas(one, stats[one][4], stats, seen | {function}).items():  # type: ignore[arg-type]
            found[area] += share * weight / total
    return found


def _area(function: Function) -> str:
    path = f"{function[0]} {function[2]}"
    return next((area for area, marks in AREAS.items() if any(m in path for m in marks)), "")


def _print(scenario: str, found: dict[str, float], cpu: float) -> None:
    found.pop(WAITING, None)
    found[OTHER_THREADS] = max(0.0, cpu - sum(found.values()))
    figures = [found.get(area, 0.0) for area in SHOWN]
    print(f"{scenario:32}" + "".join(f"{1000 * one:10.0f}" for one in [*figures, sum(figures)]))


if __name__ == "__main__":
    main()
