"""An upgrade in the middle of the work: writes announced by the older version are open, and a
second cluster still runs."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.db import connection
from django_q.tasks import async_task

from syncapp.errors import SyncAppError
from syncapp.models import RecordLink, WriteIntent
from tests.pipeline.rest import settle_down
from tests.pipeline.test_killed import environment
from tests.pipeline.worlds import Trade
from tests.sandbox_process import REPOSITORY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

OLDER = "0014_rule_versions"
# The tables as they were then, and nothing of what a newer version does after its migrations.
MAKE_OLDER = f"""
import django
django.setup()
from django.db import connection
from django_q.tasks import async_task
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
others = [node for node in executor.loader.graph.leaf_nodes() if node[0] != "syncapp"]
executor.migrate([*others, ("syncapp", "{OLDER}")])
"""


def run(environment: Mapping[str, str], *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode in (0, 1), ended.stderr
    return ended.stdout


def carried_back(target: Path) -> None:
    """The rows of the test's database, as far as the older tables have columns for them."""
    with closing(sqlite3.connect(target)) as old, connection.cursor() as cursor:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'syncapp_%'"
        tables = [name for (name,) in old.execute(named)]
        for table in tables:
            known = {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            names = [column[0] for column in cursor.description or ()]
            kept = [name for name in names if name in known]
            marks = ", ".join("?" for _ in kept)
            columns = ", ".join(f'"{name}"' for name in kept)
            for row in cursor.fetchall():
                values = [_plain(value) for name, value in zip(names, row, strict=True)
                          if name in known]  # fmt: skip
                old.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)  # noqa: S608
        old.commit()


def _plain(value: object) -> object:
    if value is None or isinstance(value, int | float | str | bytes):
        return value
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the older database is a file")
def test_writes_that_the_older_version_left_open_are_found_by_the_newer_one(
    trade: Trade, tmp_path: Path
) -> None:
    trade.start()
    for number in (1, 2):
        trade.hubspot_invoice(trade.hours(number))
    trade.quickbooks_invoice(trade.sales_line(4, "25"))
    for vendor, path in (("quickbooks", "batch"), ("hubspot", "invoices/batch/create")):
        trade.sandbox.fault("drop_after_commit", vendor=vendor, method="POST", path=path, times=1)
    with suppress(SyncAppError):
        trade.sync()
    assert WriteIntent.objects.filter(state="open").count() >= 2
    older = tmp_path / "older.sqlite3"
    upgraded = environment() | {
        "DATABASE_URL": f"sqlite:///{older}", "UNKNOWN_REST": "45", "HTTP_TIMEOUT": "1"
    }  # fmt: skip
    run(upgraded, "-c", MAKE_OLDER)
    carried_back(older)

    run(upgraded, "manage.py", "migrate", "--verbosity", "0")
    told = json.loads(
        run(upgraded, "manage.py", "sync", "--json", "--until-idle", "--limit", "100")
    )

    assert told["entities"]["invoice"]["in_sync"] == 3
    assert told["integrations"][0]["open_intents"] == 0
    assert len(trade.hubspot("invoices")) == len(trade.quickbooks("Invoice")) == 3


def test_two_clusters_at_once_do_the_work_of_one(trade: Trade) -> None:
    """The one from before the upgrade was not stopped, or both machines came back."""
    trade.start()
    for number in (1, 2, 3, 4):
        trade.hubspot_invoice(trade.hours(number))
    trade.quickbooks_invoice(trade.sales_line(4, "25"))
    clusters = [
        subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=REPOSITORY,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    try:
        for _ in range(6):
            async_task("syncapp.tasks.work", trade.integration.pk, "person")
        give_up_at = time.monotonic() + 100
        linked = RecordLink.objects.filter(entity="invoice", state="in_sync")
        while linked.count() < 5:
            assert time.monotonic() < give_up_at, "it did not happen in time"
            time.sleep(0.2)
    finally:
        for cluster in clusters:
            cluster.terminate()
        ended = [cluster.wait(timeout=60) for cluster in clusters]
    assert ended == [0, 0]
    settle_down(trade)
    assert len(trade.hubspot("invoices")) == len(trade.quickbooks("Invoice")) == 5
