"""Beside the batches: creates that go alone, each under its own request id.

QuickBooks takes 40 batches of 30 a minute, and 500 calls in all: what the batches leave of them is
room for 460 records more.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from syncapp.connectors.threads import CallersThreads

BATCHES_AT_ONCE, SINGLES_AT_ONCE = 4, 6  # quickbooks-api.md 14: ten in flight

Forecast = Callable[[str, int], float]


class Lane:
    """The threads of both, so that singles do not stand behind batches that wait for their turn."""

    def __init__(self, forecast: Forecast) -> None:
        self._forecast = forecast
        self.batches: Executor = CallersThreads(BATCHES_AT_ONCE, thread_name_prefix="batches")
        self.singles: Executor = CallersThreads(SINGLES_AT_ONCE, thread_name_prefix="singles")

    def chosen(self, creates: Sequence[int], size: int) -> set[int]:
        """Of these places those that go alone: as many as fill a batch go where the last of them
        will have its turn first."""
        alone: set[int] = set()
        batches = 0
        for start in range(0, len(creates), size):
            together = creates[start : start + size]
            as_batch = self._forecast("batch", batches)
            if self._forecast("single", len(alone) + len(together) - 1) < as_batch:
                alone |= set(together)
            else:
                batches += 1
        return alone

    def close(self) -> None:
        self.batches.shutdown()
        self.singles.shutdown()
