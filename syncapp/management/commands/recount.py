"""`manage.py recount`: the kept counts of records, counted anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from syncapp.errors import Busy
from syncapp.models import Integration
from syncapp.pipeline import tally


class Command(BaseCommand):
    help = "Count the records of each integration anew; the worker does it once a day by itself."

    def handle(self, **_: Any) -> None:
        busy = []
        for integration in Integration.objects.all():
            try:
                wrong = tally.recount(integration)
            except Busy as error:
                busy.append(error.message)
                continue
            found = f"{wrong} numbers were wrong" if wrong else "all numbers are right"
            self.stdout.write(f"{integration.name}: {found}.")
        if busy:
            raise CommandError("\n".join(busy))
