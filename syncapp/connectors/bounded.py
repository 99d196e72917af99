"""Bounds the calls of `requests`: in time, from the first try to connect to the last byte received,
and in size where no caller reads the answer piece by piece."""

from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Timeout

from syncapp.connectors.deadline import keep_deadlines
from syncapp.engine.said import said

PIECE = 16 * 1024


class TooMuch(requests.ConnectionError):
    """The answer was too long; like every failure of the way, an OSError."""


class DeadlineAdapter(HTTPAdapter):
    """Of the two time-outs of a call the second is that of the whole call. Sends nothing a second
    time by itself."""

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        keep_deadlines(self.poolmanager)

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        timeout = options.pop("timeout", None)
        connect, total = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        options["timeout"] = Timeout(connect=connect, total=total)
        answer: requests.Response = super().send(request, *args, **options)
        return answer


class BoundedAdapter(DeadlineAdapter):
    def __init__(self, seconds: float, largest: int) -> None:
        super().__init__()
        self._seconds = seconds
        self._largest = largest

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        options["timeout"] = self._seconds
        answer = super().send(request, *args, **options)
        answer.raw = _Bounded(answer.raw, self._largest)
        return answer


class _Bounded:
    """Stands in for the library's stream of bytes."""

    def __init__(self, raw: Any, largest: int) -> None:
        self._raw = raw
        self._left = largest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, _size: int = PIECE, *, decode_content: bool = True) -> Iterator[bytes]:
        while piece := self._raw.read1(PIECE, decode_content=decode_content):
            self._left -= len(piece)
            if self._left < 0:
                raise TooMuch(said("The answer is too large."))
            yield piece
