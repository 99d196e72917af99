"""Checks the filters of a file against the fields of its accounts. HTTP, so it comes before the
transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from syncapp.connectors.base import Connector
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Condition, Direction, Filter
from syncapp.errors import SyncAppError
from syncapp.management.configuration.document import Document, IntegrationWanted
from syncapp.management.configuration.gate import connection_named
from syncapp.pipeline.filter_checks import Checked, check_filters
from syncapp.pipeline.identify import Credentials, asking
from syncapp.pipeline.rule_document.wanted import ConditionWanted, RuleWanted
from syncapp.pipeline.rulebook import condition_value


def checked(
    document: Document,
    given: Mapping[str, Credentials],
    warnings: list[str],
    errors: list[str],
) -> Document:
    """The same with what the accounts say of each field. `given`: new tokens, by connection."""
    return replace(
        document,
        integrations=tuple(
            _integration(one, document, given, warnings, errors) for one in document.integrations
        ),
    )


def _integration(
    one: IntegrationWanted,
    document: Document,
    given: Mapping[str, Credentials],
    warnings: list[str],
    errors: list[str],
) -> IntegrationWanted:
    if not any(_filters(rule) for rule in one.rules):
        return one
    connectors: dict[Side, Connector] = {}
    try:
        connectors = _connectors(one, document, given)
        rules = [(rule, _checked(rule, connectors)) for rule in one.rules]
    except SyncAppError as silence:
        warnings.append(f"{one.path}: the filters were not checked, {silence.message}")
        return one
    finally:
        for connector in connectors.values():
            connector.close()
    for rule, found in rules:
        errors += _sentences(rule, found)
    return replace(one, rules=tuple(_labelled(rule, found) for rule, found in rules))


def _connectors(
    one: IntegrationWanted, document: Document, given: Mapping[str, Credentials]
) -> dict[Side, Connector]:
    wanted = {connection.name: connection for connection in document.connections}
    names = {Side.HUBSPOT: one.hubspot, Side.QUICKBOOKS: one.quickbooks}
    return {
        side: asking(connection_named(name, wanted.get(name)), given.get(name))
        for side, name in names.items()
    }


def _checked(rule: RuleWanted, connectors: Mapping[Side, Connector]) -> Checked:
    return check_filters(connectors, Entity(rule.entity), _filters(rule))


def _filters(rule: RuleWanted) -> dict[Direction, Filter]:
    return {
        Direction(direction): tuple(tuple(_condition(one) for one in group) for group in groups)
        for direction, groups in rule.filters.items()
        if groups
    }


def _condition(wanted: ConditionWanted) -> Condition:
    value = condition_value(wanted.value)
    return Condition(wanted.object, wanted.property, wanted.operator, value)


def _sentences(rule: RuleWanted, found: Checked) -> Iterator[str]:
    for one in found.problems:
        place = f"filters.{one.direction}[{one.group}][{one.condition}]"
        yield f"{rule.path}.{place}: {one.sentence}"


def _labelled(rule: RuleWanted, found: Checked) -> RuleWanted:
    filters = dict(rule.filters)
    for direction, groups in found.filters.items():
        filters[direction.value] = tuple(
            tuple(
                replace(wanted, type=one.type, label=one.label, shown=one.shown)
                for wanted, one in zip(wanteds, group, strict=True)
            )
            for wanteds, group in zip(rule.filters[direction.value], groups, strict=True)
        )
    return replace(rule, filters=filters)
