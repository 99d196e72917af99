"""Turns the stored rules of an integration into the engine's, and says what they need read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from syncapp import models
from syncapp.connectors.base import Account, Wanted
from syncapp.engine.filters import failing_conditions
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import (
    Condition,
    ConflictPolicy,
    Direction,
    FieldKind,
    FieldMapping,
    Filter,
    MatchKey,
    SyncRule,
)
from syncapp.engine.said import said
from syncapp.errors import ConfigurationError
from syncapp.models.rules import DEFAULT_MATCHING, NO_MATCHING
from syncapp.objects import DEFAULT_MAPPINGS, MATCH_KEYS, SPECIAL

CATCH_ALL_OPTION = "catch_all_item_id"
INVOICE_HISTORY = "history"  # tells the HubSpot connector to read who changed an invoice


def load_rules(
    integration: models.Integration,
    now: datetime,
    accounts: Mapping[Side, Account],
    *,
    with_filters: bool = True,
) -> dict[Entity, SyncRule]:
    """Pages that only show fields leave the filters away."""
    stored = models.SyncRule.objects.filter(integration=integration).prefetch_related("mappings")
    filters = _filters(integration) if with_filters else {}
    rules = {
        Entity(rule.entity): _engine_rule(rule, filters.get(rule.pk, {}), now, accounts)
        for rule in stored
    }
    if Entity.INVOICE in rules and Entity.PRODUCT in rules:
        item = rules[Entity.INVOICE].catch_all_item
        rules[Entity.PRODUCT] = replace(rules[Entity.PRODUCT], catch_all_item=item)
    if Entity.INVOICE in rules:
        rules[Entity.PAYMENT] = _payment_rule(rules[Entity.INVOICE])
    return rules


def wanted_by(rules: Mapping[Entity, SyncRule]) -> dict[Side, Wanted]:
    return {side: _wanted_of(side, rules) for side in Side}


def _wanted_of(side: Side, rules: Mapping[Entity, SyncRule]) -> Wanted:
    """A filter looks at the side that its direction comes from."""
    fields: dict[Entity, frozenset[str]] = {}
    related: dict[Entity, dict[str, frozenset[str]]] = {}
    watched: dict[Entity, frozenset[str]] = {}
    for entity, rule in rules.items():
        looked_at = looked_at_by(rule, side)
        own = looked_at.pop(entity, frozenset())
        fields[entity] = frozenset([*_read_fields(rule, side), *own])
        related[entity] = looked_at
        watched[entity] = frozenset(one for one in looked_at if not _is_on(rules, one))
    invoices = rules.get(Entity.INVOICE)
    if side is Side.HUBSPOT and invoices and invoices.direction.reaches(Side.QUICKBOOKS):
        related[Entity.INVOICE][INVOICE_HISTORY] = frozenset()
    alone = {entity: partial(_passes_alone, rule, side) for entity, rule in rules.items()}
    return Wanted(fields, related, watched, alone)


def _passes_alone(rule: SyncRule, side: Side, record: Snapshot) -> bool:
    """By a group of conditions on the record itself."""
    groups = rule.filters.get(Direction.towards(side.other), ())
    own = [group for group in groups if all(one.object == rule.entity for one in group)]
    return any(not failing_conditions((group,), record, rule.now) for group in own)


def looked_at_by(rule: SyncRule, side: Side) -> dict[str, frozenset[str]]:
    """Object -> the fields of it that the filters look at on this side."""
    found: dict[str, set[str]] = defaultdict(set)
    for group in rule.filters.get(Direction.towards(side.other), ()):
        for condition in group:
            found[condition.object].add(condition.property)
    return {name: frozenset(properties) for name, properties in found.items()}


def _is_on(rules: Mapping[Entity, SyncRule], name: str) -> bool:
    """Changes of such an object are read anyway, for a rule of its own."""
    return any(rule.is_on for entity, rule in rules.items() if entity == name)


def _read_fields(rule: SyncRule, side: Side) -> Iterable[str]:
    yield from (row.field(side) for row in rule.mappings)
    yield from (key.field(side) for key in rule.match_keys)


def _engine_rule(
    rule: models.SyncRule,
    filters: Mapping[Direction, Filter],
    now: datetime,
    accounts: Mapping[Side, Account],
) -> SyncRule:
    entity = Entity(rule.entity)
    item_id = rule.options.get(CATCH_ALL_OPTION)
    return SyncRule(
        entity=entity,
        special=SPECIAL[entity],
        direction=Direction(rule.direction),
        conflict=ConflictPolicy(rule.conflict),
        is_on=rule.is_on,
        mappings=_mappings(rule, entity, zones_of(accounts).get(Side.HUBSPOT, UTC)),
        match_keys=_match_keys(rule, entity),
        filters=filters,
        keeps_linked=frozenset(Direction(one) for one in rule.options.get("keeps_linked", ())),
        started_at=rule.started_at,
        now=now,
        zones=zones_of(accounts),
        options={**plain_options(rule.options), **account_options(accounts)},
        catch_all_item=RecordRef(Side.QUICKBOOKS, Entity.PRODUCT, item_id) if item_id else None,
        version=rule.version,
    )


def zones_of(accounts: Mapping[Side, Account]) -> dict[Side, ZoneInfo]:
    """QuickBooks does not say in which zone a company keeps its days: the portal's counts then."""
    named = {side: account.time_zone for side, account in accounts.items() if account.time_zone}
    portal = named.get(Side.HUBSPOT)
    return {side: ZoneInfo(name) for side in Side if (name := named.get(side, portal))}


def _payment_rule(invoices: SyncRule) -> SyncRule:
    """Payments follow the invoice rule: on with an outbound or two-way one, both ways then; off
    with an inbound-only one."""
    return SyncRule(
        entity=Entity.PAYMENT,
        special=SPECIAL[Entity.PAYMENT],
        direction=Direction.BOTH,
        is_on=invoices.is_on and invoices.direction.reaches(Side.QUICKBOOKS),
        mappings=DEFAULT_MAPPINGS[Entity.PAYMENT],
        started_at=invoices.started_at,
        now=invoices.now,
        options=invoices.options,
        version=invoices.version,
    )


def _mappings(rule: models.SyncRule, entity: Entity, zone: tzinfo) -> tuple[FieldMapping, ...]:
    """Our own rows keep what is special about them; stored rows switch them or add to them."""
    defaults = {(row.hubspot, row.quickbooks): row for row in DEFAULT_MAPPINGS[entity]}
    stored = {(row.hubspot, row.quickbooks): row for row in rule.mappings.all()}
    rows = [
        _chosen(row, stored.get(key))
        for key, row in defaults.items()
        if key not in stored or stored[key].is_on
    ]
    rows += [
        FieldMapping(
            row.hubspot,
            row.quickbooks,
            Direction(row.direction),
            FieldKind(row.kind or FieldKind.TEXT),
            transform=row.transform,
            is_added=True,
            zone=zone,
        )
        for key, row in stored.items()
        if key not in defaults and row.is_on
    ]
    return tuple(rows)


def _chosen(default: FieldMapping, stored: models.FieldMapping | None) -> FieldMapping:
    if stored is None or default.direction is not Direction.BOTH:
        return default
    return replace(default, direction=Direction(stored.direction), transform=stored.transform)


def _match_keys(rule: models.SyncRule, entity: Entity) -> tuple[MatchKey, ...]:
    if rule.match_on == DEFAULT_MATCHING:
        return MATCH_KEYS[entity]
    if rule.match_on == NO_MATCHING:
        return ()
    return (_chosen_key(rule, entity),)


def _chosen_key(rule: models.SyncRule, entity: Entity) -> MatchKey:
    """Matching has nothing to do with mapping: a row that is off still names its pair."""
    hubspot, is_pair, quickbooks = rule.match_on.partition("=")
    if is_pair:
        return MatchKey(hubspot, quickbooks)
    rows = [row for row in DEFAULT_MAPPINGS[entity] if not row.on_create]
    ours = [(row.hubspot, row.quickbooks) for row in rows]
    added = [(row.hubspot, row.quickbooks) for row in rule.mappings.all()]
    for pair in (*ours, *added):
        if pair[1] == rule.match_on:
            return MatchKey(*pair)
    several = f"{entity}s"
    raise ConfigurationError(
        said(
            "The {objects} are to be matched by “{rule_match_on}”, which no mapping names."
            " Choose another field to match by.",
            objects=said(several),
            rule_match_on=rule.match_on,
        )
    )


def _filters(integration: models.Integration) -> dict[int, dict[Direction, Filter]]:
    """By the rule. A group without conditions filters nothing and is left away."""
    stored = models.FilterCondition.objects.filter(group__rule__integration=integration)
    ordered = stored.select_related("group").order_by(
        "group__position", "group_id", "position", "pk"
    )
    filters: dict[int, dict[Direction, Filter]] = defaultdict(dict)
    for group, conditions in groupby(ordered, key=attrgetter("group")):
        of_rule, direction = filters[group.rule_id], Direction(group.direction)
        of_rule[direction] = (*of_rule.get(direction, ()), tuple(map(_condition, conditions)))
    return filters


def _condition(stored: models.FilterCondition) -> Condition:
    return Condition(
        stored.object,
        stored.property,
        stored.operator,
        condition_value(stored.value),
        stored.type,
        stored.label,
        stored.shown,
    )


def condition_value(stored: object) -> Value | tuple[str, ...]:
    if isinstance(stored, list):
        return tuple(str(one) for one in stored)
    return None if stored is None else str(stored)


def plain_options(options: Mapping[str, object]) -> dict[str, Value]:
    return {
        name: value if isinstance(value, bool) else str(value)
        for name, value in options.items()
        if isinstance(value, bool | str | int)
    }


def account_options(accounts: Mapping[Side, Account]) -> dict[str, Value]:
    """What the company allows, under `quickbooks.<last part of the preference's name>`."""
    company = accounts.get(Side.QUICKBOOKS)
    if company is None:
        return {}
    named = {
        f"quickbooks.{name.rpartition('.')[2]}": value for name, value in company.settings.items()
    }
    return {**named, "quickbooks.currency": company.currency, "quickbooks.country": company.country}
