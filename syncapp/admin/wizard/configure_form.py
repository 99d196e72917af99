"""What the Configure page sends, as the part of the document that this step owns; and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from syncapp.engine.field_types import FieldInfo
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.models.rules import DEFAULT_MATCHING, NO_MATCHING
from syncapp.objects import DEFAULT_MAPPINGS, MATCH_KEYS
from syncapp.objects.options import OPTIONS, Option, OptionKind
from syncapp.setup.account_fields import Account, Accounts

Row = dict[str, Any]

FIELD_MATCHING = "field"


@dataclass(frozen=True, slots=True)
class MappingRow:
    """`direction` is what is left of the row's own in a sync of the chosen direction; empty: it
    is not used."""

    key: str
    hubspot: str
    quickbooks: str
    hubspot_label: str
    quickbooks_label: str
    direction: str
    is_on: bool
    is_ours: bool
    is_required: bool
    transform: str
    problems: tuple[str, ...] = ()


def key_of(row: Mapping[str, Any]) -> str:
    return f"{row.get('hubspot', '')}={row.get('quickbooks', '')}"


def read_part(post: QueryDict, before: Mapping[str, Any], required: frozenset[str]) -> Row:
    """`required` rows have no switch that could be sent."""
    entity = Entity(before["entity"])
    part: Row = {**before, "direction": post.get("direction", before.get("direction", "both"))}
    part["conflict"] = post.get("conflict") or before.get("conflict", "")
    if not part["conflict"]:
        del part["conflict"]
    matching = _matching(post, before)
    part.pop("match_on", None)
    if matching:
        part["match_on"] = matching
    part["options"] = _options(post, entity, before.get("options", {}))
    part["mappings"] = _mappings(post, entity, before.get("mappings", ()), required)
    return part


def _matching(post: QueryDict, before: Mapping[str, Any]) -> str:
    held = str(before.get("match_on", DEFAULT_MATCHING))
    match post.get("matching"):
        case "none":
            return NO_MATCHING
        case "field":
            chosen = post.get("match_field", "")
            return held if held and chosen.partition("=")[2] == held else chosen
        case "default":
            return DEFAULT_MATCHING
        case _:
            return held


def _options(post: QueryDict, entity: Entity, held: Mapping[str, Any]) -> Row:
    chosen: Row = {}
    for option in OPTIONS[entity]:
        value = post.get(f"option-{option.name}", "").strip()
        if option.kind is OptionKind.FLAG:
            if bool(value) != option.is_on_at_first or option.name in held:
                chosen[option.name] = bool(value)
        elif value and (option.name in held or value != _usual(option)):
            chosen[option.name] = value
    return chosen


def _usual(option: Option) -> str:
    return option.choices[0][0] if option.choices else ""


def _mappings(
    post: QueryDict, entity: Entity, held: Iterable[Mapping[str, Any]], required: frozenset[str]
) -> list[Row]:
    on = {*post.getlist("on"), *required}
    rows = [{**row, "on": key_of(row) in on} for row in held]
    known = {key_of(row) for row in rows}
    for default in DEFAULT_MAPPINGS[entity]:
        if default.key not in known and default.key not in on:
            rows.append(
                {
                    "hubspot": default.hubspot,
                    "quickbooks": default.quickbooks,
                    "direction": default.direction.value,
                    "on": False,
                }
            )
    return rows


def required_rows(entity: Entity, accounts: Accounts) -> frozenset[str]:
    """Ours without which a vendor takes no record: they cannot be switched off."""
    needed = {
        side: {one.name for one in accounts[side].describe(entity) if one.is_required}
        for side in Side
    }
    return frozenset(
        row.key
        for row in DEFAULT_MAPPINGS[entity]
        if any(row.field(side) in needed[side] for side in Side)
    )


def mapping_rows(
    part: Mapping[str, Any], accounts: Accounts, wrong: Mapping[str, tuple[str, ...]]
) -> list[MappingRow]:
    entity = Entity(part["entity"])
    labels = {side: _labels(accounts[side], entity) for side in Side}
    required = required_rows(entity, accounts)
    whole = Direction(part.get("direction", "both"))
    held = {key_of(row): row for row in part.get("mappings", ())}
    ours = {row.key: row for row in DEFAULT_MAPPINGS[entity]}
    found = []
    for key in dict.fromkeys([*ours, *held]):
        row, default = held.get(key, {}), ours.get(key)
        hubspot, _, quickbooks = key.partition("=")
        own = default.direction if default else Direction(row.get("direction", "both"))
        if default and default.direction is Direction.BOTH:
            own = Direction(row.get("direction", "both"))
        found.append(
            MappingRow(
                key=key,
                hubspot=hubspot,
                quickbooks=quickbooks,
                hubspot_label=labels[Side.HUBSPOT].get(hubspot, hubspot),
                quickbooks_label=labels[Side.QUICKBOOKS].get(quickbooks, quickbooks),
                direction=_within(own, whole),
                is_on=row.get("on", True),
                is_ours=default is not None,
                is_required=key in required,
                transform=row.get("transform", ""),
                problems=wrong.get(key, ()),
            )
        )
    return found


def match_pairs(part: Mapping[str, Any], accounts: Accounts) -> list[tuple[str, str]]:
    """Fields to match by: whatever is mapped, on or not. References and lines say nothing."""
    entity = Entity(part["entity"])
    rows = mapping_rows(part, accounts, {})
    once = {row.key for row in DEFAULT_MAPPINGS[entity] if row.on_create}
    return [
        (row.key, f"{row.hubspot_label} = {row.quickbooks_label}")
        for row in rows
        if row.key not in once
    ]


def chosen_matching(part: Mapping[str, Any], pairs: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Which of the three ways, and the chosen pair."""
    held = str(part.get("match_on", DEFAULT_MATCHING))
    if held == DEFAULT_MATCHING:
        return "default", ""
    if held == NO_MATCHING:
        return "none", ""
    keys = [key for key, _ in pairs]
    named = [key for key in keys if key.partition("=")[2] == held]
    return FIELD_MATCHING, named[0] if named else held


def may_match(entity: Entity) -> bool:
    """Invoices have no key that is safe on both sides."""
    return bool(MATCH_KEYS[entity])


def _within(own: Direction, whole: Direction) -> str:
    sides = [side for side in Side if own.reaches(side) and whole.reaches(side)]
    if len(sides) == 2:
        return Direction.BOTH.value
    return Direction.towards(sides[0]).value if sides else ""


def _labels(account: Account, entity: Entity) -> dict[str, str]:
    """What the account calls its fields; those that we work out have our words."""
    rows = DEFAULT_MAPPINGS[entity]
    ours = {row.field(account.side): row.words for row in rows}
    named = {name: words or name.replace("_", " ") for name, words in ours.items()}
    spoken = {name: words[:1].upper() + words[1:] for name, words in named.items()}
    described = pick(account.describe(entity))
    told = {one.name: one.label for one in described if one.label != one.name}
    return {**{name: gettext(words) for name, words in spoken.items()}, **told}


def pick(fields: Iterable[FieldInfo]) -> list[FieldInfo]:
    """For a drop-down, by what people call them. What is in none of our tables is the account's own
    word."""
    told = [replace(one, label=gettext(one.label)) for one in fields]
    return sorted(told, key=lambda one: one.label.casefold())
