"""A stored rule as a document. Read again, it is the same rule."""

from typing import Any

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.models import FilterGroup, SyncRule
from syncapp.objects import RECOMMENDED_FILTERS
from syncapp.setup.rule_document.wanted import known_options


def written_rule(rule: SyncRule) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "entity": rule.entity,
        "direction": rule.direction,
        "conflict": rule.conflict,
        "on": rule.is_on,
    }
    if rule.match_on:
        shown["match_on"] = rule.match_on
    options = {
        name: rule.options[name] for name in known_options(rule.entity) if name in rule.options
    }
    if options:
        shown["options"] = options
    mappings = [_mapping(row) for row in rule.mappings.all()]
    if mappings:
        shown["mappings"] = mappings
    filters = {
        direction.value: groups
        for direction in (Direction.TO_HUBSPOT, Direction.TO_QUICKBOOKS)
        if (groups := _groups(rule, direction))
    }
    has_recommended = bool(RECOMMENDED_FILTERS[Entity(rule.entity)])
    return shown | ({"filters": filters} if filters or has_recommended else {})


def _mapping(row: Any) -> dict[str, Any]:
    shown = {
        "hubspot": row.hubspot,
        "quickbooks": row.quickbooks,
        "direction": row.direction,
        "on": row.is_on,
    }
    return shown | ({"transform": row.transform} if row.transform else {})


def _groups(rule: SyncRule, direction: Direction) -> list[list[dict[str, Any]]]:
    groups: list[FilterGroup] = [
        group for group in rule.filter_groups.all() if group.direction == direction
    ]
    return [
        [
            {
                "object": one.object,
                "property": one.property,
                "operator": one.operator,
                **({} if one.value is None else {"value": one.value}),
            }
            for one in group.conditions.all()
        ]
        for group in groups
    ]
