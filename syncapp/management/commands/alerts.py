"""`manage.py alerts`: what stands is noticed and told, once. The worker does it every minute; run
from a timer it also tells when the worker itself does nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from syncapp import alerts


class Command(BaseCommand):
    help = "Notice what stands and tell whoever wants to know; may run beside the worker."

    def handle(self, **_: Any) -> None:
        told = alerts.watch()
        self.stdout.write(f"Told: {told}.")
