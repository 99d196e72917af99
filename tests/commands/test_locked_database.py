"""A database that somebody else holds: one sentence, exit 2, nothing half done."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox_process import REPOSITORY

INTEGRATION = """
from syncapp.models import Connection, Integration
sides = {
    side: Connection.objects.create(name=side, vendor=side, account_id="1", access_token="secret")
    for side in ("hubspot", "quickbooks")
}
Integration.objects.create(name="Nordwind", **sides)
"""


def manage(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=os.environ
        | {
            "DATABASE_URL": f"sqlite:///{database}",
            "DJANGO_SETTINGS_MODULE": "integration_site.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "books.sqlite3"
    assert manage(path, "migrate", "--verbosity", "0").returncode == 0
    assert manage(path, "shell", "-c", INTEGRATION).returncode == 0
    return path


@pytest.mark.slow
def test_a_sync_says_so_and_does_nothing(database: Path) -> None:
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    ended = manage(database, "sync", "--json")
    holder.execute("ROLLBACK")
    assert ended.returncode == 2
    shown = json.loads(ended.stdout)
    assert shown["reason"] == "error"
    assert shown["message"].startswith("The database is locked by another program")
    assert "Traceback" not in ended.stderr
    assert holder.execute("SELECT count(*) FROM syncapp_syncrun").fetchone() == (0,)
    holder.close()


def test_a_database_without_tables_is_told_what_to_do(tmp_path: Path) -> None:
    ended = manage(tmp_path / "empty.sqlite3", "status")
    assert ended.returncode == 2
    assert ended.stderr.strip() == "The database lacks a table. Run manage.py migrate first."


def test_a_database_nobody_can_reach_is_named() -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "status"],
        cwd=REPOSITORY,
        env=os.environ
        | {
            "DATABASE_URL": "postgres://nobody@127.0.0.1:9/books",
            "DJANGO_SETTINGS_MODULE": "integration_site.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "DATABASE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
