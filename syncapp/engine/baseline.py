"""Advancing the agreement: only for fields whose write was confirmed, with what was answered."""

from collections.abc import Iterable

from syncapp.engine.plan import FieldDecision, Verdict
from syncapp.engine.records import Baseline, Pair, Side, Value
from syncapp.engine.rules import FieldMapping, SyncRule


def settle(
    rule: SyncRule,
    before: Baseline | None,
    fields: Iterable[FieldDecision],
    confirmed: frozenset[Side],
    after: Pair,
) -> Baseline:
    """`confirmed` are the sides whose write was answered; `after` holds their answers, and for a
    side nothing was written to the snapshot that was decided on.

    A copied value is stored as it was decided on at its source, not as the source looks now: an
    edit made there meanwhile must still count as a change.
    """
    hubspot: dict[str, Value] = dict(before.hubspot) if before else {}
    quickbooks: dict[str, Value] = dict(before.quickbooks) if before else {}
    stores = {Side.HUBSPOT: hubspot, Side.QUICKBOOKS: quickbooks}
    rows = {row.key: row for row in rule.mappings}
    for field in fields:
        row = rows.get(field.mapping)
        if row is None:
            continue
        if field.verdict in (Verdict.CONVERGED, Verdict.SETTLED):
            hubspot[row.key] = field.hubspot
            quickbooks[row.key] = field.quickbooks
        elif field.verdict is Verdict.COPY and field.target in confirmed:
            _settle_copy(row, field, stores, after)
    return Baseline(hubspot, quickbooks)


def _settle_copy(
    row: FieldMapping, field: FieldDecision, stores: dict[Side, dict[str, Value]], after: Pair
) -> None:
    target = field.target
    answer = after.side(target) if target else None
    if target is None or answer is None:
        return
    stores[target.other][row.key] = field.source_value
    stores[target][row.key] = answer.get(row.field(target))
