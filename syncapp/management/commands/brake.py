"""`manage.py brake`: shows why passes stand still, and lets them go on."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from syncapp.models import Brake
from syncapp.pipeline.guards.brake import release

PULLED = 1


class Command(BaseCommand):
    help = "Show which integrations the safety brake has stopped; --release lets them go on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--integration", metavar="NAME", help="only this one")
        parser.add_argument(
            "--release", action="store_true", help="as much as was planned may go, once"
        )

    def handle(self, **options: Any) -> str | None:
        brakes = Brake.objects.filter(released_at__isnull=True).select_related("integration")
        if options["integration"]:
            brakes = brakes.filter(integration__name=options["integration"])
        if not brakes:
            return "No brake is pulled."
        for brake in brakes:
            self.stdout.write(f"{brake.integration}, {brake.pulled_at:%Y-%m-%d %H:%M} UTC:")
            self.stdout.write(f"  {brake.sentence}")
            if options["release"]:
                release(brake, f"{getpass.getuser()} (command line)")
                self.stdout.write("  Released: it goes on with the next pass.")
        if not options["release"]:
            raise SystemExit(PULLED)
        return None
