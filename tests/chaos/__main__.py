"""`script/chaos`: faults against real processes, seed after seed, and what came of it."""

import argparse
import json
import math
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tests.chaos import grid, in_one_process, report, upgrade
from tests.chaos.clusters import Clusters
from tests.chaos.databases import Cluster, Database, Postgres, Sqlite
from tests.chaos.product import Product
from tests.chaos.proxy import Proxy
from tests.chaos.ringing import storm
from tests.chaos.storm import Result, Stage
from tests.sandbox_process import REPOSITORY, SandboxProcess

KEPT = REPOSITORY / "docs" / "reliability"


def main() -> int:
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))  # nothing that was started stays behind
    if asked.report:
        report.write(KEPT)
        return 0
    if asked.mutants or asked.planner or asked.engine:
        return ended(without_others(asked), asked)
    with tempfile.TemporaryDirectory(prefix="ledgerline-chaos-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the database's own user must get through
        mutant = os.environ.get("CHAOS_MUTANT", "")
        code = upgrade.older_code(folder / "older") if asked.upgrade else REPOSITORY
        with stage(folder, asked.database, mutant, code) as ready:
            ready.evidence = asked.evidence
            outcome = carry_out(ready, asked)
    return ended(outcome, asked)


def ended(outcome: dict[str, Any], asked: argparse.Namespace) -> int:
    for line in report.lines(outcome):
        say(line)
    if asked.keep:
        KEPT.mkdir(exist_ok=True)
        (KEPT / f"{outcome['name']}.json").write_text(json.dumps(outcome, indent=1) + "\n")
        report.write(KEPT)
    return report.exit_code(outcome)


def without_others(asked: argparse.Namespace) -> dict[str, Any]:
    """In one process, or a test run of its own."""
    started = time.monotonic()
    if asked.planner:
        kind, figures = "planner", in_one_process.planner(asked.cases, asked.seed)
    elif asked.engine:
        kind, figures = "engine", in_one_process.engine(asked.minutes, asked.seed)
    else:
        kind, figures = "mutants", in_one_process.mutants()
    seconds = round(time.monotonic() - started)
    return {**named(kind, asked), "first_seed": asked.seed, "seconds": seconds, **figures}


def named(kind: str, asked: argparse.Namespace) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "name": f"{now:%Y%m%d-%H%M%S}-{kind}-{asked.database}-{asked.seed}",
        "kind": kind,
        "database": asked.database,
        "at": now.isoformat(timespec="minutes"),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="no new seed after this")
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--seeds", type=int, default=10**9, help="so many at most")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--passes", type=int, default=8, help="of a seed, while faults happen")
    parser.add_argument("--calm", action="store_true", help="the control run: no faults at all")
    parser.add_argument("--grid", action="store_true", help="the crash grid instead of storms")
    parser.add_argument("--rounds", type=int, default=0, help="of the grid, however long they take")
    parser.add_argument("--clusters", action="store_true", help="two qclusters that are killed")
    parser.add_argument("--upgrade", action="store_true", help="from the code of some time ago")
    parser.add_argument("--mutants", action="store_true", help="are planted bugs caught?")
    parser.add_argument("--planner", action="store_true", help="the properties of what is decided")
    parser.add_argument("--cases", type=int, default=16_000, help="of each of those properties")
    parser.add_argument("--engine", action="store_true", help="the engine as a state machine")
    parser.add_argument("--keep", action="store_true", help="add this run to docs/reliability.md")
    parser.add_argument("--report", action="store_true", help="only write docs/reliability.md anew")
    parser.add_argument("--evidence", type=Path, help="a folder for what violations left")
    return parser.parse_args()


@contextmanager
def stage(
    folder: Path, database: str, mutant: str = "", code: Path = REPOSITORY
) -> Iterator[Stage]:
    with SandboxProcess() as sandbox, kept_in(folder, database) as place:
        proxy = Proxy(sandbox.url)
        product = Product(folder, place, proxy.url, mutant, code)
        try:
            product.open()
            yield Stage(sandbox, proxy, product)
        finally:
            product.close()
            proxy.stop()


@contextmanager
def kept_in(folder: Path, database: str) -> Iterator[Database]:
    if database == "sqlite":
        yield Sqlite(folder)
        return
    cluster = Cluster(folder / "cluster")
    cluster.start()
    try:
        yield Postgres(cluster, "ledgerline")
    finally:
        cluster.stop()


def carry_out(ready: Stage, asked: argparse.Namespace) -> dict[str, Any]:
    started = time.monotonic()
    until = started + asked.minutes * 60
    results: list[Result] = []
    reached: Counter[str] = Counter()
    if asked.clusters:
        results = [Clusters(ready, asked.seed, asked.minutes).run()]
        _tell(results[0])
    elif asked.upgrade:
        older, last = ready.product, asked.seed + asked.seeds
        newer = partial(Product, database=older.database, vendor_url=ready.proxy.url)
        for result in upgrade.walk(newer, ready, asked.seed, last, until):
            _tell(result)
            results.append(result)
    elif asked.grid:
        if asked.rounds:
            until = math.inf
        rounds = asked.rounds or 10**9
        results = list(grid.walk(ready, asked.seed, rounds, until, reached, say))
    else:
        for seed in range(asked.seed, asked.seed + asked.seeds):
            if time.monotonic() > until:
                break
            results.append(storm(ready, seed, faults=not asked.calm, passes=asked.passes).run())
            _tell(results[-1])
    kinds = {name: getattr(asked, name) for name in ("clusters", "grid", "calm", "upgrade")}
    kind = next((name for name, is_asked in kinds.items() if is_asked), "storm")
    return {
        **named(kind, asked),
        "first_seed": asked.seed,
        "seeds": len(results),
        "rounds": len(results) // len(grid.worlds()) if asked.grid else 0,
        "passes": sum(one.passes for one in results),
        "writes": sum(one.writes for one in results),
        "seconds": round(time.monotonic() - started),
        "fired": dict(ready.proxy.fired),
        "reached": dict(reached),
        "violations": {str(one.seed): one.violations for one in results if one.violations},
    }


def _tell(result: Result) -> None:
    say(f"seed {result.seed}: {result.seconds:.0f} s, {result.passes} passes, "
        f"{result.writes} writes, {len(result.violations)} violations")  # fmt: skip
    for violation in result.violations:
        say(f"    {violation}")
    if result.violations:
        for line in result.told:
            say(f"        {line}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
