"""When to try again. The jitter comes from outside, so that the answer is a pure function."""

from datetime import timedelta


def wait_after(attempts: int, *, cap: timedelta, jitter: float) -> timedelta:
    """Half a minute, doubled with each attempt, up to `cap`; `jitter` (0 to 1) spreads the last
    half of it so that many records do not come back in one moment."""
    full = min(timedelta(seconds=30 << min(max(attempts - 1, 0), 20)), cap)
    return full / 2 + full / 2 * jitter
