"""`manage.py filters`: what each direction lets through: the automatic filters, the rule's own, and
how many records match now. Exit 0, or 2 when a vendor could not be asked. Writes nothing."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from syncapp.engine.catalogue import CATEGORIES
from syncapp.engine.filter_words import in_words
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction, SyncRule
from syncapp.errors import SyncAppError
from syncapp.models import Integration
from syncapp.pipeline import accounts
from syncapp.pipeline.rulebook import load_rules
from syncapp.setup.filter_preview import FilterPreview, preview

CANNOT = 2


class Command(BaseCommand):
    help = "Show what each direction of each rule lets through, and how many records match now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--integration", metavar="NAME", help="only this one")
        parser.add_argument("--entity", choices=[one.value for one in Entity], help="only these")

    def handle(self, **options: Any) -> None:
        rows = Integration.objects.select_related("hubspot", "quickbooks")
        name = options["integration"]
        found = list(rows.filter(name=name) if name else rows)
        if name and not found:
            message = f"There is no integration “{name}”."
            raise CommandError(message, returncode=CANNOT)
        for integration in found:
            try:
                self._show(integration, options["entity"])
            except SyncAppError as error:
                message = f"{integration.name}: {error.message}"
                raise CommandError(message, returncode=CANNOT) from None

    def _show(self, integration: Integration, only: str | None) -> None:
        rules = load_rules(integration, timezone.now(), accounts.known(integration))
        for entity, rule in rules.items():
            # payments follow their invoice and have no filters
            if entity is Entity.PAYMENT or (only and entity != only):
                continue
            for towards in (side for side in Side if rule.direction.reaches(side)):
                title = f"{integration.name}: {entity}s to {towards.product_name}"
                self.stdout.write(title)
                for line in _lines(rule, towards, preview(integration, rule, towards)):
                    self.stdout.write(f"  {line}")


def _lines(rule: SyncRule, towards: Side, found: FilterPreview) -> Iterator[str]:
    direction = Direction.towards(towards)
    for one in rule.special.locked(towards, rule):
        switch = f" (option {one.option} takes it away)" if one.option else ""
        yield f"always: only {rule.entity}s {one.words}{switch}"
    for number, group in enumerate(rule.filters.get(direction, ())):
        yield ("filter: " if number == 0 else "or:     ") + " and ".join(map(in_words, group))
    keeps = "goes on" if direction in rule.keeps_linked else "stops"
    yield f"a linked {rule.entity} that no longer matches {keeps} being updated"
    yield f"{found.words}."
    for category, count in found.reasons.items():
        yield f"  {count:,} of {found.read:,} looked at: {CATEGORIES[category].title.lower()}"
