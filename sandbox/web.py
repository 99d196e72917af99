"""What a vendor handler gets and gives back, and the table that routes to it. No sockets here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import simplejson


@dataclass(frozen=True, slots=True)
class Request:
    """`path` starts after the vendor's prefix (`/crm/v3/…`, `/v3/company/…`) and is decoded."""

    method: str
    path: str
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    base_url: str = ""  # "http://127.0.0.1:8765/hubspot", for links and discovery documents

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.query_string, keep_blank_values=True)

    def arg(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[-1]

    def json(self) -> Any:
        """The body with amounts as Decimal; raises ValueError when it is not JSON."""
        return simplejson.loads(self.body, use_decimal=True)

    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(slots=True)
class Response:
    """An answer and what the request log says about the call."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    endpoint: str = ""  # ids cut out: "POST /crm/v3/objects/invoices/search"
    is_write: bool = False  # it asked for a change of business data
    is_noop: bool = False  # a write that changed nothing
    operation: str = ""  # "create", "update", "search", …
    object_ids: tuple[str, ...] = ()  # "invoices/12", "Invoice/145"
    credential: str = ""  # which token or client asked
    request_id: str = ""  # QuickBooks requestid or HubSpot trace id
    items: int = 1  # records in a batch: service time grows with them


def json_response(value: Any, status: int = 200, **log: Any) -> Response:
    body = simplejson.dumps(value, use_decimal=True, ensure_ascii=False).encode()
    return Response(status, body, {"Content-Type": "application/json;charset=utf-8"}, **log)


Handler = Callable[[Request, dict[str, str]], Response]


class Router:
    """Patterns such as `/crm/v3/objects/{type}/{id}`; a variable never spans a slash."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], str, Handler]] = []

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        regex = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        self._routes.append((method, re.compile(regex + "$"), pattern, handler))

    def find(self, method: str, path: str) -> tuple[str, Handler, dict[str, str]] | None:
        """The pattern, its handler and the variables; None when nothing matches."""
        for known_method, regex, pattern, handler in self._routes:
            if known_method == method and (found := regex.match(path)):
                return pattern, handler, found.groupdict()
        return None
