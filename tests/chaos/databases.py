"""Where an installation keeps its rows: a SQLite file, or a database of a PostgreSQL cluster that
the run makes itself. Both can be put back to how they were, and taken away for a while."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg


class Database(Protocol):
    url: str

    def make(self, environment: Mapping[str, str], code: Path) -> None:
        """Migrated and empty; what `reset` goes back to."""
        ...

    def reset(self) -> None: ...

    def back_up(self) -> None: ...

    def restore(self) -> None:
        """While no process has it open."""
        ...

    def locked(self, seconds: float) -> None:
        """Nobody else can write for so long."""
        ...

    def dump(self) -> bytes:
        """All that is in it, to be searched for what must not be."""
        ...

    def drop(self) -> None: ...


def migrate(environment: Mapping[str, str], code: Path) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=code, env=dict(environment), check=True)


class Sqlite:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "db.sqlite3"
        self.url = f"sqlite:///{self.file}"

    def make(self, environment: Mapping[str, str], code: Path) -> None:
        migrate(environment, code)
        self._copy(self.file, self._beside("template"))

    def reset(self) -> None:
        self._put_back("template")

    def back_up(self) -> None:
        self._copy(self.file, self._beside("backup"))

    def restore(self) -> None:
        self._put_back("backup")

    def locked(self, seconds: float) -> None:
        with closing(sqlite3.connect(self.file, timeout=20, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")

    def dump(self) -> bytes:
        files = [self.file, *self.file.parent.glob("db.sqlite3-wal")]
        return b"".join(file.read_bytes() for file in files)

    def drop(self) -> None:
        """The folder goes with the run."""

    def _put_back(self, name: str) -> None:
        for end in ("-wal", "-shm"):
            Path(f"{self.file}{end}").unlink(missing_ok=True)
        shutil.copyfile(self._beside(name), self.file)

    def _beside(self, name: str) -> Path:
        return self.file.with_name(f"{name}.sqlite3")

    def _copy(self, source: Path, target: Path) -> None:
        target.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(source)) as one,
            closing(sqlite3.connect(target)) as other,
        ):
            one.backup(other)


class Cluster:
    """A PostgreSQL cluster of this run alone: its own folder, port and unprivileged owner."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            raise RuntimeError("PostgreSQL is not installed below /usr/lib/postgresql.")
        self.bin, self.folder = found[-1], folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def start(self) -> None:
        self.folder.mkdir(mode=0o700)
        if self._as:
            shutil.chown(self.folder, "postgres", "postgres")
        self._do("initdb", "-D", self._data, "-U", "postgres", "--auth=trust", "--no-sync")
        self.up()

    def up(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._do(
            "pg_ctl", "-D", self._data, "-w", "-l", f"{self.folder}/log", "-o", options, "start"
        )

    def down(self, how: str = "immediate") -> None:
        self._do("pg_ctl", "-D", self._data, "-m", how, "-w", "stop")

    def stop(self) -> None:
        self.down("fast")
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return f"{self.folder}/data"

    def _do(self, tool: str, *arguments: str) -> None:
        command = [*self._as, str(self.bin / tool), *arguments]
        # into a file: the server keeps what it inherits, and a pipe would never end
        with Path(f"{self.folder}.said").open("a") as said:
            subprocess.run(
                command, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )


class Postgres:
    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        self.url = f"postgres://postgres@127.0.0.1:{cluster.port}/{name}"

    def make(self, environment: Mapping[str, str], code: Path) -> None:
        self._copy(self.name, "template0")
        migrate(environment, code)
        self._copy(f"{self.name}_template", self.name)

    def reset(self) -> None:
        self._copy(self.name, f"{self.name}_template")

    def back_up(self) -> None:
        self._copy(f"{self.name}_backup", self.name)

    def restore(self) -> None:
        self._copy(self.name, f"{self.name}_backup")

    def locked(self, seconds: float) -> None:
        with self._connected(self.name) as connection:
            connection.execute("BEGIN; LOCK TABLE syncapp_recordlink IN ACCESS EXCLUSIVE MODE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")

    def dump(self) -> bytes:
        command = [str(self.cluster.bin / "pg_dump"), self.url.replace("postgres:", "postgresql:")]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def drop(self) -> None:
        """It goes with its cluster."""

    def _copy(self, target: str, source: str) -> None:
        with self._connected("postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
            self._fill(connection, target, source)
            # Without it a sequence of the copy gives numbers twice after a crash: the next ones
            # are in the log of the database that it was copied from only.
            connection.execute("CHECKPOINT")

    def _fill(
        self, connection: "psycopg.Connection[tuple[object, ...]]", target: str, source: str
    ) -> None:
        """A web server that is at work comes back between the two."""
        for attempt in range(20):
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (source,),
            )
            try:
                connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
            except psycopg.errors.ObjectInUse:
                if attempt == 19:
                    raise
            else:
                return

    @contextmanager
    def _connected(self, name: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        url = f"postgresql://postgres@127.0.0.1:{self.cluster.port}/{name}"
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection
