"""The sandbox's time: real time plus what `/control/clock` advanced it by."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    def __init__(self) -> None:
        self.offset_seconds = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def now_ms(self) -> int:
        return int((time.time() + self.offset_seconds) * 1000)

    def monotonic(self) -> float:
        """Seconds for windows and expiries; never goes back, jumps when the clock is advanced."""
        return time.monotonic() + self.offset_seconds

    def advance(self, seconds: float) -> None:
        self.offset_seconds += seconds
