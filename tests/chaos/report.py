"""docs/reliability.md, made of the figures that runs have left in docs/reliability/."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.chaos import grid, in_one_process, relay
from tests.chaos.clusters import STRIKES
from tests.chaos.deeds import DEEDS, PLAIN
from tests.chaos.faults import FAULTS

Run = Mapping[str, Any]
# After so many every fault must have struck. The rarest ones of a run are chosen first: where one
# in five that are armed strikes, one run in four hundred misses any (the dice were played).
ENOUGH_SEEDS = 40
ENOUGH_CLUSTER_SECONDS = 30 * 60
COUNTED = (  # in one process: words, kind, what is counted, the bar
    ("cases of what is decided", "planner", "cases", 200_000),
    (f"runs of the engine, {in_one_process.STEPS} steps each", "engine", "runs", 5_000),
)
BARS = (
    ("storm seeds on SQLite", "storm", "sqlite", 300),
    ("storm seeds on PostgreSQL", "storm", "postgres", 200),
    ("seeds without faults", "calm", "sqlite", 1),
    ("upgrades with open writes", "upgrade", "sqlite", 1),
)
HEAD = """# Reliability: what was tried, and what held

Made by `./script/chaos --report` from the runs in `docs/reliability/`. Do not edit.

A run starts the simulators of both vendors, a proxy of its own between them and the product, and
real processes of the product. People edit at random in both apps while calls are lost, delayed,
garbled and refused, processes are killed and frozen, and databases are locked, filled, restarted
and put back. Then the faults end, the pair must come to rest by itself, and oracles read both
worlds, the calls on the wire and the product's own exports; they read none of its tables.

Times are shortened with the documented settings (a call is given up after 2 seconds, a lease
lasts 5, a write without an answer rests for 2), so that a seed takes seconds.
"""
WATCHED = """## What the oracles watch

| | |
| --- | --- |
| I1 | one live copy of each invoice, payment, customer and item; one link of each record |
| I2 | what is in sync is equal on both sides; everything else has a reason |
| I3 | the last edit of a field by a person stands on both sides, or its value is told |
| I4 | a pass at rest writes nothing; without faults no update changes nothing |
| I5 | totals, balances and payments of invoices in sync are equal to the cent, none is overpaid |
| I6 | no token and no secret in logs, exports or the database, base64 included |
| I7 | every record of both sides is in one state, and the counts add up |
| I9 | no invoice is deleted, nothing is voided but after a person; the safety brake waits for one |
| I11 | after the faults the pair comes to rest within a few passes |
| I12 | of two processes only one writes at a time |
| I13 | no call before Retry-After is over, from no process |
| I14 | forged and stale webhooks are refused, good ones taken, also twice and out of order |
| I15 | no grant is lost by a lost, refused or doubled renewal |
| I17 | a document made by us is told once, also when its answer was lost |

I14 is watched in runs with clusters and in every fourth seed of a storm. There webhooks go through
a proxy of their own that loses, doubles, delays, repeats and forges them, the queue's tasks take
the place of passes that somebody asks for, and what is announced is polled every SAFETY_POLL (60)
seconds only. Such a seed must rest by itself; a pass asked for afterwards must find nothing to
write. I16 and the rest of I6 and I14 are proven by tests of their own (`tests/web`,
`tests/webhooks`, `tests/site`), decisions by the properties of `tests/engine`, the pipeline in one
process by the state machine of `tests/chaos/engine`.
I8 and I10 show in I2, I3 and I7: a change that was not read, or a record that was held up by
another one, would differ or have no state. I18 and I19 are faults of the run: two passes at once,
and a backup that is put back. I20 is a run of its own: the code as it stood before the last three
migrations leaves writes without an answer and goes on working while the tables are migrated under
it and the newer version works beside it.
"""
HOW = f"""## Run it

    ./script/chaos --minutes 60 --seed 1000                     go on with other seeds
    ./script/chaos --minutes 60 --seed 1000 --database postgres
    ./script/chaos --seed 42 --seeds 1                          one seed again
    ./script/chaos --grid --rounds 20                           the crash grid, each place so often
    ./script/chaos --clusters                                   two real clusters and a web server
    ./script/chaos --upgrade                                    from older code at work, out of git
    ./script/chaos --calm                                       the control run
    ./script/chaos --planner --seed 2                           the properties of what is decided
    ./script/chaos --engine --minutes 60 --seed 1000            the engine as a state machine
    ./script/chaos --mutants                                    the planted bugs
    ./script/chaos --keep                                       add the figures to this page

What people do, which faults are armed and which process is struck follow from the seed; how two
processes interleave does not, so a seed that fails may pass when it is run again. PostgreSQL is a
cluster of the run's own, made with `initdb` in a temporary folder; nothing else on the machine is
touched.

The exit code is 1 when an invariant was violated, and when a fault never struck although the run
was long enough to expect each: {ENOUGH_SEEDS} seeds of a storm, {ENOUGH_CLUSTER_SECONDS // 60}
minutes of clusters, one round of the grid. Its last lines say which.
"""


def write(folder: Path) -> None:
    runs = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    (folder.parent / "reliability.md").write_text("\n".join(_page(runs)))


def lines(run: Run) -> Iterator[str]:
    if "fired" not in run:
        yield from in_one_process.lines(run)
        return
    yield (f"{run['kind']} on {run['database']}: {run['seeds']} seeds from {run['first_seed']}, "
           f"{run['passes']} passes, {run['writes']} writes in {run['seconds']} s")  # fmt: skip
    for name in sorted(run["fired"]):
        yield f"    {run['fired'][name]:>5}  {name}"
    if silent := never_fired(run):
        so_far = "" if is_long_enough(run) else " so far, which is no fault of so short a run"
        yield f"Never fired{so_far}: {', '.join(silent)}."
    elif run["kind"] in ("storm", "clusters"):
        yield "Every fault fired."
    if run["reached"]:
        yield f"Combinations of the grid reached: {len(run['reached'])}"
    found = run["violations"]
    yield f"{len(found)} seeds with violations: {', '.join(found) or 'none'}"


def _page(all_runs: list[Run]) -> Iterator[str]:
    runs = [run for run in all_runs if "fired" in run]
    counted = [run for run in all_runs if "fired" not in run]
    yield HEAD
    yield from _bars(runs)
    yield from _counted(counted)
    yield from _violations(runs)
    yield WATCHED
    yield from _faults(runs)
    yield from _grid(runs)
    yield from _runs(runs)
    yield HOW


def _bars(runs: list[Run]) -> Iterator[str]:
    yield "## Reached\n\n| what | reached | the bar |\n| --- | --- | --- |"
    for words, kind, database, bar in BARS:
        reached = sum(
            run["seeds"] for run in runs if (run["kind"], run["database"]) == (kind, database)
        )
        yield f"| {words} | {reached} | {bar} |"
    minutes = sum(run["seconds"] for run in runs if run["kind"] == "clusters") / 60
    yield f"| minutes of killed clusters and web servers | {minutes:.0f} | - |"
    cells = _reached(runs)
    rare = min(cells.values(), default=0)
    reached = f"{len(cells)}, the rarest {rare} times"
    yield f"| combinations of the crash grid | {reached} | each 20 times |"
    fired = _fired(runs)
    times, name = min((fired[name], name) for name in _names())
    struck = f"{len(_names()) - len(_silent(runs))} of {len(_names())}"
    rarest = f"{struck}, the rarest ({name}) {times} times"
    yield f"| faults that fired | {rarest} | each 100 times a night |"


def _counted(runs: list[Run]) -> Iterator[str]:
    """More rows of the same table."""
    for words, kind, name, bar in COUNTED:
        reached = sum(run[name] for run in runs if run["kind"] == kind)
        yield f"| {words} | {reached:,} | {bar:,} |"
    if tried := [run for run in runs if run["kind"] == "mutants"]:
        latest = tried[-1]
        yield f"| planted bugs caught | {latest['caught']} of {latest['bugs']} | all |"
    yield ""
    for run in runs:
        for name, violations in run["violations"].items():
            yield f"- {run['kind']}, {run['at'][:10]}: {name}: {violations[0][:200]}"


def _violations(runs: list[Run]) -> Iterator[str]:
    found = [
        (run, seed, one)
        for run in runs
        for seed, violations in run["violations"].items()
        for one in violations
    ]
    yield f"## Violations in these runs: {len(found) or 'none'}\n"
    for note in dict.fromkeys(run["note"] for run in runs if run.get("note")):
        yield f"{note}\n"
    for run, seed, one in found:
        yield f"- {run['kind']} on {run['database']}, seed {seed}: {one.splitlines()[0][:300]}"
    if found:
        yield ""


def _faults(runs: list[Run]) -> Iterator[str]:
    fired = _fired(runs)
    yield "## Faults, and how often each struck\n\n| fault | times |\n| --- | --- |"
    of_clusters = sorted(name for name in fired if name.startswith("cluster: "))
    for name in (*_names(), *of_clusters):
        yield f"| {name} | {fired[name]} |"
    yield ""


def _grid(runs: list[Run]) -> Iterator[str]:
    cells = _reached(runs)
    if not cells:
        return
    yield "## Crash grid: where a process died, and at which write\n"
    points = sorted({name.split(" | ")[0] for name in cells})
    scenes = list(dict.fromkeys(name.split(" | ")[1] for name in cells))
    yield "| write | " + " | ".join(points) + " |\n| --- |" + " --- |" * len(points)
    for scene in scenes:
        counts = [cells.get(f"{point} | {scene}", 0) for point in points]
        yield f"| {scene} | " + " | ".join(map(str, counts)) + " |"
    yield ""


def _runs(runs: list[Run]) -> Iterator[str]:
    yield "## Runs\n\n| run | seeds | passes | writes | minutes | seeds with violations |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for run in runs:
        words = (
            f"{run['kind']} on {run['database']} from seed {run['first_seed']}, {run['at'][:10]}"
        )
        yield (f"| {words} | {run['seeds']} | {run['passes']} | {run['writes']} "
               f"| {run['seconds'] / 60:.0f} | {len(run['violations'])} |")  # fmt: skip
    yield ""


def _fired(runs: list[Run]) -> Counter[str]:
    fired: Counter[str] = Counter()
    for run in runs:
        fired.update(run["fired"])
    return fired


def _reached(runs: list[Run]) -> Counter[str]:
    reached: Counter[str] = Counter()
    for run in runs:
        reached.update(run["reached"])
    return reached


def _names() -> list[str]:
    return [*FAULTS, *(name for name in DEEDS if name != PLAIN), *relay.NAMES]


def exit_code(run: Run) -> int:
    return 1 if run["violations"] or failings(run) else 0


def failings(run: Run) -> list[str]:
    """Why a run proves nothing: a fault that never struck, though the run was long enough."""
    return never_fired(run) if is_long_enough(run) else []


def is_long_enough(run: Run) -> bool:
    """For each of its faults to be expected."""
    match run["kind"]:
        case "clusters":
            return bool(run["seconds"] >= ENOUGH_CLUSTER_SECONDS)
        case "grid":
            return bool(run["rounds"] >= 1)
        case "storm":
            return bool(run["seeds"] >= ENOUGH_SEEDS)
        case _:
            return False


def never_fired(run: Run) -> list[str]:
    match run["kind"]:
        case "clusters":
            wanted = [f"cluster: {name}" for name in STRIKES]
            return [name for name in wanted if not run["fired"].get(name)]
        case "grid":
            return [cell for cell in grid.cells() if not run["reached"].get(cell)]
        case "storm":
            return _silent([run])
        case _:
            return []


def _silent(runs: list[Run]) -> list[str]:
    """A fault that never struck proves nothing. Some need the one database or the other."""
    bases = {run["database"] for run in runs}
    needs = {"database restarted": "postgres", "disk full": "sqlite"}
    fired = _fired(runs)
    return [name for name in _names() if not fired[name] and needs.get(name, "") in ("", *bases)]
