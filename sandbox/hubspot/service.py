"""Takes a call apart, checks who asks, carries it out, and says in the log what happened."""

import uuid
from functools import partial

from sandbox.hubspot.access import authorise
from sandbox.hubspot.billing.settling import wake_due_payments
from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import ApiError
from sandbox.hubspot.object_types import known_type
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.routes import ROUTES, Route
from sandbox.web import Request, Response, Router, json_response

_NAMING_TYPES = ("type", "from", "to")


class Service:
    """The API proper; the OAuth server is elsewhere."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._router = Router()
        for route in ROUTES:
            for version, pattern in route.patterns():
                self._router.add(route.method, pattern, partial(self._answer, route, version))

    def handle(self, request: Request) -> Response | None:
        """None: there is no such path."""
        found = self._router.find(request.method, request.path)
        if found is None:
            return None
        pattern, handler, variables = found
        wake_due_payments(self._portal)
        before = self._portal.changes
        response = handler(request, variables)
        response.endpoint = f"{request.method} {_with_types(pattern, variables)}"
        moved = self._portal.changes != before
        response.is_noop = response.is_write and response.status < 300 and not moved
        correlation_id = str(uuid.uuid4())
        response.request_id = response.request_id or correlation_id
        if self._portal.option("correlation_header"):  # 12: unverified
            response.headers["x-hubspot-correlation-id"] = correlation_id
        return response

    def _answer(
        self, route: Route, version: str, request: Request, variables: dict[str, str]
    ) -> Response:
        portal, credential = self._portal, ""
        try:
            credential = authorise(portal, request, _needed(portal, route, variables))
            call = Call(portal, request, version, variables, portal.app)
            response = route.endpoint(call)
        except ApiError as error:
            response = json_response(error.body(), error.status)
        response.credential = credential
        response.is_write = route.is_write
        response.operation = response.operation or _operation_of(route)
        return response


def unknown_path(portal: Portal, request: Request) -> Response:
    """12: the form of this 404 is unverified."""
    match portal.option("unknown_path"):
        case "html":
            page = b"<html><body><h1>Not Found</h1></body></html>"
            response = Response(404, page, {"Content-Type": "text/html;charset=utf-8"})
        case "empty":
            response = Response(404)
        case _:
            error = ApiError(404, "OBJECT_NOT_FOUND", f"There is no path {request.path}")
            response = json_response(error.body(), 404)
    response.endpoint = f"{request.method} unknown path"
    return response


def _operation_of(route: Route) -> str:
    """Of a call that was refused: the path's last word or what the method says."""
    word = route.path.rpartition("/")[2]
    if word in ("search", "read", "create", "update", "upsert", "merge"):
        return word
    by_method = {"GET": "read", "POST": "create", "PATCH": "update", "PUT": "associate"}
    return by_method.get(route.method, "delete")


def _needed(portal: Portal, route: Route, variables: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    if route.path.endswith("/details"):  # 3.3: which scope account details need is unverified
        return ((portal.option("account_details_scope"),),)
    return route.needs(variables)


def _with_types(pattern: str, variables: dict[str, str]) -> str:
    """Ids stay cut out; types are named one way, however the caller spelled them."""
    for name in _NAMING_TYPES:
        if name in variables:
            kind = known_type(variables[name])
            spelled = kind.name if kind else variables[name]
            pattern = pattern.replace(f"{{{name}}}", spelled)
    return pattern
