"""What is asked of a vendor, and how it goes onto the wire. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import simplejson


@dataclass(frozen=True, slots=True)
class Request:
    """`url` is a path below the base address, or a whole address of the same origin (a page
    link). `is_read` calls may be repeated freely. `family` names the limits the call counts in.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    data: Mapping[str, str] | str | bytes | None = None
    is_read: bool = False
    family: str = ""

    def wire_headers(self, token: str) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": "ledgerline"}
        if self.json is not None:
            headers["Content-Type"] = "application/json"
        return headers | dict(self.headers) | {"Authorization": f"Bearer {token}"}

    def wire_body(self) -> Any:
        """Amounts as JSON numbers, with no float in between."""
        if self.json is None:
            return dict(self.data) if isinstance(self.data, Mapping) else self.data
        return simplejson.dumps(self.json, use_decimal=True, ensure_ascii=False).encode()
