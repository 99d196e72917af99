"""Checks filters and mappings of a file against the fields of its accounts. HTTP, so it comes
before the transaction."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from syncapp.connectors.base import Connector
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Condition, Direction, FieldMapping, Filter
from syncapp.errors import SyncAppError
from syncapp.management.configuration.document import Document, IntegrationWanted
from syncapp.management.configuration.gate import connection_named
from syncapp.objects import DEFAULT_MAPPINGS
from syncapp.pipeline.identify import Credentials, asking
from syncapp.pipeline.rulebook import condition_value
from syncapp.setup import mapping_checks
from syncapp.setup.filter_checks import Checked, check_filters
from syncapp.setup.rule_document.wanted import ConditionWanted, RuleWanted


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
    if not any(_filters(rule) or _added(rule) for rule in one.rules):
        errors += _unreadable(one)
        return one
    connectors: dict[Side, Connector] = {}
    try:
        connectors = _connectors(one, document, given)
        rules = [_Judged(rule, connectors) for rule in one.rules]
    except SyncAppError as silence:
        warnings.append(f"{one.path}: filters and mappings were not checked, {silence.message}")
        errors += _unreadable(one)
        return one
    finally:
        for connector in connectors.values():
            connector.close()
    for judged in rules:
        errors += judged.sentences()
    return replace(one, rules=tuple(judged.noted() for judged in rules))


class _Judged:
    """A rule with what the accounts say of it."""

    def __init__(self, rule: RuleWanted, connectors: Mapping[Side, Connector]) -> None:
        self._rule = rule
        self._filters = check_filters(connectors, Entity(rule.entity), _filters(rule))
        self._mappings = _checked_mappings(rule, connectors)

    def sentences(self) -> Iterator[str]:
        yield from _sentences(self._rule, self._filters)
        yield from _of_rows(
            self._rule, mapping_checks.bent(Entity(self._rule.entity), _rows(self._rule))
        )
        yield from _of_rows(self._rule, self._mappings.problems)

    def noted(self) -> RuleWanted:
        rows = tuple(
            replace(wanted, kind=row.kind.value) if row.is_added else wanted
            for wanted, row in zip(self._rule.mappings, self._mappings.rows, strict=True)
        )
        return _labelled(replace(self._rule, mappings=rows), self._filters)


def _connectors(
    one: IntegrationWanted, document: Document, given: Mapping[str, Credentials]
) -> dict[Side, Connector]:
    wanted = {connection.name: connection for connection in document.connections}
    names = {Side.HUBSPOT: one.hubspot, Side.QUICKBOOKS: one.quickbooks}
    return {
        side: asking(connection_named(name, wanted.get(name)), given.get(name))
        for side, name in names.items()
    }


def _checked_mappings(
    rule: RuleWanted, connectors: Mapping[Side, Connector]
) -> mapping_checks.Checked:
    """The accounts are asked only where somebody added a row."""
    entity, rows = Entity(rule.entity), _rows(rule)
    if not _added(rule):
        return mapping_checks.Checked(rows, tuple(mapping_checks.unreadable(rows)))
    off = [row.key for row, one in zip(rows, rule.mappings, strict=True) if not one.is_on]
    fields = mapping_checks.fields_of(connectors, entity)
    return mapping_checks.check_mappings(fields, entity, rows, off)


def _rows(rule: RuleWanted) -> tuple[FieldMapping, ...]:
    return tuple(
        FieldMapping(one.hubspot, one.quickbooks, Direction(one.direction), transform=one.transform)
        for one in rule.mappings
    )


def _unreadable(one: IntegrationWanted) -> Iterator[str]:
    """What needs no account to be seen as wrong."""
    for rule in one.rules:
        rows = _rows(rule)
        yield from _of_rows(rule, mapping_checks.bent(Entity(rule.entity), rows))
        yield from _of_rows(rule, mapping_checks.unreadable(rows))


def _of_rows(rule: RuleWanted, problems: Iterable[mapping_checks.Problem]) -> Iterator[str]:
    for problem in problems:
        yield f"{rule.path}.mappings[{problem.row}]: {problem.sentence}"


def _added(rule: RuleWanted) -> list[str]:
    ours = {row.key for row in DEFAULT_MAPPINGS[Entity(rule.entity)]}
    keys = [f"{one.hubspot}={one.quickbooks}" for one in rule.mappings]
    return [key for key in keys if key not in ours]


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
