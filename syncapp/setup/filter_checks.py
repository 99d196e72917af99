"""Checks the filters of a rule against the fields its accounts really have, before it is saved;
and gives each condition the type, label and words that its reasons will show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from syncapp.connectors.base import Describing
from syncapp.engine.field_types import FieldInfo
from syncapp.engine.filter_words import value_words
from syncapp.engine.operators import what_is_wrong
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Condition, Direction, Filter
from syncapp.engine.said import said


@dataclass(frozen=True, slots=True)
class Problem:
    """Counted from 0, as the groups and conditions were given."""

    direction: Direction
    group: int
    condition: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Checked:
    filters: Mapping[Direction, Filter]
    problems: tuple[Problem, ...] = ()


def check_filters(
    connectors: Mapping[Side, Describing], entity: Entity, filters: Mapping[Direction, Filter]
) -> Checked:
    """Asks each account only for the objects that a condition names."""
    checked: dict[Direction, Filter] = {}
    problems: list[Problem] = []
    for direction, filter_ in filters.items():
        side = Side.QUICKBOOKS if direction is Direction.TO_HUBSPOT else Side.HUBSPOT
        account = _Account(connectors[side], entity)
        groups = []
        for number, group in enumerate(filter_):
            kept = []
            for place, condition in enumerate(group):
                sentence = account.what_is_wrong(condition)
                if sentence:
                    problems.append(Problem(direction, number, place, sentence))
                kept.append(account.labelled(condition))
            groups.append(tuple(kept))
        checked[direction] = tuple(groups)
    return Checked(checked, tuple(problems))


class _Account:
    """What one account says of its fields, each object asked for once."""

    def __init__(self, connector: Describing, entity: Entity) -> None:
        self._connector = connector
        self._entity = entity
        self._fields: dict[str, Mapping[str, FieldInfo]] = {}

    def what_is_wrong(self, condition: Condition) -> str:
        offered = (self._entity.value, *self._connector.related_objects(self._entity))
        vendor = self._connector.side.product_name
        if condition.object not in offered:
            return said(
                "A filter on {a} in {vendor} cannot look at “{condition_object}”. Choose from"
                " {listed}.",
                a=_a(self._entity),
                vendor=vendor,
                condition_object=condition.object,
                listed=", ".join(offered),
            )
        field = self._field(condition)
        if field is None:
            return said(
                "There is no field “{condition_property}” on {a} in {vendor}. Choose one that"
                " the account has.",
                condition_property=condition.property,
                a=_a(condition.object),
                vendor=vendor,
            )
        return what_is_wrong(condition, field)

    def labelled(self, condition: Condition) -> Condition:
        field = self._field(condition)
        if field is None:
            return condition
        shown = value_words(condition, field)
        return replace(condition, type=field.type.value, label=field.label, shown=shown)

    def _field(self, condition: Condition) -> FieldInfo | None:
        name = condition.object
        if name not in self._fields:
            self._fields[name] = {field.name: field for field in self._asked(name)}
        return self._fields[name].get(condition.property)

    def _asked(self, name: str) -> tuple[FieldInfo, ...]:
        if name == self._entity:
            return self._connector.describe(self._entity)
        if name in self._connector.related_objects(self._entity):
            return self._connector.describe_related(self._entity, name)
        return ()


def _a(noun: str) -> str:
    if noun[0] in "aeiou":
        return said("an {noun}", noun=said(noun))
    return said("a {noun}", noun=said(noun))
