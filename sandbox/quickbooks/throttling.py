"""QuickBooks' own limits and the 429 beyond them (quickbooks-api.md 14)."""

from collections.abc import Mapping
from typing import Any

import simplejson

from sandbox.clock import Clock
from sandbox.limits import Windows
from sandbox.quickbooks.company import Company
from sandbox.web import Request, Response, json_response

COMPANY_WINDOWS = {"minute": (500, 60.0), "second": (10, 1.0), "batches": (40, 60.0)}
MONTH_SECONDS = 31 * 86_400.0
PREFIX = "/v3/company/"


class Throttle:
    def __init__(self, clock: Clock, options: Mapping[str, Any]) -> None:
        self._clock = clock
        self._options = options
        self._windows: dict[str, Windows] = {}
        self._reads = self._month_window()
        self._reads_allowed = options["monthly_reads"]

    def obey_options(self) -> None:
        if self._reads_allowed != self._options["monthly_reads"]:
            self._reads_allowed = self._options["monthly_reads"]
            self._reads = self._month_window()
        for windows in self._windows.values():
            self._set_pace(windows)

    def refuse(self, request: Request, companies: Mapping[str, Company]) -> Response | None:
        """None when the call was counted; calls outside the Accounting API do not count."""
        if not request.path.startswith(PREFIX):
            return None
        realm, _, resource = request.path.removeprefix(PREFIX).partition("/")
        if _is_metered(request, resource) and self._reads.remaining("reads") <= 0:
            return self._refusal(realm, "reads")
        windows = self._windows_of(realm)
        names = ["minute", "second", *(["batches"] if resource == "batch" else [])]
        full = windows.take(names)
        if full is None and resource == "batch" and realm in companies:
            full = self._count_items(windows, request, companies[realm])
        if full is not None:
            return self._refusal(realm, full)
        if _is_metered(request, resource):
            self._reads.take(["reads"])
        return None

    def _count_items(self, windows: Windows, request: Request, company: Company) -> str | None:
        """Whether batch items count against the minute is unverified."""
        if not company.options["batch_items_count"]:
            return None
        try:
            further = len(request.json()["BatchItemRequest"]) - 1
        except (ValueError, KeyError, TypeError):
            return None
        if windows.remaining("minute") < further:
            return "minute"
        for _ in range(further):
            windows.take(["minute"])
        return None

    def _windows_of(self, realm: str) -> Windows:
        if realm not in self._windows:
            self._windows[realm] = Windows(self._clock, COMPANY_WINDOWS, shared=("minute",))
            self._set_pace(self._windows[realm])
        return self._windows[realm]

    def _set_pace(self, windows: Windows) -> None:
        windows.time_scale = float(self._options["time_scale"])
        windows.foreign_calls_per_second = float(self._options["foreign_calls_per_second"])

    def _month_window(self) -> Windows:
        calls = {"reads": (int(self._options["monthly_reads"]), MONTH_SECONDS)}
        return Windows(self._clock, calls)

    def _refusal(self, realm: str, limit: str) -> Response:
        status = self._options["throttle_status"]
        key = self._options["throttle_fault_key"]
        error = {
            "Message": f"message=ThrottleExceeded; errorCode=003001; statusCode={status}",
            "Detail": f"The limit of calls a {limit} of company {realm} is reached",
            "code": "3001",
        }
        if key == "fault":
            lower = {name.lower(): value for name, value in error.items()}
            body: dict[str, Any] = {"fault": {"error": [lower], "type": "SERVICE"}}
        else:
            body = {"Fault": {"Error": [error], "type": "SERVICE"}}
        response = json_response(body, int(status))
        if self._options["retry_after"] is not None:
            response.headers["Retry-After"] = str(self._options["retry_after"])
        return response


def _is_metered(request: Request, resource: str) -> bool:
    """Reads, queries and CDC are; writes and batches of writes are free."""
    return request.method == "GET" or resource == "query" or _queries_in_batch(request, resource)


def _queries_in_batch(request: Request, resource: str) -> bool:
    if resource != "batch" or b'"Query"' not in request.body:
        return False
    try:
        items = simplejson.loads(request.body).get("BatchItemRequest", [])
    except (ValueError, AttributeError):
        return False
    return any(isinstance(item, dict) and "Query" in item for item in items)
