"""When somebody may be told. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Manners:
    """`quiet_from` and `quiet_until` are of this zone and may lie on both sides of midnight; equal
    or missing: no hour is quiet."""

    digest: timedelta = timedelta(0)
    quiet_from: time | None = None
    quiet_until: time | None = None
    zone: str = "UTC"


def tell_at(manners: Manners, now: datetime, *, at_once: bool) -> datetime:
    if at_once:
        return now
    return after_the_quiet(manners, now + manners.digest)


def after_the_quiet(manners: Manners, moment: datetime) -> datetime:
    """This moment, or the end of the quiet hours it falls into."""
    begin, end = manners.quiet_from, manners.quiet_until
    if begin is None or end is None or begin == end:
        return moment
    local = moment.astimezone(ZoneInfo(manners.zone))
    if not _is_between(begin, local.time(), end):
        return moment
    day = local.date() + timedelta(days=1 if local.time() >= end else 0)
    return datetime.combine(day, end, ZoneInfo(manners.zone)).astimezone(UTC)


def try_again_at(now: datetime, attempts: int) -> datetime:
    pause: timedelta = FIRST_PAUSE * 2 ** min(attempts, 10)
    return now + min(pause, LONGEST_PAUSE)


def _is_between(begin: time, moment: time, end: time) -> bool:
    if begin < end:
        return begin <= moment < end
    return moment >= begin or moment < end
