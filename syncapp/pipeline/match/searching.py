"""Candidates by key, many at a time: what the vendors' searches say."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from decimal import Decimal

from syncapp.engine.match import fold_key
from syncapp.engine.records import RecordRef, Side, Snapshot
from syncapp.engine.rules import MatchKey, SyncRule
from syncapp.pipeline.context import Pass

ByFold = dict[tuple[MatchKey, Hashable], list[Snapshot]]


def searched(
    work: Pass, rule: SyncRule, side: Side, records: Iterable[Snapshot]
) -> dict[RecordRef, Snapshot]:
    """Records of this side that have a key of one of these, as the side's own search finds
    them."""
    found: dict[RecordRef, Snapshot] = {}
    for key in rule.match_keys:
        values = {value for record in records for value in _spellings(key, record)}
        if not values:
            continue
        answer = work.connectors[side].find(rule.entity, key.field(side), sorted(values))
        for snapshots in answer.values():
            found |= {one.ref: one for one in snapshots if rule.special.may_match(one)}
    return found


def _spellings(key: MatchKey, record: Snapshot) -> set[str]:
    """As it is compared, and as it stands there: a vendor's search knows neither folds nor
    repeated blanks."""
    folded = fold_key(key, record)
    if folded is None:
        return set()
    value = record.get(key.field(record.ref.side))
    if not isinstance(value, str):
        return {f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)}
    if value.strip().casefold() == folded:
        return {str(folded)}
    return {str(folded), value.strip()}


def by_fold(rule: SyncRule, candidates: Iterable[Snapshot]) -> ByFold:
    found: ByFold = defaultdict(list)
    for one in candidates:
        for key in rule.match_keys:
            found[key, fold_key(key, one)].append(one)
    return found


def sharing(
    rule: SyncRule,
    record: Snapshot,
    grouped: ByFold,
) -> list[Snapshot]:
    return [
        one
        for key in rule.match_keys
        if (value := fold_key(key, record)) is not None
        for one in grouped.get((key, value), ())
    ]
