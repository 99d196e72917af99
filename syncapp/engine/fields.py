"""The decision for one field of a linked record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from syncapp.engine.compare import changed, fold, is_empty, money_fold
from syncapp.engine.halfway import stands_halfway
from syncapp.engine.plan import FieldDecision, Hold, Verdict
from syncapp.engine.records import Pair, Side, Value
from syncapp.engine.rules import ConflictPolicy, FieldKind, FieldMapping, SyncRule

# An item may be linked after its line was booked; a total tells whether lines agree.
_COMPARED_ELSEWHERE = (FieldKind.LINES, FieldKind.REFERENCE)


def decide(
    row: FieldMapping,
    rule: SyncRule,
    pair: Pair,
    reached: frozenset[Side],
    decision: Side | None,
) -> FieldDecision:
    """Both sides of the pair are present. `decision` is a person's: the side that wins."""
    here = pair.value(Side.HUBSPOT, row.hubspot)
    there = pair.value(Side.QUICKBOOKS, row.quickbooks)
    values = {Side.HUBSPOT: here, Side.QUICKBOOKS: there}
    base = _agreed(row, pair)
    news = {side: base is None or changed(row.kind, values[side], base[side]) for side in values}
    decided = partial(FieldDecision, row.key, hubspot=here, quickbooks=there)
    if rule.special.same(row, pair, rule):
        return decided(Verdict.CONVERGED if any(news.values()) else Verdict.SETTLED)
    if not any(news.values()):
        return decided(Verdict.SETTLED, hold=_stored_differently(row, values))
    if base is not None and _guest_moved_it(row, pair.origin, values, base):
        return _protected(row, rule, pair, base, decided(Verdict.PROTECTED), decision)
    targets = _targets(row, rule, pair.origin)
    # Clearing travels only where something is known to have been there.
    may_wipe = row.may_wipe and base is not None
    empty = [] if may_wipe else [side for side in Side if is_empty(values[side])]
    target = _target(targets, news, empty, decision or _WINNERS[rule.conflict])
    if target is None and targets & reached:
        return decided(Verdict.CONFLICT)
    hold = _hold(row, rule, pair.origin, targets, news, target)
    if hold is not None or target is None:
        return decided(Verdict.HELD, hold=hold)
    if target not in reached:
        return decided(Verdict.HELD, hold=Hold.FILTER)
    written = translated(row, target, pair, rule)
    if target.other in empty or (written in ((), "") and not may_wipe):
        return decided(Verdict.HELD, hold=Hold.EMPTY)
    lost = news[target] and base is not None
    held = values[target]
    copy = decided(Verdict.COPY, target=target, written=written, overwritten=held, lost=lost)
    return _copied(row, copy)


def _copied(row: FieldMapping, copy: FieldDecision) -> FieldDecision:
    """Undoing a transform may lead to what is there already, though it would not lead back."""
    if row.transform and fold(row.kind, copy.written) == fold(row.kind, copy.overwritten):
        return FieldDecision(copy.mapping, Verdict.CONVERGED, copy.hubspot, copy.quickbooks)
    return copy


def _agreed(row: FieldMapping, pair: Pair) -> Mapping[Side, Value] | None:
    """What both sides held when they last agreed on this row; None before they ever did."""
    base, key = pair.baseline, row.key
    if base is None or key not in base.hubspot or key not in base.quickbooks:
        return None
    return {Side.HUBSPOT: base.hubspot[key], Side.QUICKBOOKS: base.quickbooks[key]}


def _targets(row: FieldMapping, rule: SyncRule, origin: Side | None) -> frozenset[Side]:
    """Where values of this row may travel to. What belongs to an origin nobody knows stays."""
    if row.by_origin and origin is None:
        return frozenset()
    return frozenset(
        side
        for side in Side
        if rule.direction.reaches(side)
        and row.direction.reaches(side)
        and not (row.by_origin and side is origin)
    )


def _target(
    targets: frozenset[Side],
    news: Mapping[Side, bool],
    empty: Sequence[Side],
    winner: Side | None,
) -> Side | None:
    """Where a difference should travel to; None: nobody can say."""
    if len(targets) < 2:
        return next(iter(targets), None)
    if len(empty) == 1:
        return empty[0]
    if news[Side.HUBSPOT] != news[Side.QUICKBOOKS]:
        return Side.QUICKBOOKS if news[Side.HUBSPOT] else Side.HUBSPOT
    return winner.other if winner else None


def _stored_differently(row: FieldMapping, values: Mapping[Side, Value]) -> Hold | None:
    """An empty side is not meant: an app fills what it was not sent with a value of its own."""
    is_meant = row.kind not in _COMPARED_ELSEWHERE and not any(map(is_empty, values.values()))
    return Hold.STORED if is_meant else None


def _hold(
    row: FieldMapping,
    rule: SyncRule,
    origin: Side | None,
    targets: frozenset[Side],
    news: Mapping[Side, bool],
    target: Side | None,
) -> Hold | None:
    """Why a difference has nowhere to travel to, or nothing new to bring there."""
    if target is None and targets:
        return Hold.FILTER
    if target is not None and news[target.other]:
        return None
    if len(targets) > 1:
        return Hold.EMPTY
    if row.by_origin and (origin is None or rule.direction.reaches(origin.other)):
        return Hold.OWNER
    return Hold.DIRECTION


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


def _guest_moved_it(
    row: FieldMapping,
    origin: Side | None,
    values: Mapping[Side, Value],
    base: Mapping[Side, Value],
) -> bool:
    """Did the side that does not own what this row protects change it?"""
    if origin is None or not row.is_protected:
        return False
    now, before = values[origin.other], base[origin.other]
    if row.kind is FieldKind.LINES and not row.protects_words:
        return money_fold(now) != money_fold(before)
    return changed(row.kind, now, before)


def _protected(
    row: FieldMapping,
    rule: SyncRule,
    pair: Pair,
    base: Mapping[Side, Value],
    refused: FieldDecision,
    decision: Side | None,
) -> FieldDecision:
    """Nothing moves until a person says which side counts: then it goes to the other one, past
    filters and past who owns it. What we left in the middle ourselves is finished."""
    guest = (pair.origin or Side.HUBSPOT).other
    is_ours = stands_halfway(row, pair, pair.value(guest, row.field(guest)), base[guest])
    winner = pair.origin if is_ours else decision
    target = winner.other if winner else None
    if target is None or not rule.direction.reaches(target):
        return replace(refused, overwritten=base[guest])
    return replace(
        refused,
        verdict=Verdict.COPY,
        target=target,
        written=translated(row, target, pair, rule),
        overwritten=pair.value(target, row.field(target)),
        lost=target is guest and not is_ours,
    )
