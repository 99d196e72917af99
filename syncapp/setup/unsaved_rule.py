"""A rule as it would be, had its document been saved: for previews and for what a page shows."""

from datetime import datetime

from django.utils import timezone

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import (
    Condition,
    ConflictPolicy,
    Direction,
    FieldMapping,
    Filter,
    SyncRule,
)
from syncapp.models import Integration
from syncapp.models import SyncRule as StoredRule
from syncapp.objects import DEFAULT_MAPPINGS, MATCH_KEYS, SPECIAL
from syncapp.pipeline import accounts
from syncapp.pipeline.rulebook import account_options, condition_value, plain_options, zones_of
from syncapp.setup.rule_document.wanted import KEEPS_LINKED, ConditionWanted, RuleWanted


def unsaved_rule(
    integration: Integration, wanted: RuleWanted, now: datetime | None = None
) -> SyncRule:
    """Asks an account that nobody has asked yet who it is."""
    entity = Entity(wanted.entity)
    known = accounts.known(integration)
    stored = StoredRule.objects.filter(integration=integration, entity=entity).first()
    direction = Direction(wanted.direction)
    return SyncRule(
        entity=entity,
        special=SPECIAL[entity],
        direction=direction,
        conflict=ConflictPolicy(wanted.conflict).within(direction),
        mappings=_mappings(wanted),
        match_keys=MATCH_KEYS[entity],
        filters=filters_of(wanted),
        keeps_linked=frozenset(Direction(one) for one in wanted.options.get(KEEPS_LINKED, ())),
        started_at=_started_at(stored, direction),
        now=now or timezone.now(),
        zones=zones_of(known),
        options={**plain_options(wanted.options), **account_options(known)},
    )


def filters_of(wanted: RuleWanted) -> dict[Direction, Filter]:
    return {
        Direction(direction): tuple(tuple(condition_of(one) for one in group) for group in groups)
        for direction, groups in wanted.filters.items()
        if groups
    }


def condition_of(wanted: ConditionWanted) -> Condition:
    return Condition(
        wanted.object,
        wanted.property,
        wanted.operator,
        condition_value(wanted.value),
        wanted.type,
        wanted.label,
        wanted.shown,
    )


def _started_at(stored: StoredRule | None, direction: Direction) -> datetime | None:
    """A sync that does not send yet begins to when it is saved."""
    if stored is None or not direction.reaches(Side.QUICKBOOKS):
        return None
    return stored.started_at


def _mappings(wanted: RuleWanted) -> tuple[FieldMapping, ...]:
    is_off = {(one.hubspot, one.quickbooks) for one in wanted.mappings if not one.is_on}
    ours = DEFAULT_MAPPINGS[Entity(wanted.entity)]
    return tuple(row for row in ours if (row.hubspot, row.quickbooks) not in is_off)
