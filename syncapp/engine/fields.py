"""The decision for one field of a linked record."""

from collections.abc import Mapping
from dataclasses import replace

from syncapp.engine.compare import changed, is_empty, money_fold
from syncapp.engine.plan import FieldDecision, Verdict
from syncapp.engine.records import Pair, Side, Value
from syncapp.engine.rules import ConflictPolicy, FieldMapping, SyncRule


def decide(
    row: FieldMapping,
    rule: SyncRule,
    pair: Pair,
    reached: frozenset[Side],
    decision: Side | None,
) -> FieldDecision:
    """Both sides of the pair are present. `decision` is a person's: the side that wins."""
    values = {side: pair.value(side, row.field(side)) for side in Side}
    base = pair.baseline
    news = {
        side: changed(row.kind, row.field(side), values[side], base.side(side) if base else None)
        for side in Side
    }
    kept = FieldDecision(row.key, Verdict.HELD, values[Side.HUBSPOT], values[Side.QUICKBOOKS])
    if rule.special.same(row, pair, rule):
        verdict = Verdict.CONVERGED if any(news.values()) else Verdict.SETTLED
        return replace(kept, verdict=verdict)
    if not any(news.values()):
        return replace(kept, verdict=Verdict.SETTLED)
    if row.is_protected and _money_moved(row, pair, values):
        return replace(kept, verdict=Verdict.PROTECTED)
    target = _target(row, rule, pair.origin, news, values, decision)
    if target is None:
        return replace(kept, verdict=Verdict.CONFLICT)
    wipes = is_empty(values[target.other]) and not row.may_wipe
    if target not in reached or not news[target.other] or wipes:
        return kept
    return replace(
        kept,
        verdict=Verdict.COPY,
        target=target,
        written=translated(row, target, pair, rule),
        overwritten=values[target],
        lost=news[target] and base is not None,
    )


def _target(
    row: FieldMapping,
    rule: SyncRule,
    origin: Side | None,
    news: Mapping[Side, bool],
    values: Mapping[Side, Value],
    decision: Side | None,
) -> Side | None:
    """Where a difference should travel to; None: nobody can say (ask)."""
    if row.by_origin and origin is not None:
        return origin.other
    targets = [
        side for side in Side if rule.direction.reaches(side) and row.direction.reaches(side)
    ]
    if len(targets) < 2:
        return targets[0] if targets else Side.QUICKBOOKS  # reached by nothing: it is held
    empty = [side for side in Side if is_empty(values[side])]
    if len(empty) == 1 and not row.may_wipe:
        return empty[0]
    if news[Side.HUBSPOT] != news[Side.QUICKBOOKS]:
        return Side.QUICKBOOKS if news[Side.HUBSPOT] else Side.HUBSPOT
    winner = decision or _WINNERS[rule.conflict]
    return winner.other if winner else None


_WINNERS = {
    ConflictPolicy.HUBSPOT: Side.HUBSPOT,
    ConflictPolicy.QUICKBOOKS: Side.QUICKBOOKS,
    ConflictPolicy.ASK: None,
}


def translated(row: FieldMapping, target: Side, pair: Pair, rule: SyncRule) -> Value:
    """The other side's value as the target would hold it."""
    return rule.special.translate(
        row, pair.value(target.other, row.field(target.other)), target, pair, rule
    )


def _money_moved(row: FieldMapping, pair: Pair, values: Mapping[Side, Value]) -> bool:
    """Did the side that does not own this record's money change it?"""
    if pair.origin is None or pair.baseline is None:
        return False
    guest = pair.origin.other
    before = pair.baseline.side(guest)
    name = row.field(guest)
    return name in before and money_fold(values[guest]) != money_fold(before[name])
