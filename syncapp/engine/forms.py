"""A plain value on its way to the other side: in the form of its row, and transformed."""

from collections.abc import Hashable
from datetime import UTC, date, datetime
from decimal import Decimal

from syncapp.engine.compare import fold, is_empty
from syncapp.engine.records import Side, Value
from syncapp.engine.rules import FieldKind, FieldMapping
from syncapp.engine.transforms import parsed

_TEXTS = frozenset({FieldKind.TEXT, FieldKind.NAME, FieldKind.PHONE})


def carried_over(row: FieldMapping, value: Value, target: Side) -> Value:
    """A value of the other side as the target would hold it."""
    value = in_form(row, value)
    if not row.transform or not isinstance(value, str):
        return value
    transform = parsed(row.transform)
    return transform.apply(value) if target is row.forward else transform.undo(value)


def alike(row: FieldMapping, hubspot: Value, quickbooks: Value) -> bool:
    """Do both sides hold the same, as far as the row can tell?"""
    source, target = (
        (hubspot, quickbooks) if row.forward is Side.QUICKBOOKS else (quickbooks, hubspot)
    )
    sent = carried_over(row, source, row.forward)
    return _compared(row, sent) == _compared(row, in_form(row, target))


def in_form(row: FieldMapping, value: Value) -> Value:
    """An instant becomes a day where days are compared, and everything a text where texts are.

    >>> in_form(FieldMapping("note", "Memo"), Decimal("12.50"))
    '12.5'
    """
    if row.kind is FieldKind.DATE and isinstance(value, datetime):
        return value.astimezone(row.zone).date()
    return as_text(value) if row.kind in _TEXTS else value


def as_text(value: Value) -> Value:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value.normalize() if value else Decimal(0), "f")
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return value


def is_kept(row: FieldMapping, written: Value, held: Value) -> bool:
    """A vendor may keep a value in a form of its own, but neither drop nor cut it."""
    if is_empty(written):
        return True
    ours, theirs = fold(row.kind, written), fold(row.kind, in_form(row, held))
    if isinstance(ours, str) and isinstance(theirs, str):
        return not (len(theirs) < len(ours) and ours.startswith(theirs))
    return theirs is not None


def _compared(row: FieldMapping, value: Value) -> Hashable:
    is_transformed = row.transform and isinstance(value, str)
    return fold(row.kind, parsed(row.transform).form(str(value)) if is_transformed else value)
