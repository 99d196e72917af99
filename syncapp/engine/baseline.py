"""Advancing the agreement: only for fields whose write was confirmed, with what was answered."""

from collections.abc import Iterable

from syncapp.engine.compare import fold, money_fold
from syncapp.engine.forms import in_form
from syncapp.engine.plan import FieldDecision, Verdict
from syncapp.engine.records import Baseline, Pair, Side, Snapshot, Value
from syncapp.engine.rules import FieldKind, FieldMapping, SyncRule


def settle(
    rule: SyncRule,
    before: Baseline | None,
    fields: Iterable[FieldDecision],
    confirmed: frozenset[Side],
    after: Pair,
    *,
    is_recovered: bool = False,
) -> Baseline:
    """`confirmed` are the sides whose write was answered; `after` holds their answers, and for a
    side nothing was written to the snapshot that was decided on.

    A copied value is stored as it was decided on at its source, not as the source looks now: an
    edit made there meanwhile must still count as a change. `is_recovered`: the answer was lost
    and `after` was read later, so only what still holds our value is settled; the rest may be a
    person's edit and is decided again. Money is settled as we sent it: an edit of it is refused.
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
            answer = after.side(field.target)
            if answer is None:
                continue
            is_ours = not is_recovered or _holds(row, field, answer)
            if not is_ours and not row.is_protected:
                continue
            now = answer.get(row.field(field.target))
            stores[field.target.other][row.key] = field.source_value
            stores[field.target][row.key] = now if is_ours else field.written
    return Baseline(hubspot, quickbooks)


def _holds(row: FieldMapping, field: FieldDecision, answer: Snapshot) -> bool:
    now = answer.get(row.field(answer.ref.side))
    if row.kind is FieldKind.LINES:
        return money_fold(now) == money_fold(field.written)
    return fold(row.kind, in_form(row, now)) == fold(row.kind, field.written)
