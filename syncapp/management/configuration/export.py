"""Writes what is stored as a configuration file. Secrets are references to the environment."""

import re
from collections.abc import Iterable
from typing import Any

import yaml

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.management.configuration.rules import ENTITIES, known_options
from syncapp.models import Connection, FilterGroup, Integration, SyncRule
from syncapp.models.accounts import LEAST_INTERVAL_SECONDS
from syncapp.objects import RECOMMENDED_FILTERS


def exported() -> str:
    document = {
        "connections": [_connection(row) for row in Connection.objects.all()],
        "integrations": [_integration(row) for row in _integrations()],
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def _integrations() -> Iterable[Integration]:
    return Integration.objects.select_related("hubspot", "quickbooks").prefetch_related(
        "rules__mappings", "rules__filter_groups__conditions"
    )


def _connection(row: Connection) -> dict[str, Any]:
    name = re.sub(r"\W+", "_", row.name, flags=re.ASCII).strip("_").upper() or f"C{row.pk}"
    if name[0].isdigit():
        name = f"C_{name}"
    shown: dict[str, Any] = {
        "name": row.name,
        "vendor": row.vendor,
        "account": row.account_id,
        "access_token": f"${{{name}_ACCESS_TOKEN}}",
    }
    if row.refresh_token:
        shown["refresh_token"] = f"${{{name}_REFRESH_TOKEN}}"
    return shown


def _integration(row: Integration) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": row.name,
        "hubspot": row.hubspot.name,
        "quickbooks": row.quickbooks.name,
        "confirm_initial_load": row.confirm_initial_load,
    }
    if row.is_paused:
        shown["paused"] = True
    if row.interval_seconds != LEAST_INTERVAL_SECONDS:
        shown["interval_seconds"] = row.interval_seconds
    rules = sorted(
        (rule for rule in row.rules.all() if rule.entity in ENTITIES),
        key=lambda rule: ENTITIES.index(rule.entity),
    )
    return shown | {"rules": [exported_rule(rule) for rule in rules]}


def exported_rule(rule: SyncRule) -> dict[str, Any]:
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
