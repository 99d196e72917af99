"""A server on this machine that answers as it was told, one script line per call: for what no
healthy HTTP server does. Each line is a function that gets the raw connection."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

Reply = Callable[[socket.socket], None]


@dataclass
class Asked:
    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ScriptedServer:
    """Beyond its script it answers 200 with an empty object. Connections are kept alive."""

    script: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/vendor"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # The caller may leave at any moment, or speak TLS to us.
        with suppress(OSError, UnicodeDecodeError, _HungUp), connection:
            stream = connection.makefile("rb")
            while line := stream.readline().decode().strip():
                self.asked.append(_rest_of(line, stream))
                reply = self.script.pop(0) if self.script else answer(200, b"{}")
                reply(connection)


class _HungUp(Exception):
    pass


def _rest_of(line: str, stream: object) -> Asked:
    headers = {}
    while header := stream.readline().decode().strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return Asked(line, headers, stream.read(int(headers.get("content-length", "0"))))


def answer(status: int, body: bytes = b"{}", **headers: str) -> Reply:
    return lambda connection: connection.sendall(_head(status, len(body), headers) + body)


def cut(status: int, body: bytes) -> Reply:
    """Promises twice as much as it sends."""

    def reply(connection: socket.socket) -> None:
        connection.sendall(_head(status, 2 * len(body), {}) + body)
        raise _HungUp

    return reply


def hang_up(connection: socket.socket) -> None:
    raise _HungUp


def silence(seconds: float) -> Reply:
    def reply(_: socket.socket) -> None:
        time.sleep(seconds)
        raise _HungUp

    return reply


def drip(status: int, body: bytes, pause: float) -> Reply:
    """Byte after byte, each well within any time-out of its own."""

    def reply(connection: socket.socket) -> None:
        connection.sendall(_head(status, len(body), {}))
        for byte in body:
            time.sleep(pause)
            connection.sendall(bytes([byte]))

    return reply


def drip_all(status: int, pause: float) -> Reply:
    """So also the headers."""

    def reply(connection: socket.socket) -> None:
        for byte in _head(status, 2, {"x_long": "a" * 40}) + b"{}":
            time.sleep(pause)
            connection.sendall(bytes([byte]))

    return reply


def _head(status: int, length: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
