"""Does a record hold what a write was to put into it?"""

from syncapp.connectors.quickbooks.fields import field_of
from syncapp.engine.compare import fold
from syncapp.engine.records import Line, LineKind, Snapshot, Value
from syncapp.engine.rules import FieldKind
from syncapp.engine.writes import Write


def holds(write: Write, now: Snapshot) -> bool:
    return all(
        _same(value, now.get(name))
        for name, value in write.fields.items()
        if not field_of(write.entity, name).is_read_only and name in now.fields
    )


def _same(ours: Value, theirs: Value) -> bool:
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        return _lines(ours) == _lines(theirs)
    return fold(FieldKind.TEXT, ours) == fold(FieldKind.TEXT, theirs)


def _lines(lines: tuple[Line, ...]) -> list[tuple[object, ...]]:
    """Without what only QuickBooks adds: texts, taxes, names and ids."""
    return [
        (line.kind, line.product, line.amount, fold(FieldKind.TEXT, line.description))
        for line in lines
        if line.kind in (LineKind.ITEM, LineKind.DISCOUNT)
    ]
