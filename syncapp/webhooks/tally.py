"""How many events came, by account and hour: what an admin is shown."""

import logging
import threading
import time
from collections import Counter
from datetime import datetime

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from syncapp.engine.records import Side
from syncapp.models import WebhookTally

logger = logging.getLogger(__name__)

_REST_SECONDS = 10.0


def count(side: Side, account_id: str = "", **numbers: int) -> None:
    """`accepted`, `repeated`, `ignored`, `refused`."""
    added = {name: number for name, number in numbers.items() if number}
    if not added:
        return
    now = timezone.now()
    mine = {"vendor": side.value, "account_id": account_id, "hour": _hour(now)}
    more = {name: F(name) + number for name, number in added.items()}
    if not WebhookTally.objects.filter(**mine).update(last_at=now, **more):
        row, _ = WebhookTally.objects.get_or_create(**mine, defaults={"last_at": now})
        WebhookTally.objects.filter(pk=row.pk).update(last_at=now, **more)


class Refusals:
    """Strangers can send as much as they like: what they send is counted in memory and written
    once in a while, so that it makes no work."""

    def __init__(self, rest_seconds: float = _REST_SECONDS) -> None:
        self._rest_seconds = rest_seconds
        self._lock = threading.Lock()
        self._unwritten: Counter[Side] = Counter()
        self._written_at: dict[Side, float] = {}

    def note(self, side: Side) -> None:
        number = self._due(side)
        if not number:
            return
        logger.warning("Webhooks of %s refused: %s", side.product_name, number)
        try:
            count(side, refused=number)
        except DatabaseError:
            with self._lock:
                self._unwritten[side] += number

    def _due(self, side: Side) -> int:
        now = time.monotonic()
        with self._lock:
            self._unwritten[side] += 1
            written_at = self._written_at.get(side)
            if written_at is not None and now - written_at < self._rest_seconds:
                return 0
            self._written_at[side] = now
            return self._unwritten.pop(side)


refusals = Refusals()


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
