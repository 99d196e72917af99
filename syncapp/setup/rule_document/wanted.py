"""What a rule's document asks for: mappings, filters and options, checked against what the engine
knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syncapp.engine.operators import Operator, Takes
from syncapp.engine.records import Entity
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.models.rules import DEFAULT_MATCHING, NO_MATCHING
from syncapp.objects import DEFAULT_MAPPINGS, RECOMMENDED_FILTERS
from syncapp.objects.options import OPTIONS, Option, OptionKind
from syncapp.setup.rule_document.reader import Part, entries

# payments follow the invoice rule
ENTITIES = [entity.value for entity in Entity if entity is not Entity.PAYMENT]
DIRECTIONS = [direction.value for direction in Direction]
ONE_WAY = [Direction.TO_HUBSPOT.value, Direction.TO_QUICKBOOKS.value]

POLICIES = [policy.value for policy in ConflictPolicy]

KEEPS_LINKED = "keeps_linked"


@dataclass(frozen=True, slots=True)
class MappingWanted:
    hubspot: str
    quickbooks: str
    direction: str
    is_on: bool
    transform: str
    kind: str = ""  # what the accounts say of the fields, once they have been asked


@dataclass(frozen=True, slots=True)
class ConditionWanted:
    """The rest is what the account says of the field, once it has been asked."""

    object: str
    property: str
    operator: str
    value: Any
    type: str = ""
    label: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class RuleWanted:
    path: str
    entity: str
    direction: str
    conflict: str
    is_on: bool
    match_on: str
    options: Mapping[str, Any]
    mappings: tuple[MappingWanted, ...]
    filters: Mapping[str, tuple[tuple[ConditionWanted, ...], ...]]


def read_rule(part: Part) -> RuleWanted:
    entity = part.choice("entity", ENTITIES)
    options = _options(part.part("options"), entity)
    filters = _filters(part.part("filters")) if part.holds("filters") else _recommended(entity)
    if filters and not part.holds("filters"):
        # What we recommend is about new records: a linked one goes on both ways.
        options = {KEEPS_LINKED: list(filters), **options}
    direction = part.choice("direction", DIRECTIONS, Direction.BOTH.value)
    rule = RuleWanted(
        path=part.path,
        entity=entity,
        direction=direction,
        conflict=part.choice("conflict", POLICIES, _usual_winner(direction)),
        is_on=part.flag("on", default=True),
        match_on=part.text("match_on", DEFAULT_MATCHING),
        options=options,
        mappings=tuple(_mapping(row, entity) for row in part.parts("mappings")),
        filters=filters,
    )
    part.nothing_else()
    _check_mappings(part, rule)
    return rule


def _usual_winner(direction: str) -> str:
    usual = ConflictPolicy.HUBSPOT
    return (usual.within(Direction(direction)) if direction in DIRECTIONS else usual).value


def known_options(entity: str) -> tuple[str, ...]:
    return (*(option.name for option in OPTIONS[Entity(entity)]), KEEPS_LINKED)


def _options(part: Part, entity: str) -> dict[str, Any]:
    if entity not in ENTITIES:
        return {}
    given: dict[str, Any] = {
        option.name: _option(part, option)
        for option in OPTIONS[Entity(entity)]
        if part.holds(option.name)
    }
    if part.holds(KEEPS_LINKED):
        given[KEEPS_LINKED] = _directions(part)
    part.nothing_else()
    return given


def _option(part: Part, option: Option) -> str | bool:
    match option.kind:
        case OptionKind.FLAG:
            return part.flag(option.name, default=False)
        case OptionKind.CHOICE:
            return part.choice(option.name, [value for value, _ in option.choices])
        case OptionKind.ACCOUNT | OptionKind.ITEM | OptionKind.TEXT:
            return part.text(option.name)


def _directions(part: Part) -> list[str]:
    given = [str(one) for _, one in part.entries(KEEPS_LINKED)]
    for one in given:
        if one not in ONE_WAY:
            part.say(KEEPS_LINKED, f"“{one}” is none of {', '.join(ONE_WAY)}.")
    return given


def _mapping(part: Part, entity: str) -> MappingWanted:
    hubspot, quickbooks = part.text("hubspot"), part.text("quickbooks")
    row = MappingWanted(
        hubspot=hubspot,
        quickbooks=quickbooks,
        direction=part.choice("direction", DIRECTIONS, _usual(entity, hubspot, quickbooks)),
        is_on=part.flag("on", default=True),
        transform=part.text("transform", ""),
    )
    part.nothing_else()
    return row


def _usual(entity: str, hubspot: str, quickbooks: str) -> str:
    """The direction of our own row with these two fields, else both ways."""
    for row in DEFAULT_MAPPINGS.get(Entity(entity), ()) if entity in ENTITIES else ():
        if (row.hubspot, row.quickbooks) == (hubspot, quickbooks):
            return row.direction.value
    return Direction.BOTH.value


def _check_mappings(part: Part, rule: RuleWanted) -> None:
    seen: set[tuple[str, str]] = set()
    for row in rule.mappings:
        if (row.hubspot, row.quickbooks) in seen:
            part.say("mappings", f"{row.hubspot} = {row.quickbooks} stands there twice.")
        seen.add((row.hubspot, row.quickbooks))
    ours = DEFAULT_MAPPINGS[Entity(rule.entity)] if rule.entity in ENTITIES else ()
    fields = {row.quickbooks for row in ours} | {row.quickbooks for row in rule.mappings}
    is_pair = all(rule.match_on.partition("="))
    if rule.match_on not in (DEFAULT_MATCHING, NO_MATCHING, *fields) and not is_pair:
        sentence = (
            f"“{rule.match_on}” is neither “none”, a mapped QuickBooks field nor a pair"
            " “property=Field”."
        )
        part.say("match_on", sentence)


def _filters(part: Part) -> dict[str, tuple[tuple[ConditionWanted, ...], ...]]:
    filters = {}
    for direction in ONE_WAY:
        groups = part.entries(direction)
        filters[direction] = tuple(_group(part, value, path) for path, value in groups)
    part.nothing_else()
    return filters


def _recommended(entity: str) -> dict[str, tuple[tuple[ConditionWanted, ...], ...]]:
    """A file that says nothing about filters gets those that keep the books from filling up."""
    if entity not in ENTITIES:
        return {}
    return {
        direction.value: tuple(
            tuple(
                ConditionWanted(
                    one.object,
                    one.property,
                    one.operator,
                    list(one.value) if isinstance(one.value, tuple) else one.value,
                )
                for one in group
            )
            for group in groups
        )
        for direction, groups in RECOMMENDED_FILTERS[Entity(entity)].items()
    }


def _group(part: Part, value: Any, path: str) -> tuple[ConditionWanted, ...]:
    members = entries(value, path, part.errors)
    if not members and isinstance(value, list):
        part.errors.append(f"{path}: a group without a condition would let everything through.")
    parts = [part.inside(one, place) for place, one in members]
    return tuple(_condition(part) for part in parts if part.is_usable)


def _condition(part: Part) -> ConditionWanted:
    operator = part.choice("operator", sorted(Operator))
    condition = ConditionWanted(
        object=part.text("object"),
        property=part.text("property"),
        operator=operator,
        value=part.value("value"),
    )
    takes = Operator(operator).takes if operator in set(Operator) else Takes.NOTHING
    if condition.value is None and takes is not Takes.NOTHING:
        part.say("value", f"is missing: “{operator}” compares with one.")
    part.nothing_else()
    return condition
