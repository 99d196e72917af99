"""The world in a file, so that it survives a restart: written whole and atomically, a moment
after changes. Planned faults and the request log belong to one run and are not kept."""

import json
import os
import sys
import threading
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.world import World

FORMAT = "ledgerline sandbox world"
FORMAT_VERSION = 1
SETTLE_SECONDS = 0.3
REST_FACTOR = 4  # a large world is saved less often: at most a fifth of the time goes there


class UnusableStateError(Exception):
    """The file is not a world that was written completely; the text says what to do."""


class StateFile:
    def __init__(self, path: Path, world: World) -> None:
        self._path = path
        self._world = world
        self._saved_version = -1
        self._closing = threading.Event()
        self._saver = threading.Thread(target=self._save_changes, daemon=True)

    def load(self) -> bool:
        """False when there is no file yet; raises UnusableStateError for one it cannot use."""
        try:
            text = self._path.read_text("utf-8")
        except FileNotFoundError:
            return False
        except (OSError, UnicodeDecodeError) as error:
            raise UnusableStateError(self._complaint(str(error))) from None
        try:
            saved = json.loads(text, object_hook=_revive)
        except ValueError:
            raise UnusableStateError(self._complaint("it does not hold complete JSON")) from None
        self._check_format(saved)
        try:
            self._world.load(saved["world"])
        except (KeyError, TypeError, ValueError, AttributeError, LookupError) as error:
            reason = f"its content does not fit ({type(error).__name__}: {error})"
            raise UnusableStateError(self._complaint(reason)) from None
        self._saved_version = self._world.version
        return True

    def save(self) -> None:
        with self._world.lock:
            version = self._world.version
            if version == self._saved_version:
                return
            world = self._world.save()
            text = json.dumps(
                {"format": FORMAT, "format_version": FORMAT_VERSION, "world": world},
                default=_exactly,
                ensure_ascii=False,
            )
        self._write(text.encode())
        self._saved_version = version

    def start(self) -> None:
        """Saves once, so that a path that cannot be written shows at the start."""
        try:
            self.save()
        except OSError as error:
            raise UnusableStateError(self._complaint(str(error))) from None
        self._saver.start()

    def close(self) -> None:
        self._closing.set()
        self._saver.join()
        self._save_or_complain()

    def _save_changes(self) -> None:
        rest = SETTLE_SECONDS
        while not self._closing.wait(rest):
            started = time.monotonic()
            self._save_or_complain()
            rest = max(SETTLE_SECONDS, REST_FACTOR * (time.monotonic() - started))

    def _save_or_complain(self) -> None:
        """A full disk must not end the simulation; the file keeps its last complete world."""
        try:
            self.save()
        except OSError as error:
            sys.stderr.write(f"The world could not be saved to {self._path}: {error}\n")

    def _write(self, content: bytes) -> None:
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # else the rename itself could be lost with the power
        finally:
            os.close(folder)

    def _check_format(self, saved: Any) -> None:
        if not isinstance(saved, dict) or saved.get("format") != FORMAT:
            raise UnusableStateError(self._complaint("it was not written by this sandbox"))
        if saved.get("format_version") != FORMAT_VERSION:
            reason = f"it has format {saved.get('format_version')}, this sandbox reads 1"
            raise UnusableStateError(self._complaint(reason))

    def _complaint(self, reason: str) -> str:
        return (
            f"The state file {self._path} cannot be used because {reason}; "
            "it was left as it is: move it away or name another file with --state."
        )


def _exactly(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    raise TypeError(f"A {type(value).__name__} cannot be saved.")


def _revive(value: dict[str, Any]) -> Any:
    return Decimal(value["$decimal"]) if len(value) == 1 and "$decimal" in value else value
