"""Sandbox and product side by side, and the calls of one pass."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.floors import Size
from benchmarks.installation import Installation, Measured
from benchmarks.simulator import Simulator, simulator
from benchmarks.trade import Trade

# Asked once in the life of a connection or a token, whatever the size: who it is, our properties.
_ONCE = re.compile(r"/account-info/|/companyinfo/|/preferences|/crm/properties/|/token")

HOUR, PAUSE = 3600, 240


def is_once(endpoint: str) -> bool:
    return bool(_ONCE.search(endpoint))


@dataclass(frozen=True, slots=True)
class Calls:
    """`once` are not counted in the others. `own` is what the sandbox computed, in seconds."""

    total: int
    once: int
    own: float
    by_endpoint: dict[str, int]


class Stage:
    def __init__(self, simulator: Simulator, folder: Path, **settings: str) -> None:
        self.simulator = simulator
        self.ours = Installation(folder, simulator, **settings)

    def load(self, side: str, size: Size, **options: Any) -> None:
        """A fresh world and a fresh installation."""
        self.simulator.load(side, size)
        self.ours.start()
        if options:
            self.simulator.options(**options)

    def trade(self, side: str, size: Size) -> Trade:
        return Trade(self.simulator, side, size)

    def run(self, passes: int = 1, **asked: Any) -> tuple[Measured, Calls]:
        """The last of so many passes; the calls are those of all of them."""
        self.simulator.forget_requests()
        before = self.simulator.cpu_seconds()
        measured = self.ours.passes(passes, **asked)[-1]
        if measured.error:
            raise RuntimeError(measured.error)
        return measured, self.calls(before)

    def rest(self, trade: Trade) -> None:
        """What is looked at once an hour, and once after much has changed, is over then."""
        for seconds in (HOUR, PAUSE, PAUSE):
            trade.pass_time(seconds)
            self.run()
        trade.pass_time(PAUSE)

    def calls(self, before: float) -> Calls:
        endpoints = self.simulator.requests()["by_endpoint"]
        once = sum(number for name, number in endpoints.items() if is_once(name))
        total = sum(endpoints.values())
        return Calls(total - once, once, self.simulator.cpu_seconds() - before, endpoints)


@contextmanager
def stage(**settings: str) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="ledgerline-bench-") as folder, simulator() as one:
        yield Stage(one, Path(folder), **settings)
