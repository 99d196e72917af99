"""Lists are read on while what was read of them is being stored, those of all entities at once."""

from collections.abc import Iterator
from typing import Self, TypeVar

from syncapp.connectors.threads import CallersThreads

T = TypeVar("T")

_END = object()


class ReadAhead:
    """Of each list the page after the one that is being worked on, and no more: pages are large.
    Leaving it waits for the calls under way."""

    def __init__(self, lists: int, prefix: str) -> None:
        self._pool = CallersThreads(lists, thread_name_prefix=prefix) if lists else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def of(self, pages: Iterator[T]) -> Iterator[T]:
        """Begins to read at once."""
        if self._pool is None:
            return pages
        pool, first = self._pool, self._pool.submit(next, pages, _END)

        def shown() -> Iterator[T]:
            following = first
            while (page := following.result()) is not _END:
                following = pool.submit(next, pages, _END)
                yield page

        return shown()
