"""`sync --rehearse`: shows what the next pass would do, and writes nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rich.table import Table

from syncapp.engine.plan import State
from syncapp.engine.records import Side
from syncapp.errors import SyncAppError
from syncapp.management.running import Asked, reason_of
from syncapp.models import Integration
from syncapp.models.choices import ENTITIES
from syncapp.pipeline.context import Progress
from syncapp.pipeline.rehearsal import Rehearsal, rehearse

_MOST_SHOWN = 20  # of each kind; --json has all
_WHY = (State.FAILING, State.NEEDS_DECISION)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """`reason` and `message` as of a pass that could not run; then there is no `shown`."""

    integration: Integration
    shown: Rehearsal | None = None
    reason: str = ""
    message: str = ""

    def as_json(self) -> dict[str, Any]:
        if self.shown is None:
            return {
                "integration": self.integration.name,
                "reason": self.reason,
                "message": self.message,
            }
        return {"integration": self.integration.name, **self.shown.as_json()}


def rehearsed(integration: Integration, asked: Asked, progress: Progress) -> Rehearsed:
    try:
        shown = rehearse(integration, entities=asked.entities, full=asked.full, progress=progress)
    except SyncAppError as error:
        return Rehearsed(integration, reason=reason_of(error), message=error.message)
    return Rehearsed(integration, shown)


def all_counts(many: Iterable[Rehearsed]) -> dict[str, dict[str, int]]:
    """As the records would be counted afterwards."""
    total = {entity: {state.value: 0 for state in State} for entity, _ in ENTITIES}
    for one in many:
        for entity, states in one.shown.counts.items() if one.shown else ():
            for state, number in states.items():
                total[entity][state] += number
    return total


def plan_table(rehearsal: Rehearsal) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for heading in ("", "made in HubSpot", "made in QuickBooks", "changed", "linked", "failing"):
        table.add_column(heading, justify="right" if heading else "left")
    for entity, label in ENTITIES:
        mine = [one for one in rehearsal.planned if one.entity == entity]
        table.add_row(
            f"{label}s",
            *(_made(rehearsal, side, entity) for side in Side),
            str(sum(one.action in ("updated", "voided", "archived") for one in mine) or "-"),
            str(sum(one.action == "linked" for one in mine) or "-"),
            str(sum(one.action == State.FAILING for one in mine) or "-"),
        )
    return table


def lines(rehearsal: Rehearsal) -> Iterator[str]:
    """What would not simply go through, and what nobody can know beforehand."""
    if rehearsal.brake:
        yield f"  The safety brake would stop it first: {rehearsal.brake}"
    questions = [one for one in rehearsal.planned if one.action in _WHY]
    for one in questions[:_MOST_SHOWN]:
        yield f"  {one.entity} {one.name or one.hubspot_id or one.quickbooks_id}: {one.sentence}"
    if len(questions) > _MOST_SHOWN:
        yield f"  … and {len(questions) - _MOST_SHOWN:,} more (--json shows all)"
    for sentence in rehearsal.only_a_write_can_tell:
        yield f"  Only a write can tell: {sentence}"


def _made(rehearsal: Rehearsal, side: Side, entity: str) -> str:
    number = rehearsal.created[side].get(entity, 0)
    if not number:
        return "-"
    money = _money(rehearsal.money[side].get(entity, {}))
    return f"{number:,} ({money})" if money else f"{number:,}"


def _money(sums: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(sums.items()))
