"""One process of the product that can die at any commit and any call, and whose time is ours."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from syncapp.connectors import ahead, transport
from syncapp.connectors.hubspot import calls
from syncapp.connectors.quickbooks import connector as quickbooks
from syncapp.models import Lease
from tests.chaos.engine.local_sandbox import LocalSandbox, Wire


class Killed(BaseException):
    """Like `kill -9`: nobody catches it, and nothing that is done afterwards reaches anybody."""


class InTurn:
    """A pool whose threads are one: calls come in the same order in every run."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def map(self, call: Callable[[Any], Any], asked: Any) -> list[Any]:
        return [call(one) for one in asked]

    def shutdown(self, **_: Any) -> None:
        pass


class Process:
    def __init__(self, sandbox: LocalSandbox, patch: pytest.MonkeyPatch) -> None:
        self.sandbox = sandbox
        self.is_dead = False
        self._countdown: dict[str, int] = {}  # moment -> how many of them still pass
        self._meanwhile: Callable[[], None] | None = None
        self._skipped = 0.0
        self.deaths: list[str] = []
        wire = Wire(sandbox.world_, self._around_call)
        patch.setattr(requests.Session, "get_adapter", lambda _self, url: wire)
        patch.setattr(transport, "FIRST_BACKOFF_SECONDS", 0.0)
        patch.setattr(calls.SideBySide, "each", _one_by_one)
        patch.setattr(ahead.ReadAhead, "of", lambda _self, pages: pages)
        patch.setattr(quickbooks, "CallersThreads", InTurn)
        patch.setattr(BaseDatabaseWrapper, "_commit", self._mortal(BaseDatabaseWrapper._commit))
        real_now, real_monotonic = timezone.now, time.monotonic
        patch.setattr(timezone, "now", lambda: self._moved(real_now()))
        patch.setattr(time, "monotonic", lambda: real_monotonic() + self._skipped)

    def begin(self) -> None:
        """A new run."""
        self.is_dead, self._countdown, self._meanwhile = False, {}, None
        self._skipped = 0.0
        self.deaths.clear()

    def skip(self, seconds: float) -> None:
        """Time passes for the product and for both vendors."""
        self._skipped += seconds
        self.sandbox.world_.clock.offset_seconds = self._skipped

    def die_at(self, moment: str, count: int) -> None:
        """`moment`: before or after, a commit, a call or a write; the how-many-th from now."""
        self._countdown = {moment: count}

    def interrupt(self, count: int, what: Callable[[], None]) -> None:
        """Something else happens in the middle, before the how-many-th write from now."""
        self._countdown, self._meanwhile = {"meanwhile": count}, what

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Whatever is begun in here may die; afterwards a new process is there, and the lease of
        the dead one has run out."""
        try:
            with connection.execute_wrapper(self._unless_dead):
                yield
        except Killed:
            pass
        finally:
            self._countdown, self._meanwhile = {}, None
            if self.is_dead:
                self.is_dead = False
                self.skip(200)
                Lease.objects.filter(expires_at__gt=timezone.now()).update(expires_at=None)

    def _moved(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self._skipped)

    def _around_call(self, when: str, is_write: bool) -> None:
        self._require_life()
        if when == "before" and is_write and self._is_time("meanwhile"):
            what, self._meanwhile = self._meanwhile, None
            if what is not None:
                what()
        self._pass(f"{when} call")
        if is_write:
            self._pass(f"{when} write")

    def _mortal(self, real: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def commit(wrapper: Any) -> Any:
            try:
                self._require_life()
                self._pass("before commit")
            except Killed:
                wrapper._rollback()
                raise
            answer = real(wrapper)
            self._pass("after commit")
            return answer

        return commit

    def _unless_dead(self, execute: Any, *given: Any) -> Any:
        self._require_life()
        return execute(*given)

    def _require_life(self) -> None:
        if self.is_dead:
            raise Killed("dead already")

    def _pass(self, moment: str) -> None:
        if self._is_time(moment):
            self.is_dead = True
            self.deaths.append(moment)
            raise Killed(moment)

    def _is_time(self, moment: str) -> bool:
        if moment not in self._countdown:
            return False
        self._countdown[moment] -= 1
        return self._countdown[moment] < 0


def _one_by_one(_self: Any, call: Callable[[Any], Any], questions: Any) -> Sequence[Any]:
    return [call(one) for one in questions]
