"""When tasks of the workers last ran."""

from collections.abc import Mapping
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
    return _last(_seen())


def quietest_seen_at() -> datetime | None:
    """The last sign of the one that has been silent the longest, of those in service."""
    return _quietest(_seen())


def is_well(seen_at: datetime | None) -> bool:
    return seen_at is not None and timezone.now() - seen_at < WORKER_SILENCE


def how_workers_are() -> Workers:
    seen = _seen()
    if not seen:
        return Workers.NEVER_SEEN
    if not is_well(_last(seen)):
        return Workers.SILENT
    return Workers.WELL if is_well(_quietest(seen)) else Workers.ONE_SILENT


def this_worker_is_silent() -> bool:
    return not is_well(_seen().get(settings.WORKER_NAME))


def forget_lost_workers() -> None:
    """By one that works, so that the last of them is never forgotten."""
    lost = Heartbeat.objects.exclude(name=Heartbeat.ENDED)
    lost.filter(at__lt=timezone.now() - LOST_AFTER).delete()


def _seen() -> dict[str, datetime]:
    return dict(Heartbeat.objects.values_list("name", "at"))


def _last(seen: Mapping[str, datetime]) -> datetime | None:
    return max(seen.values(), default=None)


def _quietest(seen: Mapping[str, datetime]) -> datetime | None:
    in_service = {name: at for name, at in seen.items() if name != Heartbeat.ENDED}
    return min((in_service or seen).values(), default=None)
