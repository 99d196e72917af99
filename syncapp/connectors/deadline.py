"""Connections whose time-out is one for the whole call: from the first try to connect until the
last byte of the answer. The library's own starts anew with every byte, of the headers too, and with
every address that a name has."""

import http.client
import io
import time
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError


class _Until(io.RawIOBase):
    """What a socket says until then."""

    def __init__(self, sock: Any) -> None:
        seconds = sock.gettimeout()
        self._until = None if seconds is None else time.monotonic() + seconds
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Until(sock))


class _InTime:
    """Both kinds of connection. A write is not sent by one that took too long to be made: nobody
    asks again whether it still may."""

    response_class = _Response
    timeout: float | None

    def connect(self) -> None:
        started = time.monotonic()
        super().connect()  # type: ignore[misc]
        if self.timeout is not None and time.monotonic() - started > self.timeout:
            self.close()  # type: ignore[attr-defined]
            raise ConnectTimeoutError(self, "The connection was not made in time.")


class _Connection(_InTime, HTTPConnection):  # type: ignore[misc]
    pass


class _TLSConnection(_InTime, HTTPSConnection):  # type: ignore[misc]
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


def keep_deadlines(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
