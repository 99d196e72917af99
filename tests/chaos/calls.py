"""A call of the product to a vendor, as the proxy sees it, and which process made it."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

_DOCUMENTS = ("Invoice", "Payment", "invoices", "commerce_payments")
READING_ENDS = ("/search", "/batch/read", "/query")


@dataclass
class Call:
    number: int
    at: float
    pid: int
    vendor: str
    method: str
    path: str  # after the vendor's prefix
    query: str
    headers: Mapping[str, str]
    body: bytes
    status: int = 0
    troubles: list[str] = field(default_factory=list)
    answered_at: float = 0.0

    @property
    def is_token(self) -> bool:
        return "/oauth/" in self.path or self.path.endswith("/tokens/bearer")

    @cached_property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @cached_property
    def is_write(self) -> bool:
        """Asks for a change of records; definitions of properties are none."""
        if self.method == "GET" or self.is_token or self.path.endswith(READING_ENDS):
            return False
        if "/properties/" in self.path or "account-info" in self.path:
            return False
        if self.path.endswith("/batch") and self.vendor == "quickbooks":
            return any("operation" in item for item in self.batch_items)
        return self.vendor != "hubspot" or not self.path.endswith("/read")

    @property
    def batch_items(self) -> list[dict[str, Any]]:
        body = self.json if isinstance(self.json, dict) else {}
        items = body.get("BatchItemRequest") or []
        return [item for item in items if isinstance(item, dict)]

    @property
    def is_search(self) -> bool:
        """A read of what changed or what there is."""
        if self.vendor == "hubspot":
            return self.path.endswith("/search") or (
                self.method == "GET" and "/objects/" in self.path and "limit=" in self.query
            )
        return self.path.endswith(("/query", "/cdc"))

    @property
    def is_of_records(self) -> bool:
        """A read of records or of what they are associated with."""
        if self.is_search:
            return True
        is_hubspot = self.vendor == "hubspot" and not self.is_write and not self.is_token
        return is_hubspot and ("/objects/" in self.path or "/associations/" in self.path)

    @property
    def undoes(self) -> list[tuple[str, str]]:
        """The documents and payments that it asks to delete, archive or void: kind and id."""
        body = self.json if isinstance(self.json, dict) else {}
        if self.vendor == "hubspot":
            kind = self.path.partition("/batch/")[0].rpartition("/")[2]
            some = [
                str(one.get("id"))
                for one in body.get("inputs") or ()
                if self.path.endswith("/batch/archive") or _voids(one)
            ]
        else:
            kind = self.path.rpartition("/")[2].capitalize()
            some = []
            if "operation=void" in self.query or "operation=delete" in self.query:
                some = [str(body.get("Id"))]
            for item in self.batch_items:
                if item.get("optionsData") == "void" or item.get("operation") == "delete":
                    kind = next((name for name in _DOCUMENTS if name in item), kind)
                    some.append(str(item[kind]["Id"]) if kind in item else "")
        return [(kind, id_) for id_ in some] if kind in _DOCUMENTS else []

    def shown(self) -> str:
        what = f"{self.vendor} {self.method} {self.path}"
        return f"#{self.number} pid {self.pid} {what} -> {self.status} {','.join(self.troubles)}"


def _voids(change: Any) -> bool:
    properties = (change.get("properties") or {}) if isinstance(change, dict) else {}
    return bool(properties.get("hs_invoice_status") == "voided")


def descendants(pid: int) -> Iterator[int]:
    """Of processes that may end while we look."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return
    for task in tasks:
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            yield child
            yield from descendants(child)


def owner_of(port: int, proxy_port: int) -> int:
    """The process of ours whose socket has this local port; 0 when it is gone already."""
    inode = _inode(port, proxy_port)
    if not inode:
        return 0
    for pid in descendants(os.getpid()):
        if _has_socket(pid, f"socket:[{inode}]"):
            return pid
    return 0


def _inode(port: int, proxy_port: int) -> str:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        parts = line.split()
        local, remote = (int(parts[place].rpartition(":")[2], 16) for place in (1, 2))
        if (local, remote) == (port, proxy_port):
            return parts[9]
    return ""


def _has_socket(pid: int, name: str) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        return any(os.readlink(f"{folder}/{fd}") == name for fd in os.listdir(folder))  # noqa: PTH115, PTH208
    except OSError:
        return False
