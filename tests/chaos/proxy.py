"""The fault proxy: stands between the product and the sandbox, knows who calls, and loses,
delays, garbles and refuses what it was told to. It reads no table of the product."""

import http.client
import json
import random
import socket
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.chaos.calls import Call, owner_of
from tests.chaos.troubles import Answer, Half, HangUpError, Trouble

DROPPED_HEADERS = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Proxy(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, sandbox_url: str) -> None:
        self.target = urlsplit(sandbox_url)
        self.lock = threading.Lock()
        self.calls: list[Call] = []
        self.troubles: list[Trouble] = []
        self.fired: Counter[str] = Counter()  # over the whole run, by the trouble's name
        self.secrets: set[str] = set()
        self.refresh_tokens: dict[str, str] = {}  # the newest one that a vendor gave
        self.early: list[str] = []  # calls before a Retry-After was over
        self._pause: dict[str, tuple[float, float]] = {}
        super().__init__(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that was killed is no news."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def arm(self, trouble: Trouble, dice: random.Random | None = None) -> Trouble:
        if dice is not None:
            trouble.dice = dice
        with self.lock:
            self.troubles.append(trouble)
        return trouble

    def calm(self) -> None:
        with self.lock:
            self.troubles.clear()

    def forget(self) -> None:
        with self.lock:
            self.calls.clear()
            self.early.clear()
            self.refresh_tokens.clear()
        self.forget_pauses()

    def forget_pauses(self) -> None:
        with self.lock:
            self._pause.clear()

    def writes(self, since: int = 0) -> list[Call]:
        with self.lock:
            return [call for call in self.calls[since:] if call.is_write]

    def struck(self, call: Call) -> Trouble | None:
        with self.lock:
            call.number = len(self.calls)
            self.calls.append(call)
            self._note_pause(call)
            for trouble in self.troubles:
                if trouble.strikes(call):
                    self.fired[trouble.name] += 1
                    call.troubles.append(trouble.name)
                    return trouble
        return None

    def answered(self, call: Call, answer: Answer) -> None:
        status, headers, body = answer
        call.status, call.answered_at = status, time.monotonic()
        if call.is_token and status == 200:
            tokens = json.loads(body)
            self.secrets |= {str(tokens[one]) for one in tokens if one.endswith("_token")}
            if "refresh_token" in tokens:
                self.refresh_tokens[call.vendor] = tokens["refresh_token"]
        wait = {name.lower(): value for name, value in headers.items()}.get("retry-after")
        if status == 429 and wait:
            with self.lock:
                told_at = time.monotonic()
                self._pause[call.vendor] = told_at, told_at + float(wait)

    def _note_pause(self, call: Call) -> None:
        """Calls that were on their way when the refusal was written do not count."""
        told_at, until = self._pause.get(call.vendor, (0.0, 0.0))
        if not call.is_token and told_at + 0.1 < call.at < until - 0.05:
            self.early.append(call.shown())


class Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.pid = owner_of(self.client_address[1], self.server.server_address[1])
        self.upstream: http.client.HTTPConnection | None = None

    def finish(self) -> None:
        super().finish()
        if self.upstream is not None:
            self.upstream.close()

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def do_GET(self) -> None:
        call = self._call()
        trouble = self.server.struck(call)
        try:
            answer = trouble.deed(call, self._forward) if trouble else self._forward(call)
        except HangUpError:
            self._hang_up()
            return
        if isinstance(answer, Half):
            self._send(answer.answer, cut=True)
            self._hang_up()
        else:
            self.server.answered(call, answer)
            self._send(answer)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: `calls` is the log."""

    def _call(self) -> Call:
        raw_path, _, query = self.path.partition("?")
        vendor, _, path = raw_path.lstrip("/").partition("/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return Call(
            number=0,
            at=time.monotonic(),
            pid=self.pid,
            vendor=vendor,
            method=self.command,
            path=f"/{path}",
            query=query,
            headers=dict(self.headers.items()),
            body=body,
        )

    def _forward(self, call: Call) -> Answer:
        target = self.server.target
        if self.upstream is None:
            self.upstream = http.client.HTTPConnection(
                str(target.hostname), target.port, timeout=60
            )
        headers = {
            name: value
            for name, value in call.headers.items()
            if name.lower() not in DROPPED_HEADERS
        }
        try:
            self.upstream.request(call.method, self.path, call.body, headers)
            response = self.upstream.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self.upstream.close()
            self.upstream = None
            raise HangUpError from None
        self.server.answered(call, (response.status, dict(response.getheaders()), body))
        return response.status, dict(response.getheaders()), body

    def _send(self, answer: Answer, *, cut: bool = False) -> None:
        status, headers, body = answer
        lines = [f"HTTP/1.1 {status} {self.responses.get(status, ('Unknown',))[0]}"]
        lines += [
            f"{name}: {value}"
            for name, value in headers.items()
            if name.lower() not in DROPPED_HEADERS
        ]
        lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        self.wfile.write(head + (body[: len(body) // 2] if cut else body))

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
