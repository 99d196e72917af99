"""Calls side by side: a fixed number of threads, answers in the order of the questions."""

import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

from syncapp.connectors.threads import CallersThreads

T = TypeVar("T")
R = TypeVar("R")


class SideBySide:
    """Questions asked by a call that is itself one of several are asked one after the other:
    threads waiting for threads of the same pool could wait for ever."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool: CallersThreads | None = None
        self._lock = threading.Lock()
        self._worker = threading.local()

    def each(self, call: Callable[[T], R], questions: Iterable[T]) -> list[R]:
        """The first error is raised once all calls have ended, so that none is still under way
        afterwards."""
        asked = list(questions)
        if len(asked) < 2 or getattr(self._worker, "is_busy", False):
            return [call(question) for question in asked]
        futures = [self._started().submit(call, question) for question in asked]
        errors = [error for future in futures if (error := future.exception()) is not None]
        if errors:
            raise errors[0]
        return [future.result() for future in futures]

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True)

    def _started(self) -> CallersThreads:
        with self._lock:
            if self._pool is None:
                self._pool = CallersThreads(
                    self._threads, thread_name_prefix="hubspot", initializer=self._mark
                )
            return self._pool

    def _mark(self) -> None:
        self._worker.is_busy = True


def chunks(items: Iterable[T], size: int) -> list[Sequence[T]]:
    remaining = iter(items)
    return list(iter(lambda: tuple(islice(remaining, size)), ()))
