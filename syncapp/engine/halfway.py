"""Is what stands on the other side our own change, cut off in the middle?"""

from collections import Counter
from collections.abc import Hashable

from syncapp.engine.compare import money_fold
from syncapp.engine.records import Line, LineKind, Pair, Value
from syncapp.engine.rules import FieldKind, FieldMapping


def stands_halfway(row: FieldMapping, pair: Pair, now: Value, before: Value) -> bool:
    """Lines are when each of them was there before or is one of those we were writing; what the
    side computes from them follows. Anything else somebody has changed."""
    if row.kind is not FieldKind.LINES:
        return any(isinstance(value, tuple) for some in pair.begun.values() for value in some)
    wanted = [value for some in pair.begun.values() for value in some if isinstance(value, tuple)]
    allowed = _folds(before)
    for lines in wanted:
        allowed += _folds(lines)
    return bool(wanted) and not _folds(now) - allowed


def _folds(value: Value) -> Counter[Hashable]:
    lines: tuple[Line, ...] = value if isinstance(value, tuple) else ()
    return Counter(money_fold((line,)) for line in lines if line.kind is not LineKind.TEXT)
