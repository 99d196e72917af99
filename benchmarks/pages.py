"""G11: the pages of the admin on a database as it is after years, while workers write.

    python -m benchmarks.pages --records 1000000 --activities 10000000 --writers 2
    python -m benchmarks.pages --database postgres://postgres@127.0.0.1/postgres --keep

makes a database of its own (a file in the temporary folder, or one beside the named one), seeds it,
opens each page `--visits` times, and takes the database away again unless told to keep it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.installation import BARE, migrated
from benchmarks.report import Report, median
from benchmarks.simulator import REPOSITORY

MEDIAN_MS, SLOWEST_MS = 100, 150  # of a hundred visits ninety-five are faster than the latter
QUERIES = 12
DEEPEST = 1.2  # times the first page
SMALL = (1000, 10_000)
NAME = "ledgerline_bench_pages"
Visits = Mapping[str, Mapping[str, Any]]


def run(report: Report, *, quick: bool) -> None:
    records = 5_000 if quick else 100_000
    with database("") as url:
        measure(report, "SQLite", url, (records, 5 * records), visits=3 if quick else 10)


def measure(
    report: Report, name: str, url: str, size: tuple[int, int], *, visits: int, writers: int = 2
) -> None:
    with database("") as small:
        seed(small, SMALL)
        few = opened(small, 1)
    seed(url, size)
    with written_to(url, writers):
        many = opened(url, visits)
    report.note(f"{name}, {size[0]:,} records, {size[1]:,} entries, {writers} writers")
    for page, found in many.items():
        milliseconds = sorted(1000 * one for one in found["seconds"])
        title = f"pages {name} {page}"
        report.value(f"{title} median ms", median(milliseconds), MEDIAN_MS)
        slowest = milliseconds[min(len(milliseconds) - 1, int(0.95 * len(milliseconds)))]
        report.value(f"{title} p95 ms", slowest, SLOWEST_MS)
        report.value(f"{title} queries", found["queries"], QUERIES)
        report.note(f"{1000 * median(found['cpu']):.0f} ms of it computed by the web process")
    _compare(report, name, few, many)


def _compare(report: Report, name: str, few: Visits, many: Visits) -> None:
    for page, found in many.items():
        if page.endswith("deepest"):
            first = many[page.removesuffix(", deepest").removesuffix(", by -id")]
            # a web process that waits for a busy machine says nothing of depth
            measure = "cpu" if name == "SQLite" else "seconds"
            ours, ref = median(found[measure]), median(first[measure])
            report.ratio(f"pages {name} {page}/first", ours, ref, DEEPEST)
        more = found["queries"] - few[page]["queries"]
        if more > 0:
            report.value(f"pages {name} {page} queries more than with {SMALL[0]}", more, 0)


def seed(url: str, size: tuple[int, int]) -> None:
    if os.environ.get("SEEDED") == url:  # of an earlier run with --keep
        return
    if url.startswith("sqlite"):
        shutil.copy(migrated(), url.removeprefix("sqlite:///"))
    else:
        _python(url, "manage.py", "migrate", "-v", "0")
    numbers = ("--records", str(size[0]), "--activities", str(size[1]))
    _python(url, "-m", "benchmarks.long_history", *numbers)


def opened(url: str, visits: int) -> Visits:
    answer = _python(url, "-m", "benchmarks.page_visits", str(visits))
    found: Visits = json.loads(answer.splitlines()[-1])
    return found


@contextmanager
def written_to(url: str, writers: int) -> Iterator[None]:
    with ExitStack() as running:
        for number in range(writers):
            command = [sys.executable, "-m", "benchmarks.page_writers", str(number % 2)]
            process = subprocess.Popen(command, cwd=REPOSITORY, env=_environment(url))
            running.callback(process.wait)
            running.callback(process.terminate)
        yield


@contextmanager
def database(beside: str, *, keep: bool = False) -> Iterator[str]:
    """An empty one: a file, or one on the server that `beside` names."""
    if not beside:
        folder = Path(tempfile.mkdtemp(prefix="ledgerline-pages-"))
        try:
            yield f"sqlite:///{folder}/pages.sqlite3"
        finally:
            if not keep:
                shutil.rmtree(folder)
        return
    server = beside.rpartition("/")[0]
    _told(beside, f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}")
    try:
        yield f"{server}/{NAME}"
    finally:
        if not keep:
            _told(beside, f"DROP DATABASE {NAME}")


def _told(url: str, *sentences: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        for sentence in sentences:
            server.execute(sentence)


def _python(url: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=REPOSITORY,
        env=_environment(url),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def _environment(url: str) -> dict[str, str]:
    return os.environ | BARE | {"DATABASE_URL": url}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--activities", type=int, default=10_000_000)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--visits", type=int, default=20)
    parser.add_argument("--database", default="", help="a PostgreSQL server; else SQLite")
    parser.add_argument("--seeded", default="", help="an address that an earlier run has kept")
    parser.add_argument("--keep", action="store_true", help="leave the database, and say where")
    asked = parser.parse_args()
    report = Report()
    name = "PostgreSQL" if "postgres" in asked.database + asked.seeded else "SQLite"
    size = (asked.records, asked.activities)
    with ExitStack() as held:
        if asked.seeded:
            os.environ["SEEDED"] = url = asked.seeded
        else:
            url = held.enter_context(database(asked.database, keep=asked.keep))
        measure(report, name, url, size, visits=asked.visits, writers=asked.writers)
        if asked.keep:
            report.note(f"kept: {url}")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
