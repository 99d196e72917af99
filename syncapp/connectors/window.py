"""One limit of a vendor's: so many calls in any so many seconds, counted as they go.

Where others use up a part of it the window narrows: to what is left, where the vendor says so,
and by a part after each refusal, from which it recovers slowly.
"""

from collections import deque
from contextlib import suppress

# Their clock is not ours and calls do not travel equally fast: a hair wider than they count, by
# seconds and by a part of a window that is itself that short.
WIDENING = 1.005
JITTER_SECONDS, MOST_JITTER = 0.2, 0.2
AFTER_A_REFUSAL = 0.8  # of what was used when it came
RECOVERY = 0.03  # of the whole limit, for each time that the window passes
RESERVE = 0.1  # of the lower limit, ours or theirs, for calls of others and of ours under way


class Window:
    def __init__(self, calls: int, seconds: float) -> None:
        self.seconds = seconds * WIDENING + min(JITTER_SECONDS, seconds * MOST_JITTER)
        self.calls = calls
        self._taken: deque[float] = deque()
        self._narrowed_to, self._narrowed_at = float(calls), 0.0
        self._others = 0
        self._reserve = int(RESERVE * calls)

    def count(self, now: float) -> None:
        self._taken.append(now)

    def recount(self, before: float, now: float) -> None:
        """A call that was counted before, and goes only now."""
        with suppress(ValueError):  # it has left the window meanwhile
            self._taken.remove(before)
        self._taken.append(now)

    def until_free(self, now: float, parts: int = 1, after: int = 0) -> float:
        """Seconds until a call may go, 0: now; or one that `after` others go before. `parts`: so
        many workers share the limit."""
        calls, used = max(1, self._room(now) // parts), self.used(now)
        windows, after = divmod(after, calls)
        place = used + after - calls  # of the call that must have left the window
        wait = self._taken[place] + self.seconds - now if place >= 0 else 0.0
        return wait + windows * self.seconds

    @property
    def is_half_full(self) -> bool:
        return len(self._taken) >= self.calls / 2

    def used(self, now: float) -> int:
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        return len(self._taken)

    def refused(self, now: float) -> None:
        """Once for all calls that were under way."""
        if now - self._narrowed_at > self.seconds / 10:
            used = min(self.used(now), self._room(now))
            self._narrowed_to, self._narrowed_at = max(1.0, AFTER_A_REFUSAL * used), now

    def told(self, now: float, *, most: int, left: int, parts: int = 1) -> None:
        """The vendor allows `most` calls and counts `left` of them as unused."""
        ours = self.used(now) + (parts - 1) * (self._room(now) // parts)
        self._others = max(0, most - left - ours) - (most - self.calls)
        self._reserve = int(RESERVE * min(most, self.calls))

    def _room(self, now: float) -> int:
        recovered = RECOVERY * self.calls * (now - self._narrowed_at) / self.seconds
        others = self._others + self._reserve if self._others > 0 else 0
        room = min(self.calls - others, int(self._narrowed_to + recovered))
        return min(self.calls, max(1, room))
