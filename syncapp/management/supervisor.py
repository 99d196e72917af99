"""Keeps the web server and the worker running, or one of them, and ends them gracefully.

Each child has a session of its own and is signalled by its pid: SIGTERM to a whole group would
kill tasks midway and leave the queue's main process hanging.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from syncapp import alerts
from syncapp.models import Heartbeat
from syncapp.reporting.heartbeat import WORKER_SILENCE, this_worker_is_silent

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0  # a child that ran this long has started well
HEARTBEAT_LOOK_SECONDS = 15.0
STOP_MARGIN_SECONDS = 10


def web_command(bind: str) -> list[str]:
    options = ["--workers", "2", "--threads", "4", "--bind", bind, "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "integration_site.wsgi", *options]


def worker_command() -> list[str]:
    return [sys.executable, "manage.py", "qcluster"]


@dataclass(slots=True)
class Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  our own two commands, no shell
            self.command, cwd=settings.BASE_DIR, start_new_session=True, stdin=subprocess.DEVNULL
        )
        self.started_at = time.monotonic()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return None if self.process is None else self.process.returncode

    def terminate(self) -> None:
        if self.process is not None and self.is_running:
            self.process.terminate()

    def end_leftovers(self) -> None:
        """What a dead or hanging main process leaves behind runs on unattended: a last resort,
        which the pipeline survives like any crash."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            _bury(self.process.pid)


def _bury(group: int) -> None:
    """As the first process of a container we inherit what our children leave, dead or dying."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-group, 0)


@dataclass(slots=True)
class Supervisor:
    commands: Mapping[str, Sequence[str]]
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    told_to_stop: bool = False
    looked_at: float = 0.0

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told)
        self.children = [Child(name, command) for name, command in self.commands.items()]
        try:
            for child in self.children:
                child.start()
            while not self.told_to_stop:
                time.sleep(LOOK_SECONDS)
                self._look_after_children()
        finally:
            self._stop()

    def _told(self, *_: object) -> None:
        """A bare flag: setting an Event here could meet its own lock, held by the wait."""
        self.told_to_stop = True

    def _look_after_children(self) -> None:
        for child in self.children:
            if child.is_running or self.told_to_stop:
                continue
            if child.restart_at:
                self._restart_when_due(child)
            else:
                self._plan_restart(child)
        self._look_at_the_heartbeat()

    def _plan_restart(self, child: Child) -> None:
        ran = time.monotonic() - child.started_at
        child.failures = 0 if ran > STEADY_SECONDS else child.failures + 1
        pause = min(2.0**child.failures - 1, LONGEST_PAUSE_SECONDS)
        child.restart_at = time.monotonic() + pause
        self.say(f"The {child.name} ended ({child.exit_code}); starting it again.")

    def _restart_when_due(self, child: Child) -> None:
        if time.monotonic() >= child.restart_at:
            child.end_leftovers()
            child.restart_at = 0.0
            child.start()

    def _look_at_the_heartbeat(self) -> None:
        """A queue that lost an idle worker can jam for good while all its processes live."""
        now = time.monotonic()
        if now - self.looked_at < HEARTBEAT_LOOK_SECONDS:
            return
        self.looked_at = now
        worker = next((child for child in self.children if child.name == "worker"), None)
        if worker is None or not worker.is_running or not _is_silent(now - worker.started_at):
            return
        self.say("No task has run for two minutes although the worker lives: restarting it.")
        _tell_people()
        worker.end_leftovers()

    def _stop(self) -> None:
        self.say("Stopping ...")
        for child in self.children:
            child.terminate()
        deadline = time.monotonic() + settings.QUEUE_TIMEOUT + STOP_MARGIN_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"The {child.name} does not end; killing it.")
            child.end_leftovers()
        if any(child.name == "worker" for child in self.children):
            _end_heartbeat()
        self.say("Stopped.")


def _tell_people() -> None:
    """The worker, which usually does, cannot."""
    try:
        alerts.watch()
    except Exception:  # whoever cannot be told is no reason not to restart
        logger.exception("what stands could not be told")
    finally:
        connection.close()


def _is_silent(running_seconds: float) -> bool:
    if running_seconds < WORKER_SILENCE.total_seconds():
        return False
    try:
        close_old_connections()
        return this_worker_is_silent()
    except DatabaseError:
        return False
    finally:
        connection.close()


def _end_heartbeat() -> None:
    """A worker that was killed is missed, one that was stopped is not."""
    try:
        Heartbeat.end()
    except DatabaseError:
        logger.warning("that the worker was stopped could not be written down")
    finally:
        connection.close()
