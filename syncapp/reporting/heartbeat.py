"""When a task of the queue last ran."""

from datetime import datetime, timedelta

from syncapp.models import Heartbeat

WORKER_SILENCE = timedelta(minutes=2)


def worker_seen_at() -> datetime | None:
    rows = Heartbeat.objects.filter(name=Heartbeat.WORKER).values_list("at", flat=True)
    return rows.first()
