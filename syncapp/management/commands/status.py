"""`manage.py status`: how each integration stands, for people and as JSON for monitors."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from rich.console import Console

from syncapp.management.tables import counts_table, status_lines
from syncapp.reporting.status import statuses


class Command(BaseCommand):
    help = "Show lease, last pass, what is owed and the counts of each integration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, **options: Any) -> None:
        found = statuses()
        if options["json"]:
            shown = {status.integration: status.as_json() for status in found}
            body = json.dumps({"integrations": shown}, cls=DjangoJSONEncoder, indent=2)
            self.stdout.write(body)
            return
        if not found:
            self.stdout.write("There is no integration yet. Make one with manage.py configure.")
        for status in found:
            self.stdout.write("\n".join(status_lines(status)))
            console = Console(file=self.stdout)  # type: ignore[arg-type]
            console.print(counts_table(status.entities))
