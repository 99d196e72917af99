"""`manage.py backup FILE`: a copy of the database, whole and consistent while work goes on."""

import os
import sqlite3
import subprocess
from argparse import ArgumentParser
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    help = "Copy the database into a new file: of SQLite a database, of PostgreSQL a pg_dump."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="must not exist yet")

    def handle(self, **options: Any) -> None:
        target: Path = options["file"]
        try:  # nobody but us may read it: hashes of passwords and sealed tokens are in it
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            raise CommandError(f"{target} is there already.", returncode=2) from None
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror}.", returncode=2) from None
        try:
            _copy(target)
        except (OSError, sqlite3.Error, subprocess.SubprocessError) as error:
            target.unlink()
            raise CommandError(f"No backup was made: {_said(error)}", returncode=2) from None
        self.stdout.write(f"{target}: {target.stat().st_size:,} bytes. Keep TOKEN_KEYS with it.")


def _copy(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        return
    command = ["pg_dump", "--format=custom", "--no-owner", f"--file={target}"]
    subprocess.run(  # noqa: S603  our own command, no shell
        command, env=_login(connection.settings_dict), check=True, capture_output=True, timeout=3600
    )


def _login(database: Mapping[str, Any]) -> dict[str, str]:
    """In the environment, where no list of processes shows the password."""
    given = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    return {**os.environ, **{name: str(value) for name, value in given.items() if value}}


def _said(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return str(error.stderr.decode(errors="replace").strip())
    return f"{error}"
