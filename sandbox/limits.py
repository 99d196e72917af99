"""Call quotas: sliding windows of seconds or minutes, and counters that start again each day or
month. Both vendors refuse with it; neither the answer nor its headers are made here."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from sandbox.clock import Clock

DAY_SECONDS = 86_400
MONTH_SECONDS = 28 * DAY_SECONDS  # from here on a window is a calendar month


class _Window(Protocol):
    calls: int
    seconds: float

    def used(self, scale: float) -> int: ...

    def count(self) -> None: ...

    def seconds_until_free(self, scale: float) -> float: ...


class _Sliding:
    def __init__(self, clock: Clock, calls: int, seconds: float) -> None:
        self._clock = clock
        self.calls = calls
        self.seconds = seconds
        self._taken: deque[float] = deque()

    def used(self, scale: float) -> int:
        now = self._clock.monotonic()
        horizon = now - self.seconds / scale
        while self._taken and not horizon < self._taken[0] <= now:  # a reset turns the clock back
            self._taken.popleft()
        return len(self._taken)

    def count(self) -> None:
        self._taken.append(self._clock.monotonic())

    def seconds_until_free(self, scale: float) -> float:
        if not self._taken:  # another app alone fills it
            return self.seconds / scale
        return max(0.0, self._taken[0] + self.seconds / scale - self._clock.monotonic())


class _Calendar:
    """Counts within a UTC day or month, as the vendors' long quotas do (hubspot-api.md 11,
    quickbooks-api.md 14). Follows the clock alone: a time scale does not shorten a day."""

    def __init__(self, clock: Clock, calls: int, seconds: float) -> None:
        self._clock = clock
        self.calls = calls
        self.seconds = seconds
        self._period = ""
        self._count = 0

    def used(self, scale: float) -> int:  # noqa: ARG002  same shape as a sliding window
        now = self._clock.now()
        period = now.strftime("%Y-%m" if self.seconds >= MONTH_SECONDS else "%Y-%m-%d")
        if period != self._period:
            self._period, self._count = period, 0
        return self._count

    def count(self) -> None:
        self._count += 1

    def seconds_until_free(self, scale: float) -> float:  # noqa: ARG002
        now = self._clock.now()
        start = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.seconds >= MONTH_SECONDS:
            following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        else:
            following = start + timedelta(days=1)
        return (following - now).total_seconds()


class Windows:
    """Quotas by name, each (calls, seconds); `take` counts a call in several at once or in none.

    `time_scale` 20 makes every sliding window pass twenty times as fast. `shared` names the
    quotas another app uses too (all of them unless given): `foreign_calls_per_second` is what it
    takes away.
    """

    def __init__(
        self,
        clock: Clock,
        windows: Mapping[str, tuple[int, float]],
        shared: Collection[str] | None = None,
    ) -> None:
        self._clock = clock
        self._windows: dict[str, _Window] = {
            name: (_Calendar if seconds >= DAY_SECONDS else _Sliding)(clock, calls, seconds)
            for name, (calls, seconds) in windows.items()
        }
        self._shared = frozenset(windows if shared is None else shared)
        self.time_scale = 1.0
        self._foreign_rate = 0.0
        self._foreign_since = 0.0

    @property
    def foreign_calls_per_second(self) -> float:
        return self._foreign_rate

    @foreign_calls_per_second.setter
    def foreign_calls_per_second(self, rate: float) -> None:
        self._foreign_rate = float(rate)
        self._foreign_since = self._clock.monotonic()

    def take(self, names: Sequence[str]) -> str | None:
        """None when the call was counted in all of them, else the first full one's name."""
        for name in names:
            if self.remaining(name) <= 0:
                return name
        for name in names:
            self._windows[name].count()
        return None

    def remaining(self, name: str) -> int:
        window = self._windows[name]
        used = window.used(self.time_scale) + self._foreign_used(name, window)
        return max(0, window.calls - used)

    def seconds_until_free(self, name: str) -> float:
        """Real seconds from now; 0 when a call would be let through now."""
        if self.remaining(name) > 0:
            return 0.0
        return self._windows[name].seconds_until_free(self.time_scale)

    def _foreign_used(self, name: str, window: _Window) -> int:
        if not self._foreign_rate or name not in self._shared:
            return 0
        running = max(0.0, self._clock.monotonic() - self._foreign_since) * self.time_scale
        return int(self._foreign_rate * min(running, window.seconds))
