"""`manage.py export`: what the sync knows, as JSON lines or CSV, for people and programs."""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from syncapp.models import Integration
from syncapp.reporting.exports import COLUMNS, EXPORTS, Row, exported

# A spreadsheet takes these for the start of a formula; an apostrophe makes them text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Command(BaseCommand):
    help = "Export links, failing or excluded records, conflicts or activity."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--what", choices=tuple(EXPORTS), required=True)
        parser.add_argument("--integration", metavar="NAME", help="only this one")
        parser.add_argument("--csv", action="store_true", help="CSV instead of JSON lines")

    def handle(self, **options: Any) -> None:
        rows = exported(options["what"], _chosen(options["integration"]))
        if options["csv"]:
            self._write_csv(rows)
        else:
            for row in rows:
                self.stdout.write(json.dumps(row, ensure_ascii=False))

    def _write_csv(self, rows: Iterable[Row]) -> None:
        writer = csv.DictWriter(self.stdout, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: harmless(value) for name, value in row.items()})


def harmless(value: Any) -> Any:
    """Also for numbers with a minus: what leaves here is text to read, not to calculate with."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _chosen(name: str | None) -> list[Integration]:
    rows = Integration.objects.all()
    found = list(rows.filter(name=name) if name else rows)
    if name and not found:
        message = f"There is no integration “{name}”."
        raise CommandError(message, returncode=2)
    return found
