"""The account's call limits: hubspot-api.md 11 [USAGE]."""

from collections.abc import Mapping

from sandbox.clock import Clock
from sandbox.limits import DAY_SECONDS, Windows

# calls in 10 seconds and per day of an app with a static token; of associations in 10 seconds
_TIERS = {
    "free": (100, 250_000, 100),
    "starter": (100, 250_000, 100),
    "professional": (190, 625_000, 150),
    "enterprise": (190, 1_000_000, 150),
}
_INCREASED = (250, 1_000_000)
_OAUTH_BURST = 110
_SEARCHES_PER_SECOND = 5
_ASSOCIATIONS_PER_DAY = 500_000

BURST_SECONDS = 10


class Limits:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tier: tuple[int, ...] = ()
        self._quotas: Mapping[str, tuple[int, float]] = {}
        self.windows = Windows(clock, {})

    def set_tier(self, tier: str, *, increased: bool) -> None:
        burst, daily, associations = _TIERS[tier]
        if increased:
            burst, daily = _INCREASED[0], daily + _INCREASED[1]
        wanted = (burst, daily, associations)
        if wanted == self._tier:
            return
        self._tier = wanted
        self._quotas = {
            "burst": (burst, BURST_SECONDS),
            "oauth burst": (_OAUTH_BURST, BURST_SECONDS),
            "search": (_SEARCHES_PER_SECOND, 1),
            "associations": (associations, BURST_SECONDS),
            "daily": (daily, DAY_SECONDS),
            "associations daily": (_ASSOCIATIONS_PER_DAY, DAY_SECONDS),
        }
        self._renew()

    def set_pace(self, time_scale: float | None, foreign_calls_per_second: float | None) -> None:
        if time_scale is not None:
            self.windows.time_scale = float(time_scale)
        if foreign_calls_per_second is not None:
            self.windows.foreign_calls_per_second = float(foreign_calls_per_second)

    def forget(self) -> None:
        """A new account: nothing used yet, no other app."""
        self.windows = Windows(self._clock, self._quotas)

    def calls_of(self, name: str) -> int:
        return self._quotas[name][0]

    def daily_usage(self) -> tuple[int, int]:
        """(used, limit) of the day."""
        limit = self.calls_of("daily")
        return limit - self.windows.remaining("daily"), limit

    def _renew(self) -> None:
        old, self.windows = self.windows, Windows(self._clock, self._quotas)
        self.set_pace(old.time_scale, old.foreign_calls_per_second)
