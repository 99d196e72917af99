"""Prints docs/failures.md: the catalogue of reasons as a page for book-keepers."""

from typing import Any

from django.core.management.base import BaseCommand

from syncapp.engine.catalogue.table import page


class Command(BaseCommand):
    help = "Print every reason why a record is not in sync, as Markdown"
    requires_system_checks = ()

    def handle(self, **_: Any) -> None:
        self.stdout.write(page(), ending="")
