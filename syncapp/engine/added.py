"""Rows that people added meet fields that are not ours: these may vanish, or not keep a value."""

from collections.abc import Iterable, Sequence

from syncapp.engine.fields import translated
from syncapp.engine.forms import is_kept
from syncapp.engine.plan import FieldDecision, Finding, State, Verdict
from syncapp.engine.records import Pair, Side
from syncapp.engine.rules import FieldMapping, SyncRule
from syncapp.engine.words import in_words


def vanished(rows: Iterable[FieldMapping], pair: Pair) -> Finding | None:
    for row in rows:
        for side in Side:
            if row.is_added and row.field(side) in pair.missing.get(side, ()):
                facts = {"side": side.product_name, "field": row.field(side)}
                return Finding(State.FAILING, "field_missing", facts)
    return None


def not_kept(
    rows: Sequence[FieldMapping], fields: Sequence[FieldDecision], pair: Pair, rule: SyncRule
) -> Finding | None:
    """What both sides agreed on and yet is gone or cut on one of them was not kept there."""
    for row, field in zip(rows, fields, strict=True):
        if not row.is_added or field.verdict is not Verdict.SETTLED:
            continue
        for target in Side:
            if not (rule.direction.reaches(target) and row.direction.reaches(target)):
                continue
            sent, held = translated(row, target, pair, rule), pair.value(target, row.field(target))
            if not is_kept(row, sent, held):
                facts = {
                    "side": target.product_name,
                    "field": row.field(target),
                    "before": in_words(sent),
                    "after": in_words(held) or "nothing",
                }
                return Finding(State.FAILING, "not_kept", facts)
    return None
