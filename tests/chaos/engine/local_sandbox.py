"""The sandbox inside this process: the product's HTTP calls end in it without a socket, so that a
run is quick, its time is ours, and a call can be the moment at which something happens."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import requests
import simplejson
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from sandbox.calls import carry_out
from sandbox.control import handle_control
from sandbox.hubspot.vendor import HubSpot
from sandbox.quickbooks.vendor import QuickBooks
from sandbox.web import Request
from sandbox.world import World
from tests.chaos.engine.postman import Postbox
from tests.sandbox_process import ControlError, SandboxProcess

URL = "http://127.0.0.1:1"  # nobody listens there


class LocalSandbox(SandboxProcess):
    """What tests say to a sandbox process, said to a world."""

    def __init__(self) -> None:
        super().__init__()
        self.url = URL
        self.world_ = world = World({"hubspot": HubSpot, "quickbooks": QuickBooks})
        self.post = Postbox(world.lock, lambda: world.accounts, lambda: world.options.webhook_shape)
        world.webhooks = self.post

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        path, _, query = path.partition("?")
        data = b"" if body is None else simplejson.dumps(body, use_decimal=True).encode()
        request = Request(method, f"/{path}", query, {}, data, f"{URL}/control")
        answer = handle_control(self.world_, request)
        said = simplejson.loads(answer.body, use_decimal=True)
        if answer.status != 200:
            raise ControlError(said["message"])
        return said


class Wire(BaseAdapter):
    """`before` and `after` are called around each call, with whether it is a write."""

    def __init__(self, world: World, around: Callable[[str, bool], None]) -> None:
        super().__init__()
        self._world = world
        self._around = around

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        path, _, query = (request.path_url or "").partition("?")
        vendor, _, rest = path.lstrip("/").partition("/")
        body = request.body or b""
        asked = Request(
            method=str(request.method),
            path="/" + requests.utils.unquote(rest),
            query_string=query,
            headers={name.lower(): str(value) for name, value in request.headers.items()},
            body=body.encode() if isinstance(body, str) else body,
            base_url=f"{URL}/{vendor}",
        )
        is_write = asked.method != "GET" and not asked.path.endswith(("/search", "/read"))
        self._around("before", is_write)
        answer = carry_out(self._world, vendor, asked)
        self._around("after", is_write)
        if answer.response is None:
            raise requests.ConnectionError("Connection aborted.")
        return self._response(request, answer.response)

    def close(self) -> None:
        pass

    def _response(self, request: requests.PreparedRequest, answer: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        now = self._world.clock.now()
        response.headers.setdefault("Date", now.strftime("%a, %d %b %Y %H:%M:%S GMT"))
        response.raw = HTTPResponse(BytesIO(answer.body), preload_content=False)
        response.request, response.url = request, str(request.url)
        return response
