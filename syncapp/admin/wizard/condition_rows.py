"""Conditions as rows of a page: which objects, properties, operators and values are offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.scaffold import Text
from syncapp.admin.wizard.configure_form import pick
from syncapp.admin.wizard.limit_form import field_of, fields_about
from syncapp.engine.field_types import FieldInfo, FieldType
from syncapp.engine.operators import OPERATORS, Operator, Takes
from syncapp.engine.records import Entity, Side
from syncapp.setup.account_fields import Accounts

OBJECT_NAMES: Mapping[str, Text] = {
    "contact": gettext_lazy("Contact"),
    "company": gettext_lazy("Company"),
    "product": gettext_lazy("Product"),
    "invoice": gettext_lazy("Invoice"),
    "line": gettext_lazy("Line item"),
}
_DATES = (FieldType.DATE, FieldType.DATETIME)


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """`widget`: none, choice, choices, date, number, days, lines or text; `is_pair`: two of it."""

    key: str
    was: str
    objects: list[tuple[str, str, bool]]
    object: str
    properties: list[FieldInfo]
    property: str
    operators: list[tuple[str, str]]
    operator: str
    widget: str
    is_pair: bool
    options: tuple[tuple[str, str], ...]
    value: str
    value2: str
    values: tuple[str, ...]
    problems: tuple[str, ...]


def condition_row(
    key: str,
    condition: Mapping[str, Any],
    entity: Entity,
    side: Side,
    accounts: Accounts,
    problems: tuple[str, ...],
) -> ConditionRow:
    about = str(condition.get("object", entity.value))
    name = str(condition.get("property", ""))
    operator = str(condition.get("operator", ""))
    held = field_of(accounts, side, entity, about, name)
    takes = Operator(operator).takes if operator in set(Operator) else Takes.ONE
    given = condition.get("value")
    values = tuple(map(str, given)) if isinstance(given, list) else (_text(given),)
    return ConditionRow(
        key=key,
        was=f"{about}/{name}",
        objects=_objects(entity, side, accounts),
        object=about,
        properties=pick(fields_about(accounts, side, entity, about)),
        property=name,
        operators=_operators(held, operator),
        operator=operator,
        widget=_widget(held, takes),
        is_pair=takes is Takes.TWO,
        options=held.options if held else (),
        value="\n".join(values) if takes is Takes.LIST else (values or ("",))[0],
        value2=values[1] if len(values) > 1 else "",
        values=values,
        problems=problems,
    )


def _objects(entity: Entity, side: Side, accounts: Accounts) -> list[tuple[str, str, bool]]:
    related = accounts[side].related_objects(entity)
    names = [(entity.value, False), *((one, True) for one in related)]
    return [(name, str(OBJECT_NAMES.get(name, name)), is_related) for name, is_related in names]


def _operators(held: FieldInfo | None, chosen: str) -> list[tuple[str, str]]:
    offered = list(OPERATORS[held.type]) if held else [Operator.IS]
    if chosen in set(Operator) and Operator(chosen) not in offered:
        offered.append(Operator(chosen))
    return [(one.value, _(one.words)) for one in offered]


def _widget(held: FieldInfo | None, takes: Takes) -> str:
    if held is None or takes is Takes.NOTHING:
        return "none"
    if takes is Takes.DAYS:
        return "days"
    if held.options:
        return "choices" if takes is Takes.LIST else "choice"
    if held.type in _DATES:
        return "date"
    if held.type is FieldType.NUMBER:
        return "number"
    return "lines" if takes is Takes.LIST else "text"


def _text(value: Any) -> str:
    return "" if value is None else str(value)
