"""`manage.py golive`: what of the two accounts would hinder the rules. Exit 0 nothing does, 1
something blocks, 2 a vendor could not be asked."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from syncapp.errors import SyncAppError
from syncapp.models import Integration
from syncapp.objects.golive_facts import GoLiveFinding, Severity
from syncapp.setup import golive

BLOCKED = 1
CANNOT = 2
_MARKS = {Severity.BLOCKING: "BLOCKING", Severity.ADVICE: "advice", Severity.GOOD: "good"}


class Command(BaseCommand):
    help = "Check both accounts of each integration for what would hinder its rules."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--integration", metavar="NAME", help="only this one")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, **options: Any) -> None:
        found = {one: _checked(one) for one in _chosen(options["integration"])}
        if options["json"]:
            shown = {one.name: list(map(golive.as_json, all_)) for one, all_ in found.items()}
            self.stdout.write(json.dumps({"integrations": shown}, indent=2))
        else:
            for integration, all_ in found.items():
                self.stdout.write("\n".join(_lines(integration, all_)))
        if any(golive.is_blocked(all_) for all_ in found.values()):
            sys.exit(BLOCKED)


def _chosen(name: str | None) -> list[Integration]:
    rows = Integration.objects.select_related("hubspot", "quickbooks")
    found = list(rows.filter(name=name) if name else rows)
    if name and not found:
        message = f"There is no integration “{name}”."
        raise CommandError(message, returncode=CANNOT)
    return found


def _checked(integration: Integration) -> tuple[GoLiveFinding, ...]:
    try:
        found = golive.check(integration, golive.rules_of(integration))
    except SyncAppError as error:
        message = f"{integration.name} could not be checked. {error.message}"
        raise CommandError(message, returncode=CANNOT) from None
    golive.remember(integration, found)
    return found


def _lines(integration: Integration, found: Sequence[GoLiveFinding]) -> list[str]:
    lines = [f"  {_MARKS[one.severity]:8}  {one.sentence}" for one in found]
    return [integration.name, *(lines or ["  It has no rules yet."])]
