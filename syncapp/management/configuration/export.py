"""Writes what is stored as a configuration file. Secrets are references to the environment."""

import re
from collections.abc import Iterable
from typing import Any

import yaml

from syncapp.models import Connection, Integration
from syncapp.models.accounts import LEAST_INTERVAL_SECONDS
from syncapp.setup.rule_document.wanted import ENTITIES
from syncapp.setup.rule_document.written import written_rule


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
    return shown | {"rules": [written_rule(rule) for rule in rules]}
