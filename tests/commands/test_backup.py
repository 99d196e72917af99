import sqlite3
import stat
import subprocess
from contextlib import closing

import pytest
from django.db import connection

from tests import factories
from tests.commands.calling import call

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_backup_is_whole_and_nobody_elses_to_read(tmp_path):
    factories.nordwind()
    target = tmp_path / "backup"

    ended = call("backup", str(target))

    assert (ended.code, "Keep TOKEN_KEYS" in ended.out) == (0, True)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(target)) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert copy.execute("SELECT name FROM syncapp_integration").fetchall() == [
                ("Nordwind",)
            ]
    else:
        listed = subprocess.run(["pg_restore", "--list", target], capture_output=True, check=True)
        assert b"TABLE DATA public syncapp_integration" in listed.stdout


def test_an_older_backup_is_never_written_over(tmp_path):
    target = tmp_path / "backup"
    target.write_text("last week's")

    ended = call("backup", str(target))

    assert (ended.code, target.read_text()) == (2, "last week's")


def test_where_it_cannot_be_written_it_says_so(tmp_path):
    ended = call("backup", str(tmp_path / "nowhere" / "backup"))

    assert ended.code == 2
    assert "No such file or directory" in ended.err
