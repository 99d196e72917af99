"""Which property may meet which field, which way, and how the two are compared.

A pair goes one way when the target cannot be written, or when the target is a text and the
source is not. What fits neither way is refused, with the reason in a sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from syncapp.engine.field_types import FieldInfo, FieldType
from syncapp.engine.records import Side
from syncapp.engine.rules import Direction, FieldKind
from syncapp.engine.said import joined, said
from syncapp.engine.transforms import UNCHANGED, Transform

_SAME = frozenset(
    {
        FieldType.TEXT,
        FieldType.NUMBER,
        FieldType.DATE,
        FieldType.DATETIME,
        FieldType.BOOLEAN,
        FieldType.CHOICE,
    }
)
_DAYS = frozenset({FieldType.DATE, FieldType.DATETIME})
# What can be written out as a text, besides a text. HubSpot's users have no name over there.
_AS_TEXT: Mapping[Side, frozenset[FieldType]] = {
    Side.HUBSPOT: frozenset({*_SAME, FieldType.OWNER}),
    Side.QUICKBOOKS: frozenset({*_SAME, FieldType.CHOICES}),
}
_MOST_SHOWN = 3
_KINDS = {
    FieldType.NUMBER: FieldKind.NUMBER,
    FieldType.DATE: FieldKind.DATE,
    FieldType.DATETIME: FieldKind.DATETIME,
    FieldType.BOOLEAN: FieldKind.BOOLEAN,
    FieldType.CHOICE: FieldKind.CHOICE,
}


@dataclass(frozen=True, slots=True)
class Pairing:
    """`refusals` by target side: why nothing may be written there. `kind`: how both values are
    compared."""

    refusals: Mapping[Side, str]
    kind: FieldKind = FieldKind.TEXT

    @property
    def direction(self) -> Direction | None:
        """The widest one; None: these two cannot meet."""
        open_sides = [side for side in Side if side not in self.refusals]
        if len(open_sides) == 2:
            return Direction.BOTH
        return Direction.towards(open_sides[0]) if open_sides else None

    def refusal(self, wanted: Direction) -> str:
        """Empty when the row may run that way."""
        reasons = [reason for side, reason in self.refusals.items() if wanted.reaches(side)]
        if not reasons:
            return ""
        if self.direction is None or wanted is not Direction.BOTH:
            return joined(" ", *reasons)
        return said(
            "{reasons} Let it run {one_way} only.",
            reasons=reasons[0],
            one_way=_ONE_WAY[self.direction],
        )


_ONE_WAY = {
    Direction.TO_HUBSPOT: said("from QuickBooks to HubSpot"),
    Direction.TO_QUICKBOOKS: said("from HubSpot to QuickBooks"),
}


def pairing(
    hubspot: FieldInfo,
    quickbooks: FieldInfo,
    transform: Transform = UNCHANGED,
    forward: Side = Side.QUICKBOOKS,
) -> Pairing:
    """`forward` is the side to which the transform runs; to the other one it is undone."""
    fields = {Side.HUBSPOT: hubspot, Side.QUICKBOOKS: quickbooks}
    refusals = {}
    for target in Side:
        into = transform.apply if target is forward else transform.undo
        examples = transform.examples(is_forward=target is forward)
        reason = (
            _unwritable(fields[target], target)
            or _unlike(fields, target, is_mapped=bool(examples))
            or _untransformable(fields[target], transform)
            or _unknown_options(fields, target, into, examples)
        )
        if reason:
            refusals[target] = reason
    return Pairing(refusals, _kind(hubspot.type, quickbooks.type))


def _unwritable(held: FieldInfo, target: Side) -> str:
    if not held.is_read_only:
        return ""
    return said(
        "{target} lets nobody write “{held_label}”.",
        target=target.product_name,
        held_label=held.label,
    )


def _unlike(fields: Mapping[Side, FieldInfo], target: Side, *, is_mapped: bool) -> str:
    """Why values of the other side are none for this one."""
    source, held = fields[target.other], fields[target]
    if source.type is held.type and source.type in _SAME:
        return ""
    if {source.type, held.type} == _DAYS:
        return ""
    if held.type is FieldType.TEXT and source.type in _AS_TEXT[target]:
        return ""
    if held.type is FieldType.CHOICE and source.type is FieldType.TEXT and is_mapped:
        return ""
    return said(
        "“{source_label}” is {source_type} in {target_other}, but “{held_label}” is {held_type}"
        " in {target}.",
        source_label=source.label,
        source_type=said(source.type.words),
        target_other=target.other.product_name,
        held_label=held.label,
        held_type=said(held.type.words),
        target=target.product_name,
    )


def _untransformable(held: FieldInfo, transform: Transform) -> str:
    if not transform.steps or held.type in (FieldType.TEXT, FieldType.CHOICE):
        return ""
    return said(
        "A transform makes texts, but “{held_label}” is {held_type}.",
        held_label=held.label,
        held_type=said(held.type.words),
    )


def _unknown_options(
    fields: Mapping[Side, FieldInfo],
    target: Side,
    into: Callable[[str], str],
    examples: tuple[str, ...],
) -> str:
    """A vendor takes no option that it does not know. Where it does not say which there are, it
    is left to find out."""
    source, held = fields[target.other], fields[target]
    known = {value for value, _ in held.options}
    if held.type is not FieldType.CHOICE or not known:
        return ""
    options = tuple(value for value, _ in source.options)
    given = options if source.type is FieldType.CHOICE else examples
    unknown = [f"“{value}”" for value in given if into(value) not in known]
    if not unknown:
        return ""
    shown = ", ".join(unknown[:_MOST_SHOWN]) + (", …" if len(unknown) > _MOST_SHOWN else "")
    return said(
        "“{held_label}” has no option in {target} for {shown}. Add one there, or say which one"
        " it becomes, such as map:Net 30=3.",
        held_label=held.label,
        target=target.product_name,
        shown=shown,
    )


def _kind(hubspot: FieldType, quickbooks: FieldType) -> FieldKind:
    if hubspot is quickbooks:
        return _KINDS.get(hubspot, FieldKind.TEXT)
    return FieldKind.DATE if {hubspot, quickbooks} == _DAYS else FieldKind.TEXT
