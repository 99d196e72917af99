"""When tasks of the workers last ran."""

from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.utils import timezone

from syncapp.models import Heartbeat

WORKER_SILENCE = timedelta(minutes=2)
# A machine that went for good tells nobody; a jammed worker is running again long before.
LOST_AFTER = timedelta(minutes=15)


class Workers(Enum):
    NEVER_SEEN = "no task has run yet"
    SILENT = "no task has run for two minutes"
    ONE_SILENT = "one of the workers has run no task for two minutes"
    WELL = "ok"


def worker_seen_at() -> datetime | None:
    """The last sign of any of them."""
    return max(_seen().values(), default=None)


def quietest_seen_at() -> datetime | None:
    """The last sign of the one that has been silent the longest, of those in service."""
    seen = _seen()
    in_service = {name: at for name, at in seen.items() if name != Heartbeat.ENDED}
    return min((in_service or seen).values(), default=None)


def how_workers_are() -> Workers:
    last, quietest = worker_seen_at(), quietest_seen_at()
    if last is None or quietest is None:
        return Workers.NEVER_SEEN
    if _is_long_ago(last):
        return Workers.SILENT
    return Workers.ONE_SILENT if _is_long_ago(quietest) else Workers.WELL


def this_worker_is_silent() -> bool:
    seen_at = _seen().get(settings.WORKER_NAME)
    return seen_at is None or _is_long_ago(seen_at)


def forget_lost_workers() -> None:
    """By one that works, so that the last of them is never forgotten."""
    lost = Heartbeat.objects.exclude(name=Heartbeat.ENDED)
    lost.filter(at__lt=timezone.now() - LOST_AFTER).delete()


def _seen() -> dict[str, datetime]:
    return dict(Heartbeat.objects.values_list("name", "at"))


def _is_long_ago(at: datetime) -> bool:
    return timezone.now() - at >= WORKER_SILENCE
