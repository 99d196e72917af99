"""What was asked of both vendors: counters over every call, entries of the latest ones."""

import re
from collections import Counter, deque
from datetime import datetime
from typing import Any

from sandbox.web import Request, Response

KEPT_ENTRIES = 100_000


class RequestLog:
    def __init__(self) -> None:
        self._labels: dict[str, str] = {}  # what the vendors call a credential, by its header
        self.clear()

    def clear(self) -> None:
        self._total = 0
        self._writes = 0
        self._by_vendor: Counter[str] = Counter(hubspot=0, quickbooks=0)
        self._by_endpoint: Counter[str] = Counter()
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT_ENTRIES)

    def note(
        self, vendor: str, request: Request, response: Response, at: datetime, fault: str = ""
    ) -> None:
        self._total += 1
        self._by_vendor[vendor] += 1
        endpoint = response.endpoint or _endpoint(request)
        self._by_endpoint[endpoint] += 1
        if response.is_write and 200 <= response.status < 300:
            self._writes += 1
        self._entries.append(
            {
                "number": self._total,
                "time": at.isoformat(timespec="milliseconds"),
                "vendor": vendor,
                "method": request.method,
                "path": request.path,
                "endpoint": endpoint,
                "status": response.status,
                "credential": self._credential(request, response),
                "operation": response.operation,
                "object_ids": list(response.object_ids),
                "request_id": response.request_id,
                "is_write": response.is_write,
                "is_noop": response.is_noop,
                "fault": fault,
            }
        )

    def shown(self, *, with_entries: bool = False) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "total": self._total,
            "writes": self._writes,
            "by_vendor": dict(self._by_vendor),
            "by_endpoint": dict(self._by_endpoint),
        }
        if with_entries:
            shown["entries"] = list(self._entries)
        return shown

    def _credential(self, request: Request, response: Response) -> str:
        """By the same name whether or not the call reached the vendor."""
        header = request.headers.get("authorization", "")
        if header and response.credential:
            self._labels[header] = response.credential
        return response.credential or self._labels.get(header) or _shortened(header)


def _endpoint(request: Request) -> str:
    """For a call that never reached a handler of the vendor, where ids are not known as such."""
    path = re.sub(r"/company/[^/]+", "/company/{realm}", request.path)
    return f"{request.method} {re.sub(r'/[0-9]+(?=/|$)', '/{id}', path)}"


def _shortened(header: str) -> str:
    scheme, _, token = header.partition(" ")
    return f"{scheme} …{token[-6:]}" if token else ""
