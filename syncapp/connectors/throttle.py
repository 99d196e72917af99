"""Keeps our calls inside a vendor's limits: one sliding window per limit (window.py), all limits
of a call taken together under one lock. Lives in the process that holds the lease."""

import math
import threading
import time
from collections.abc import Callable, Mapping

from syncapp.connectors.window import Window
from syncapp.engine.said import said
from syncapp.errors import RateLimited, TooLate

Limits = Mapping[str, tuple[int, float]]  # name -> (calls, seconds)
Families = Mapping[str, tuple[str, ...]]  # family of a call -> the limits it counts in

LONGEST_PAUSE_SECONDS = 15.0

# hubspot-api.md 11: what an OAuth app gets; search is counted apart from everything else.
HUBSPOT_LIMITS: Limits = {"burst": (110, 10.0), "search": (5, 1.0)}
HUBSPOT_FAMILIES: Families = {
    "": ("burst",),
    "search": ("search",),
    "associations": ("burst",),  # a limit of their own as well, larger than what we need
}

# quickbooks-api.md 14: batch calls count in the others as well.
QUICKBOOKS_LIMITS: Limits = {"minute": (500, 60.0), "burst": (10, 1.0), "batch": (40, 60.0)}
QUICKBOOKS_FAMILIES: Families = {
    "": ("minute", "burst"),
    "batch": ("minute", "burst", "batch"),
    "single": ("minute", "burst", "single"),
}
MOST_SINGLES = 460  # of a minute's 500 calls the batches take 40


class Throttle:
    """A family without an entry counts in nothing."""

    def __init__(
        self,
        limits: Limits,
        families: Families,
        *,
        on_pause: Callable[[float], None] = lambda _seconds: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._on_pause = on_pause
        self._windows = {name: Window(*limit) for name, limit in limits.items()}
        self._families = families
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._paused_until = 0.0
        self._parts = 1
        self._turn = threading.local()  # of each thread: when its call was counted, and in what

    def take(self, family: str = "", patience: float = math.inf) -> float:
        """Blocks until the call fits into all of its limits; answers the seconds it waited.

        A pause that the vendor asked for and that is long is not waited for: `RateLimited`. A call
        whose turn comes after more than `patience` seconds takes none: `TooLate`.
        """
        waited = 0.0
        while (seconds := self._try(self._families.get(family, ()))) > 0:
            if waited + seconds > patience:
                error = TooLate("The vendor's limits leave no room for this call yet.")
                error.wait_seconds = seconds
                raise error
            self._sleep(seconds)
            waited += seconds
        return waited

    def goes(self) -> None:
        """The call of this thread whose turn has come is sent at this moment, which may be later:
        who answers counts it now."""
        counted = getattr(self._turn, "counted", None)
        if counted is None:
            return
        before, windows = counted
        with self._lock:
            now = self._clock()
            for window in windows:
                window.recount(before, now)
        self._turn.counted = now, windows

    def forecast(self, family: str, after: int) -> float:
        """Seconds until a call could go that `after` others of its family go before; takes none."""
        with self._lock:
            now = self._clock()
            windows = [self._windows[name] for name in self._families.get(family, ())]
            turns = (one.until_free(now, self._parts, after) for one in windows)
            return max(self._paused_until - now, 0.0, *turns)

    def pause(self, seconds: float) -> None:
        """After a 429: nobody sends before then, in other processes neither."""
        self.hold(seconds)
        self._on_pause(seconds)

    def hold(self, seconds: float) -> None:
        """A pause that another process was asked for."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    def refused(self, family: str = "") -> None:
        """A 429: somebody else uses up a part of what this call counts in."""
        with self._lock:
            now = self._clock()
            windows = [self._windows[name] for name in self._families.get(family, ())]
            for window in [one for one in windows if one.is_half_full] or windows:
                window.refused(now)

    def told(self, family: str, *, most: int, left: int) -> None:
        """What an answer says about the limit that it counted in."""
        if family:  # it speaks of limits that we do not count one by one
            return
        with self._lock:
            for name in self._families.get(family, ()):
                self._windows[name].told(self._clock(), most=most, left=left, parts=self._parts)

    def share(self, parts: int) -> None:
        """So many workers use one account at the same time: each takes its part of the limits."""
        with self._lock:
            self._parts = max(1, parts)

    def _try(self, names: tuple[str, ...]) -> float:
        """0 when the call was counted in all of its limits, else the seconds until it may fit."""
        with self._lock:
            now = self._clock()
            self._refuse_long_pause(now)
            windows = [self._windows[name] for name in names]
            wait = max((one.until_free(now, self._parts) for one in windows), default=0.0)
            wait = max(wait, self._paused_until - now)
            if wait <= 0:
                for window in windows:
                    window.count(now)
                self._turn.counted = now, windows
            return max(wait, 0.0)

    def _refuse_long_pause(self, now: float) -> None:
        left = self._paused_until - now
        if left > LONGEST_PAUSE_SECONDS:
            error = RateLimited(
                said("The vendor asked us to wait another {left} seconds.", left=f"{left:.0f}")
            )
            error.retry_after_seconds = left
            raise error
