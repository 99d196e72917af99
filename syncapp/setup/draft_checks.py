"""What is wrong with a draft, by step: the checks of a configuration file, and those that need to
know which fields the accounts really have."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from syncapp.engine.field_types import FieldInfo
from syncapp.engine.pairing import Pairing, pairing
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction, FieldKind, FieldMapping
from syncapp.engine.said import said
from syncapp.engine.transforms import parsed
from syncapp.models import RuleDraft
from syncapp.models.rules import NO_MATCHING
from syncapp.objects.options import OPTIONS, OptionKind
from syncapp.setup import drafts, mapping_checks
from syncapp.setup.account_fields import Accounts
from syncapp.setup.filter_checks import check_filters
from syncapp.setup.rule_document.wanted import KEEPS_LINKED, MappingWanted, RuleWanted
from syncapp.setup.unsaved_rule import filters_of

_CONDITION = re.compile(r"^filters\.(\w+)\[(\d+)\]\[(\d+)\]\.(\w+): (.*)$", re.DOTALL)

_UNFINISHED = {
    "object": said("Choose a field."),
    "property": said("Choose a field."),
    "value": said("Choose or enter a value."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`place`: what of the step it is about, such as `to_hubspot:0:1` or `email=Notes`."""

    step: str
    sentence: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """`wanted`: what the document asks for, filters and mappings with what the accounts say of
    them."""

    wanted: RuleWanted
    problems: tuple[Problem, ...]

    def of(self, step: str) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.step == step)


def judge(data: Mapping[str, Any], accounts: Accounts) -> Judged:
    """An account that cannot be asked raises no problem: what it would say is not known."""
    wanted, errors = drafts.read(data)
    problems = [_of_document(one) for one in errors]
    if not errors:
        entity = Entity(wanted.entity)
        wanted, added = _of_mappings(wanted, entity, accounts)
        problems += added
        problems += _of_matching(wanted, entity, accounts)
        problems += _of_options(wanted, entity, accounts)
        wanted, found = _of_filters(wanted, entity, accounts)
        problems += found
    return Judged(wanted, tuple(dict.fromkeys(problems)))


def pairing_of(row: MappingWanted, entity: Entity, accounts: Accounts) -> Pairing | None:
    """None where one of the fields is not known. Raises `TransformError`."""
    hubspot = _field(accounts[Side.HUBSPOT].describe(entity), row.hubspot)
    quickbooks = _field(accounts[Side.QUICKBOOKS].describe(entity), row.quickbooks)
    if hubspot is None or quickbooks is None:
        return None
    return pairing(hubspot, quickbooks, parsed(row.transform), _engine_row(row).forward)


def check_rows(
    rows: Sequence[MappingWanted], entity: Entity, accounts: Accounts
) -> mapping_checks.Checked:
    """Nothing is wrong with rows of an account whose fields are not known."""
    engine_rows = tuple(_engine_row(row) for row in rows)
    fields = mapping_checks.fields_of(accounts.by_side, entity)
    if not all(fields.values()):
        return mapping_checks.Checked(engine_rows)
    off = [one.key for one, row in zip(engine_rows, rows, strict=True) if not row.is_on]
    return mapping_checks.check_mappings(fields, entity, engine_rows, off)


def _engine_row(row: MappingWanted) -> FieldMapping:
    direction = Direction(row.direction)
    kept = FieldKind(row.kind) if row.kind else FieldKind.TEXT
    return FieldMapping(row.hubspot, row.quickbooks, direction, kept, transform=row.transform)


def _of_mappings(
    wanted: RuleWanted, entity: Entity, accounts: Accounts
) -> tuple[RuleWanted, list[Problem]]:
    """Notes how the values of added rows are compared."""
    checked = check_rows(wanted.mappings, entity, accounts)
    noted = tuple(
        replace(row, kind=one.kind.value) if one.is_added else row
        for row, one in zip(wanted.mappings, checked.rows, strict=True)
    )
    problems = [
        Problem(RuleDraft.Step.CONFIGURE, one.sentence, checked.rows[one.row].key)
        for one in checked.problems
    ]
    return replace(wanted, mappings=noted), problems


def _of_document(error: str) -> Problem:
    """Of a condition that is not filled in yet the reader says where; else the whole sentence is
    shown: only somebody who bends the page's own fields gets to see it."""
    if found := _CONDITION.match(error):
        direction, group, place, key, sentence = found.groups()
        words = _UNFINISHED.get(key, f"The {key} {sentence}")
        return Problem(RuleDraft.Step.LIMIT, words, f"{direction}:{group}:{place}")
    is_limit = error.startswith(("filters", f"options.{KEEPS_LINKED}"))
    return Problem(RuleDraft.Step.LIMIT if is_limit else RuleDraft.Step.CONFIGURE, error)


def _of_matching(wanted: RuleWanted, entity: Entity, accounts: Accounts) -> Iterator[Problem]:
    hubspot, is_pair, quickbooks = wanted.match_on.partition("=")
    if not is_pair or wanted.match_on == NO_MATCHING:
        return
    for side, name in ((Side.HUBSPOT, hubspot), (Side.QUICKBOOKS, quickbooks)):
        known = accounts[side].describe(entity)
        if known and _field(known, name) is None:
            sentence = said(
                "{side} has no field “{name}” to match by. Choose another.",
                side=side.product_name,
                name=name,
            )
            yield Problem(RuleDraft.Step.CONFIGURE, sentence, "match_on")


def _of_options(wanted: RuleWanted, entity: Entity, accounts: Accounts) -> Iterator[Problem]:
    books = accounts[Side.QUICKBOOKS]
    for option in OPTIONS[entity]:
        chosen = wanted.options.get(option.name)
        if not chosen or option.kind not in (OptionKind.ACCOUNT, OptionKind.ITEM):
            continue
        is_account = option.kind is OptionKind.ACCOUNT
        offered = books.accounts_for(option.name) if is_account else books.items()
        if offered and str(chosen) not in dict(offered):
            sentence = said(
                "“{option_label}”: QuickBooks has no such one any more. Choose another.",
                option_label=option.label,
            )
            yield Problem(RuleDraft.Step.CONFIGURE, sentence, option.name)


def _of_filters(
    wanted: RuleWanted, entity: Entity, accounts: Accounts
) -> tuple[RuleWanted, list[Problem]]:
    filters = {
        direction: groups
        for direction, groups in filters_of(wanted).items()
        if _is_known(groups, entity, accounts, _source(direction))
    }
    checked = check_filters(accounts.by_side, entity, filters)
    problems = [
        Problem(RuleDraft.Step.LIMIT, one.sentence, f"{one.direction}:{one.group}:{one.condition}")
        for one in checked.problems
    ]
    labelled = {
        **wanted.filters,
        **{
            direction.value: tuple(
                tuple(
                    replace(given, type=one.type, label=one.label, shown=one.shown)
                    for given, one in zip(givens, group, strict=True)
                )
                for givens, group in zip(wanted.filters[direction.value], groups, strict=True)
            )
            for direction, groups in checked.filters.items()
        },
    }
    return replace(wanted, filters=labelled), problems


def _is_known(groups: Any, entity: Entity, accounts: Accounts, side: Side) -> bool:
    names = {one.object for group in groups for one in group}
    account = accounts[side]
    offered = {entity.value, *account.related_objects(entity)}
    return all(account.about(entity, name) for name in names & offered)


def _source(direction: Direction) -> Side:
    return Side.QUICKBOOKS if direction is Direction.TO_HUBSPOT else Side.HUBSPOT


def _field(known: Iterable[FieldInfo], name: str) -> FieldInfo | None:
    return next((one for one in known if one.name == name), None)
