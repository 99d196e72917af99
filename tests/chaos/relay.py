"""The way of announcements: a proxy between the vendors' webhooks and the product, which loses,
doubles, delays, repeats and forges them; and a web process of the product at its end."""

import http.client
import random
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.chaos.product import Product, Running, wait_until
from tests.sandbox_process import SandboxProcess

LOST, UNANSWERED, REFUSED = "webhook lost", "webhook's answer lost", "webhook refused with 503"
DOUBLED, LATE, REPEATED = "webhook doubled", "webhook out of order", "webhook repeated"
FORGED, KILLED = "webhook forged", "web process killed"
ON_THE_WAY = (LOST, UNANSWERED, REFUSED, DOUBLED, LATE, REPEATED, FORGED)
NAMES = (*ON_THE_WAY, KILLED)
NO_ANSWER = 0


@dataclass(frozen=True)
class Letter:
    path: str
    headers: dict[str, str]
    body: bytes

    def forged(self) -> "Letter":
        return replace(self, body=self.body.replace(b'"', b' "', 1))


@dataclass
class Relay:
    """`fired` is the run's counter. Troubles end with `calm`."""

    product: Product
    sandbox: SandboxProcess
    dice: random.Random
    fired: Counter[str]
    webhook_token: str
    objections: list[str] = field(default_factory=list)

    def open(self) -> None:
        self._lock = threading.Lock()
        self._held: list[Letter] = []
        self._seen: list[Letter] = []
        self._is_calm, self._is_cut = True, False
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._web: Running | None = None
        self.start_web()
        for vendor in ("hubspot", "quickbooks"):
            self.sandbox.webhooks(vendor, f"{self.url}/webhooks/{vendor}/", "normal")

    def close(self) -> None:
        for vendor in ("hubspot", "quickbooks"):
            self.sandbox.webhooks(vendor, "", "off")
        self._server.shutdown()
        self._server.server_close()
        self.stop_web()

    def start_web(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        told = {"PUBLIC_BASE_URL": self.url, "QUICKBOOKS_WEBHOOK_TOKENS": [self.webhook_token]}
        self._web = self.product.start("web", str(self._port), **told)
        wait_until(self._listens, 20)

    def stop_web(self) -> None:
        if self._web is not None:
            self.product.kill(self._web)
            self._web = None

    def kill_web(self) -> None:
        self.stop_web()
        self.fired[KILLED] += 1
        self.start_web()

    def begin_troubles(self) -> None:
        with self._lock:
            self._is_calm = False

    def lose_the_rest(self) -> None:
        """From now on nothing arrives any more: only polls can find it."""
        with self._lock:
            self._is_cut = True

    def calm(self) -> None:
        """What is still on its way arrives, or is lost."""
        with self._lock:
            self._is_calm = True
        self._bring_held()
        wait_until(self._is_quiet, 30, 0.2)

    def take(self, letter: Letter) -> int:
        """Answers what the vendor gets to see."""
        how = self._choose()
        if how == REFUSED:
            return 503
        if how == LATE:
            with self._lock:
                self._held.append(letter)
        if how in (LOST, LATE):
            return 200
        self._bring_as_well(how, letter)
        status = self.hand_over(letter)
        self._bring_held()
        return NO_ANSWER if how == UNANSWERED else status

    def _bring_as_well(self, how: str, letter: Letter) -> None:
        if how == DOUBLED:
            self.hand_over(letter)
        if how == REPEATED and self._seen:
            self.hand_over(self.dice.choice(self._seen))
        if how == FORGED and 200 <= self._post(letter.forged()) < 300:
            self.objections.append("I14: a webhook that was forged was taken")

    def _bring_held(self) -> None:
        with self._lock:
            held, self._held = self._held, []
        for letter in held:
            self.hand_over(letter)

    def hand_over(self, letter: Letter) -> int:
        status = self._post(letter)
        if 400 <= status < 500:
            self.objections.append(f"I14: a good webhook was answered with {status}")
        elif status == 200:
            self._seen.append(letter)
        return status

    def _choose(self) -> str:
        with self._lock:
            if not self._is_cut and (self._is_calm or self.dice.random() < 0.5):
                return ""
            how = LOST if self._is_cut else self.dice.choice(ON_THE_WAY)
            self.fired[how] += 1
            return how

    def _post(self, letter: Letter) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request("POST", letter.path, letter.body, letter.headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return NO_ANSWER
        finally:
            connection.close()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0

    def _is_quiet(self) -> bool:
        shown = self.sandbox.call("GET", "/control/webhooks").json()
        return not shown["is_sending"] and not any(shown["waiting"].values())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in ("host", "connection", "content-length")
        }
        status = self.server.relay.take(Letter(self.path, headers, body))
        if status == NO_ANSWER:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the counters tell."""
