"""`manage.py sync`: one pass in the foreground. Exit 0 done, 1 some records failing, 2 could not
run."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from rich.console import Console

from syncapp.engine.plan import State
from syncapp.engine.records import Entity
from syncapp.management.progress import progress_bars
from syncapp.management.rehearsing import Rehearsed, all_counts, lines, plan_table, rehearsed
from syncapp.management.running import Asked, Outcome, run
from syncapp.management.tables import counts_table
from syncapp.models import Integration
from syncapp.models.counts import EntityCounts
from syncapp.reporting.counts import added_up, counts_by_integration, in_state
from syncapp.reporting.status import status_of

DONE, SOME_FAILING, COULD_NOT_RUN = 0, 1, 2


class Command(BaseCommand):
    help = "Run one pass over every integration, or over one, in the foreground."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--integration", metavar="NAME", help="only this one")
        parser.add_argument("--entity", choices=[entity.value for entity in Entity])
        parser.add_argument("--full", action="store_true", help="read every record again")
        parser.add_argument(
            "--rehearse", action="store_true", help="show what a pass would do and write nothing"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--until-idle", action="store_true", help="pass after pass until nothing is owed"
        )
        parser.add_argument(
            "--limit", type=int, default=900, metavar="SECONDS", help="end of --until-idle"
        )

    def handle(self, **options: Any) -> None:
        asked = Asked(
            entities=[Entity(options["entity"])] if options["entity"] else tuple(Entity),
            full=options["full"],
            until_idle=options["until_idle"],
            limit_seconds=options["limit"],
        )
        integrations = self._chosen(options)
        if options["rehearse"]:
            self._rehearse(integrations, asked, options)
        with progress_bars(wanted=not options["json"]) as progress:
            outcomes = [run(one, asked, progress) for one in integrations]
        counts = counts_by_integration([one.pk for one in integrations])
        total = added_up(counts.values())
        if options["json"]:
            self.stdout.write(_as_json(outcomes, total))
        else:
            self._print(outcomes, total)
        sys.exit(_exit_code(outcomes, total))

    def _rehearse(
        self, integrations: Sequence[Integration], asked: Asked, options: Mapping[str, Any]
    ) -> NoReturn:
        with progress_bars(wanted=not options["json"]) as progress:
            many = [rehearsed(one, asked, progress) for one in integrations]
        if options["json"]:
            self.stdout.write(_rehearsals_as_json(many))
        for one in () if options["json"] else many:
            self._print_rehearsal(one)
        counts = all_counts(many)
        if any(one.reason for one in many):
            sys.exit(COULD_NOT_RUN)
        sys.exit(SOME_FAILING if in_state(counts, State.FAILING) else DONE)

    def _print_rehearsal(self, one: Rehearsed) -> None:
        if one.shown is None:
            self.stderr.write(f"{one.integration.name}: {one.message}")
            return
        self.stdout.write(f"{one.integration.name}: a rehearsal, nothing was written.")
        Console(file=self.stdout).print(plan_table(one.shown))  # type: ignore[arg-type]
        for line in lines(one.shown):
            self.stdout.write(line)

    def _chosen(self, options: Mapping[str, Any]) -> list[Integration]:
        rows = Integration.objects.select_related("hubspot", "quickbooks")
        name = options["integration"]
        found = list(rows.filter(name=name) if name else rows.filter(is_paused=False))
        if found:
            return found
        message = (
            f"There is no integration “{name}”."
            if name
            else "There is nothing to sync: no integration, or all are paused."
        )
        if options["json"]:
            body = {"reason": "error", "message": message}
            self.stdout.write(json.dumps(body, ensure_ascii=False))
        raise CommandError(message, returncode=COULD_NOT_RUN)

    def _print(self, outcomes: Sequence[Outcome], total: EntityCounts) -> None:
        for outcome in outcomes:
            if outcome.reason:
                self.stderr.write(f"{outcome.integration.name}: {outcome.message}")
        Console(file=self.stdout).print(counts_table(total))  # type: ignore[arg-type]
        calls = _calls(outcomes)
        spoken = ", ".join(f"{vendor} {number:,}" for vendor, number in calls.items()) or "none"
        self.stdout.write(f"Writes: {_writes(outcomes):,}. API calls: {spoken}.")


def _exit_code(outcomes: Sequence[Outcome], total: EntityCounts) -> int:
    if any(outcome.reason for outcome in outcomes):
        return COULD_NOT_RUN
    return SOME_FAILING if in_state(total, State.FAILING) else DONE


def _as_json(outcomes: Sequence[Outcome], total: EntityCounts) -> str:
    body: dict[str, Any] = {
        "entities": total,
        "writes": _writes(outcomes),
        "api_calls": _calls(outcomes),
        "integrations": [
            status_of(one.integration).as_json()
            | {"reason": one.reason, "message": one.message, "passes": one.passes}
            for one in outcomes
        ],
    }
    failed = next((one for one in outcomes if one.reason), None)
    if failed is not None:
        body |= {"reason": failed.reason, "message": failed.message}
    return json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)


def _rehearsals_as_json(many: Sequence[Rehearsed]) -> str:
    calls: dict[str, int] = {}
    for one in many:
        for vendor, number in one.shown.api_calls.items() if one.shown else ():
            calls[vendor] = calls.get(vendor, 0) + number
    body: dict[str, Any] = {
        "rehearsal": True,
        "entities": all_counts(many),
        "writes": 0,
        "api_calls": calls,
        "integrations": [one.as_json() for one in many],
    }
    failed = next((one for one in many if one.reason), None)
    if failed is not None:
        body |= {"reason": failed.reason, "message": failed.message}
    return json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)


def _writes(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.writes for outcome in outcomes)


def _calls(outcomes: Sequence[Outcome]) -> dict[str, int]:
    total: dict[str, int] = {}
    for outcome in outcomes:
        for vendor, calls in outcome.api_calls.items():
            total[vendor] = total.get(vendor, 0) + calls
    return total
