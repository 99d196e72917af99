"""Everything the sandbox knows: both vendors, the clock, and what tests arranged around them."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.options import Options
from sandbox.requestlog import RequestLog
from sandbox.vendor import ChangeListener, Vendor
from sandbox.webhooks import Webhooks

VendorMaker = Callable[[Clock, ChangeListener], Vendor]


class World:
    """Hold `lock` around everything but waiting; nothing in here sleeps."""

    def __init__(self, makers: Mapping[str, VendorMaker]) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.options = Options()
        self.log = RequestLog()
        self.faults = Faults()
        self.accounts: dict[str, Any] = {}
        self.webhooks = Webhooks(
            self.lock, lambda: self.accounts, lambda: self.options.webhook_shape
        )
        self.vendors = {name: make(self.clock, self._changed) for name, make in makers.items()}
        self.version = 0  # grows with every change worth saving

    def reset(self, seed: Callable[["World"], None]) -> dict[str, Any]:
        """A fresh world; answers the credentials of its accounts."""
        self.clock.offset_seconds = 0.0
        self.options = Options()
        self.faults.clear()
        self.webhooks.clear()
        self.accounts = {name: vendor.reset() for name, vendor in self.vendors.items()}
        seed(self)
        self.log.clear()
        self.version += 1
        return self.accounts

    def dump(self) -> dict[str, Any]:
        return {name: vendor.dump() for name, vendor in self.vendors.items()}

    def save(self) -> dict[str, Any]:
        return {
            "clock_offset_seconds": self.clock.offset_seconds,
            "options": self.options.shown(),
            "accounts": self.accounts,
            "webhooks": self.webhooks.save(),
            "vendors": {name: vendor.save() for name, vendor in self.vendors.items()},
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        self.clock.offset_seconds = float(saved["clock_offset_seconds"])
        self.accounts = saved["accounts"]
        for name, vendor in self.vendors.items():
            vendor.load(saved["vendors"][name])
        self.options = Options()
        self.options.change(saved["options"], self.vendors)
        self.webhooks.load(saved["webhooks"])

    def _changed(self, vendor: str, event: dict[str, Any]) -> None:
        self.version += 1
        self.webhooks.changed(vendor, event)
