"""G12: tasks of the queue: one for a pass, never one for a record; what each costs."""

import json

from benchmarks.floors import Size
from benchmarks.report import Report
from benchmarks.stage import stage

TASK_BAR = 3.0
START_BAR = 0.3

_COST = """
import os, time, statistics, json
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_site.settings")
import django; django.setup()
from django_q.models import OrmQ
from syncapp.models import Integration
from syncapp.pipeline.wake import wake
integration = Integration.objects.get()
OrmQ.objects.all().delete()
begun = time.process_time()
for _ in range(200):
    wake(integration.pk, "schedule")
took = 1000 * (time.process_time() - begun) / 200
print(json.dumps({"ms": took, "rows": OrmQ.objects.count()}))
"""


def run(report: Report, *, quick: bool) -> None:
    size = Size(100 if quick else 1000)
    with stage() as here:
        here.load("hubspot", size)
        here.run()
        cost = json.loads(here.ours.python("-c", _COST).splitlines()[-1])
    report.value("queue ms CPU a task", cost["ms"], TASK_BAR)
    report.value("queue rows after 200 rings", cost["rows"], 200)
