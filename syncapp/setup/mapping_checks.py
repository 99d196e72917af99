"""Checks the rows that people add against the fields their accounts really have, before a rule is
saved; and notes for each how its two values are compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from syncapp.connectors.base import Describing
from syncapp.engine.field_types import FieldInfo
from syncapp.engine.pairing import Pairing, pairing
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import FieldMapping
from syncapp.engine.said import said
from syncapp.engine.transforms import TransformError, parsed
from syncapp.objects import DEFAULT_MAPPINGS
from syncapp.objects.reserved import is_reserved


@dataclass(frozen=True, slots=True)
class Problem:
    """`row` is counted from 0, as the rows were given."""

    row: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows as given, with their kinds where nothing is wrong with them."""

    rows: tuple[FieldMapping, ...]
    problems: tuple[Problem, ...] = ()


Fields = Mapping[Side, Mapping[str, FieldInfo]]


def fields_of(connectors: Mapping[Side, Describing], entity: Entity) -> Fields:
    """What both accounts have now, one question each."""
    return {
        side: {field.name: field for field in connector.describe(entity)}
        for side, connector in connectors.items()
    }


def check_mappings(
    fields: Fields, entity: Entity, rows: Sequence[FieldMapping], off: Iterable[str] = ()
) -> Checked:
    """`off`: keys of rows that are switched off. They take no field, and may name one that is gone.
    Of our own rows among `rows` the fields need no check."""
    ours = {row.key: row for row in DEFAULT_MAPPINGS[entity]}
    off = frozenset(off)
    written = _written_by([row for key, row in ours.items() if key not in off])
    checked, problems = [], []
    for number, row in enumerate(rows):
        if row.key in ours or row.key in off:
            problems += unreadable([row], number)
            checked.append(replace(row, is_added=row.key not in ours))
            continue
        found = _checked(fields, row)
        sentence = (
            found
            if isinstance(found, str)
            else _not_theirs(row, entity) or _taken(fields, row, written)
        )
        if sentence:
            problems.append(Problem(number, sentence))
        kept = replace(row, is_added=True, kind=row.kind if isinstance(found, str) else found.kind)
        for place in _places(kept):
            written.setdefault(place, kept)
        checked.append(kept)
    return Checked(tuple(checked), tuple(problems))


def bent(entity: Entity, rows: Sequence[FieldMapping]) -> list[Problem]:
    """Our own rows are switched on and off; what else is special about them stays."""
    ours = {row.key: row for row in DEFAULT_MAPPINGS[entity]}
    return [
        Problem(
            number,
            said(
                "“{hubspot}” with “{quickbooks}” is a mapping of Ledgerline’s own: it can be"
                " switched on and off, not turned or transformed. Leave “direction” and “transform”"
                " out.",
                hubspot=row.hubspot,
                quickbooks=row.quickbooks,
            ),
        )
        for number, row in enumerate(rows)
        if (own := ours.get(row.key)) and (row.transform or row.direction is not own.direction)
    ]


def unreadable(rows: Iterable[FieldMapping], first: int = 0) -> list[Problem]:
    """What is wrong whatever fields the accounts have."""
    problems = []
    for number, row in enumerate(rows, first):
        try:
            parsed(row.transform)
        except TransformError as error:
            problems.append(Problem(number, str(error)))
    return problems


def _checked(fields: Fields, row: FieldMapping) -> Pairing | str:
    """A sentence where the two cannot meet as the row wants it."""
    infos = {}
    for side in Side:
        info = fields[side].get(row.field(side))
        if info is None:
            return said(
                "There is no field “{row}” in {side}. Choose one that the account has.",
                row=row.field(side),
                side=side.product_name,
            )
        infos[side] = info
    try:
        transform = parsed(row.transform)
    except TransformError as error:
        return str(error)
    found = pairing(infos[Side.HUBSPOT], infos[Side.QUICKBOOKS], transform, row.forward)
    return found.refusal(row.direction) or found


def _not_theirs(row: FieldMapping, entity: Entity) -> str:
    """Empty where an added row may write all that it reaches."""
    for side, name in _places(row):
        if is_reserved(entity, side, name):
            return said(
                "“{name}” in {side} is decided by Ledgerline itself; a mapping may read it, not"
                " write it. Let this one run the other way.",
                name=name,
                side=side.product_name,
            )
    return ""


def _taken(
    fields: Fields, row: FieldMapping, written: Mapping[tuple[Side, str], FieldMapping]
) -> str:
    """Two rows that write one field would undo each other in every pass."""
    for side, name in _places(row):
        other = written.get((side, name))
        if other is not None:
            return said(
                "“{name}” in {side} is written from “{source}” already. Switch that row off, or"
                " let this one run the other way.",
                name=_label(fields, side, name),
                side=side.product_name,
                source=_label(fields, side.other, other.field(side.other)),
            )
    return ""


def _label(fields: Fields, side: Side, name: str) -> str:
    known = fields[side].get(name)
    return known.label if known else name


def _written_by(rows: Iterable[FieldMapping]) -> dict[tuple[Side, str], FieldMapping]:
    return {place: row for row in rows for place in _places(row)}


def _places(row: FieldMapping) -> list[tuple[Side, str]]:
    return [(side, row.field(side)) for side in Side if row.direction.reaches(side)]
