"""The one schedule of the queue: a sweep every minute. Made again whenever it is not as it should
be, after every migrate and at every start of `manage.py up`."""

from django.db import transaction
from django_q.models import Schedule

NAME = "ledgerline: look for due work"
SWEEP = "syncapp.tasks.sweep"


def ensure_schedules() -> None:
    wanted = {
        "func": SWEEP,
        "schedule_type": Schedule.MINUTES,
        "minutes": 1,
        "repeats": -1,
        "args": None,
        "kwargs": None,
    }
    with transaction.atomic():
        rows = list(Schedule.objects.select_for_update().filter(name=NAME).order_by("pk"))
        if not rows:
            Schedule.objects.create(name=NAME, **wanted)
            return
        Schedule.objects.filter(pk__in=[row.pk for row in rows[1:]]).delete()
        if any(getattr(rows[0], field) != value for field, value in wanted.items()):
            Schedule.objects.filter(pk=rows[0].pk).update(**wanted)
