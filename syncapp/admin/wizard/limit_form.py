"""What the Limit page sends: per direction groups of conditions, OR between them, AND inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.formats import sanitize_separators

from syncapp.engine.field_types import FieldInfo, FieldType
from syncapp.engine.operators import OPERATORS, Operator, Takes
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction, Filter
from syncapp.setup.account_fields import Accounts

Data = dict[str, Any]
Groups = list[list[Data]]


@dataclass(slots=True)
class Sent:
    """`filters` of the directions that were on the page; `keys`: where each row stands there."""

    filters: dict[str, Groups] = field(default_factory=dict)
    keeps: list[str] = field(default_factory=list)
    keys: dict[str, tuple[str, int, int]] = field(default_factory=dict)


def read(post: QueryDict, entity: Entity, accounts: Accounts) -> Sent:
    sent = Sent()
    for direction in post.getlist("direction"):
        if direction in _SOURCES:
            sent.filters[direction] = []
            if post.get(f"keeps-{direction}") == "keep":
                sent.keeps.append(direction)
    groups: dict[tuple[str, str], list[Data]] = {}
    for row in post.getlist("row"):
        direction, group, key = [*row.split(":"), "", ""][:3]
        if direction not in sent.filters:
            continue
        if (direction, group) not in groups:
            sent.filters[direction].append(groups.setdefault((direction, group), []))
        members = groups[direction, group]
        sent.keys[key] = (direction, len(sent.filters[direction]) - 1, len(members))
        members.append(_condition(post, key, entity, accounts, _SOURCES[direction]))
    return sent


def _condition(post: QueryDict, key: str, entity: Entity, accounts: Accounts, side: Side) -> Data:
    """Another object has other properties, another property other operators: what does not fit
    the new choice is dropped, and asked for again."""
    was_object, was_property = post.get(f"{key}-was", "").partition("/")[::2]
    object_ = post.get(f"{key}-object", entity.value)
    name = post.get(f"{key}-property", "") if object_ == was_object else ""
    operator = post.get(f"{key}-operator", "")
    held = field_of(accounts, side, entity, object_, name)
    is_same = name == was_property
    if held and not is_same and operator not in OPERATORS[held.type]:
        operator = OPERATORS[held.type][0].value
    value = _value(post, key, operator) if is_same or not held or not held.options else None
    if held and held.type is FieldType.NUMBER:
        value = as_stored(value)
    condition: Data = {"object": object_, "property": name, "operator": operator or "is"}
    return condition | ({} if value in (None, "", []) else {"value": value})


def _value(post: QueryDict, key: str, operator: str) -> Any:
    takes = Operator(operator).takes if operator in set(Operator) else Takes.ONE
    given = [one.strip() for one in post.getlist(f"{key}-value")]
    match takes:
        case Takes.NOTHING:
            return None
        case Takes.TWO:
            pair = [(given or [""])[0], post.get(f"{key}-value2", "").strip()]
            return pair if any(pair) else None
        case Takes.LIST:
            return [line.strip() for one in given for line in one.splitlines() if line.strip()]
        case _:
            return given[0] if given else None


def as_stored(value: Any) -> Any:
    """A number as the reader's language writes it becomes one with a point."""
    if isinstance(value, list):
        return [as_stored(one) for one in value]
    if not isinstance(value, str):
        return value
    return str(sanitize_separators("".join(value.split())))


def field_of(
    accounts: Accounts, side: Side, entity: Entity, about: str, name: str
) -> FieldInfo | None:
    return next(
        (one for one in fields_about(accounts, side, entity, about) if one.name == name), None
    )


def fields_about(accounts: Accounts, side: Side, entity: Entity, about: str) -> Sequence[FieldInfo]:
    account = accounts[side]
    if about != entity and about not in account.related_objects(entity):
        return ()
    return account.about(entity, about)


def joined(groups: Groups, wanted: Filter) -> Groups:
    """Both must hold: each group of ours together with each of the recommended ones."""
    added: Groups = [[_as_data(one) for one in group] for group in wanted]
    ours = [[one for one in group if one.get("property")] for group in groups]
    ours = [group for group in ours if group]
    if not ours:
        return added
    return [[*group, *more] for group in ours for more in added]


def is_used(groups: Sequence[Sequence[Mapping[str, Any]]], wanted: Filter) -> bool:
    """Whatever the value: a day that was chosen last week still is that filter."""
    held = [{_kind(one) for one in group} for group in groups]
    asked = [{(str(one.object), one.property, one.operator) for one in group} for group in wanted]
    return bool(held) and all(any(one <= group for one in asked) for group in held)


def _kind(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return (str(one.get("object")), str(one.get("property")), str(one.get("operator")))


def _as_data(one: Any) -> Data:
    value = list(one.value) if isinstance(one.value, tuple) else one.value
    shown: Data = {"object": str(one.object), "property": one.property, "operator": one.operator}
    return shown | ({} if value is None else {"value": value})


def source(direction: str) -> Side:
    """A filter looks at the side that its direction comes from."""
    return _SOURCES[direction]


_SOURCES = {
    Direction.TO_HUBSPOT.value: Side.QUICKBOOKS,
    Direction.TO_QUICKBOOKS.value: Side.HUBSPOT,
}
