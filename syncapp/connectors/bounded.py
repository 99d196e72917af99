"""Bounds an answer of `requests` that no caller reads piece by piece: in size, and in time from the
first byte sent to the last one received. The library's own time-out starts anew with every byte."""

import time
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from syncapp.engine.said import said

PIECE = 16 * 1024


class TooMuch(requests.ConnectionError):
    """The answer took too long or was too long; like every failure of the way, an OSError."""


class BoundedAdapter(HTTPAdapter):
    """Sends nothing a second time by itself."""

    def __init__(self, seconds: float, largest: int) -> None:
        super().__init__(max_retries=0)
        self._seconds = seconds
        self._largest = largest

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        until = time.monotonic() + self._seconds
        answer = super().send(request, *args, **options)
        answer.raw = _Bounded(answer.raw, until, self._largest)
        return answer


class _Bounded:
    """Stands in for the library's stream of bytes."""

    def __init__(self, raw: Any, until: float, largest: int) -> None:
        self._raw = raw
        self._until = until
        self._left = largest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, _size: int = PIECE, *, decode_content: bool = True) -> Iterator[bytes]:
        while piece := self._next(decode_content=decode_content):
            self._left -= len(piece)
            if self._left < 0:
                raise TooMuch(said("The answer is too large."))
            yield piece

    def _next(self, *, decode_content: bool) -> bytes:
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise TooMuch(said("The answer was not finished in time."))
        connection = self._raw.connection
        if connection is not None and connection.sock is not None:
            connection.sock.settimeout(seconds)
        piece: bytes = self._raw.read1(PIECE, decode_content=decode_content)
        return piece
