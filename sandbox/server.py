"""The sandbox over HTTP/1.1: sockets, prefixes and waiting. Knows nothing of either vendor."""

import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import unquote

from sandbox.calls import Answer, carry_out, crashed
from sandbox.control import handle_control
from sandbox.web import Request, Response, json_response
from sandbox.world import World

LARGEST_BODY = 64 * 1024 * 1024


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # idle keep-alive connections would hold up the end
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], world: World) -> None:
        self.world = world
        super().__init__(address, Handler)

    @property
    def url(self) -> str:
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize: ClassVar[int] = 64 * 1024

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:  # the caller gave up waiting, which is its right
            self.close_connection = True

    def do_GET(self) -> None:
        self._exchange()

    do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: `/control/requests` is the log."""

    def _exchange(self) -> None:
        raw_path, _, query_string = self.path.partition("?")
        prefix, _, rest = raw_path.lstrip("/").partition("/")
        body = self._body()
        if body is None:
            return
        request = Request(
            method=self.command,
            path="/" + unquote(rest),
            query_string=query_string,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            base_url=f"http://{self.headers.get('Host') or self.server.url[7:]}/{prefix}",
        )
        if prefix == "control":
            self._send(self._control(request))
        elif prefix in self.server.world.vendors:
            self._vendor_call(prefix, request)
        else:
            message = "The sandbox serves /hubspot, /quickbooks and /control."
            self._send(json_response({"message": message}, 404))

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self._send_and_close(Response(411, b"Send a Content-Length."))
            return None
        if int(length) > LARGEST_BODY:
            self._send_and_close(Response(413, b"The body is too large."))
            return None
        return self.rfile.read(int(length))

    def _control(self, request: Request) -> Response:
        try:
            with self.server.world.lock:
                return handle_control(self.server.world, request)
        except Exception:  # noqa: BLE001  one bad request must not end everybody's sandbox
            return crashed()

    def _vendor_call(self, vendor: str, request: Request) -> None:
        world = self.server.world
        one_way = world.options.latency_seconds(vendor) / 2
        _wait(one_way)
        answer: Answer = carry_out(world, vendor, request)
        _wait(answer.wait_seconds + one_way)
        if answer.response is None:
            self._hang_up()
        else:
            self._send(answer.response)

    def _send(self, response: Response) -> None:
        """Head and body in one piece: two would cost a round trip on some systems."""
        phrase = self.responses.get(response.status, ("Unknown",))[0]
        date = self.date_time_string(self.server.world.clock.now().timestamp())
        lines = [f"HTTP/1.1 {response.status} {phrase}", f"Date: {date}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if response.status not in (204, 304):
            lines.append(f"Content-Length: {len(response.body)}")
        if self.close_connection:
            lines.append("Connection: close")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        has_body = self.command != "HEAD" and response.status not in (204, 304)
        self.wfile.write(head + response.body if has_body else head)

    def _send_and_close(self, response: Response) -> None:
        self.close_connection = True
        self._send(response)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _wait(seconds: float) -> None:
    if seconds > 0:
        time.sleep(seconds)
