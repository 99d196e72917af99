"""When a task of the queue last ran."""

from datetime import datetime, timedelta

from syncapp.models import Heartbeat

WORKER = "worker"
WORKER_SILENCE = timedelta(minutes=2)


def worker_seen_at() -> datetime | None:
    return Heartbeat.objects.filter(name=WORKER).values_list("at", flat=True).first()
