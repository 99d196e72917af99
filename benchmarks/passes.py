"""Runs passes in this process and prints what each took, as JSON: `python -m benchmarks.passes`.
The argument says how many (`passes`), or at most how many until nothing is left to do
(`until_quiet`); whatever else stands in it is handed to `sync`.
"""

import cProfile
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

READING = ("SELECT", "PRAGMA", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_site.settings")
    import django

    django.setup()
    asked = json.loads(sys.argv[1])
    _send_old_invoices_too()
    number, until_quiet = asked.pop("passes"), asked.pop("until_quiet", False)
    profile = asked.pop("profile", "")
    made: list[dict[str, Any]] = []
    while len(made) < number:
        made.append(_measured(asked, profile))
        if until_quiet and not made[-1]["writes"] and not _is_owed():
            break
    print(json.dumps(made))


def _is_owed() -> bool:
    """A slice may end before all is read."""
    from syncapp.models import PendingChange

    return PendingChange.objects.exists()


def _send_old_invoices_too() -> None:
    """A rule sends invoices that are made after it was switched on; these were made before."""
    from syncapp.models import SyncRule

    SyncRule.objects.update(started_at=datetime(2000, 1, 1, tzinfo=UTC))


def _measured(asked: dict[str, Any], profile: str) -> dict[str, Any]:
    from django.db import connection

    from syncapp.models import Integration
    from syncapp.pipeline.process import sync

    integration = Integration.objects.get()
    statements: Counter[str] = Counter()
    error, counts, writes = "", {}, 0
    profiler = cProfile.Profile() if profile else None
    wall, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(_counting(statements)):
        if profiler:
            profiler.enable()
        try:
            report = sync(integration, trigger="command", **asked)
            counts, writes = {k: dict(v) for k, v in report.counts.items()}, report.writes
        except Exception as failure:  # noqa: BLE001  a benchmark reports what it met
            error = f"{type(failure).__name__}: {failure}"
    took = time.perf_counter() - wall, time.process_time() - cpu
    if profiler:
        profiler.disable()
        profiler.dump_stats(profile)
    queries = sum(statements.values())
    return {
        "wall": took[0],
        "cpu": took[1],
        "peak": _peak(),
        "queries": queries,
        "changes": queries - sum(statements[name] for name in READING),
        "writes": writes,
        "counts": counts,
        "error": error,
    }


def _peak() -> int:
    """Bytes; `getrusage` would count what this process was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _counting(statements: Counter[str]) -> Callable[..., Any]:
    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        statements[sql.split(None, 1)[0].upper()] += 1
        return execute(sql, params, many, context)

    return count


if __name__ == "__main__":
    main()
