"""`manage.py configure FILE`: connections, integrations and rules from YAML, or `--export`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from syncapp.management.configuration.apply import carry_out
from syncapp.management.configuration.document import DocumentErrors, read_document
from syncapp.management.configuration.export import exported
from syncapp.models import Connection

CANNOT = 2


class Command(BaseCommand):
    help = "Create or update connections, integrations and rules from a YAML file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="the file; - reads standard input")
        parser.add_argument(
            "--export", action="store_true", help="write the present configuration instead"
        )

    def handle(self, **options: Any) -> None:
        if options["export"]:
            self._export(options["file"])
        elif options["file"]:
            self._configure(options["file"])
        else:
            message = "Name the file to read, or --export to write one."
            raise CommandError(message, returncode=CANNOT)

    def _configure(self, file: str) -> None:
        try:
            document = read_document(_text(file), _stored())
            outcome = carry_out(document)
        except DocumentErrors as found:
            lines = "\n".join(f"  {error}" for error in found.errors)
            message = f"Nothing was changed. Please correct:\n{lines}"
            raise CommandError(message, returncode=CANNOT) from None
        for sentence in outcome.warnings:
            self.stderr.write(sentence)
        for sentence in outcome.done:
            self.stdout.write(sentence)

    def _export(self, file: str | None) -> None:
        if file in (None, "-"):
            self.stdout.write(exported(), ending="")
        else:
            Path(str(file)).write_text(exported(), encoding="utf-8")
            self.stdout.write(f"Wrote {file}. Tokens stand in it as ${{NAME}} only.")


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}."
        raise CommandError(message, returncode=CANNOT) from None


def _stored() -> dict[str, str]:
    return dict(Connection.objects.values_list("name", "vendor"))
