"""How many records a direction of a rule would let through now, and why not the others. Reads
only; the rule need not be saved.

Small accounts are read and counted. Of large ones the vendors are asked for the number; where
their language cannot say the filter, the number is the most it can be.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from syncapp.connectors.base import Connector
from syncapp.engine.catalogue import explain
from syncapp.engine.plan import Finding
from syncapp.engine.reconcile import why_not_created
from syncapp.engine.records import RecordRef, Side, Snapshot
from syncapp.engine.rules import Condition, Direction, Filter, SyncRule
from syncapp.models import Integration
from syncapp.pipeline.connect import open_connectors
from syncapp.pipeline.labels import label_of
from syncapp.pipeline.rulebook import wanted_by

MOST_READ = 1000  # HubSpot shows 200 in a search, QuickBooks 1,000 in a query
SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """One record and, when it stays out, the reason in a sentence."""

    ref: RecordRef
    label: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class FilterPreview:
    """Of `total` records `matching` pass the automatic filters and the rule's own; unless
    `is_exact` that is the most it can be. `reasons`: category -> how many of the `read` ones it
    keeps out."""

    total: int
    matching: int
    is_exact: bool
    read: int
    reasons: Mapping[str, int]
    passing: tuple[Seen, ...]
    staying: tuple[Seen, ...]

    @property
    def words(self) -> str:
        most = "" if self.is_exact else "At most "
        return f"{most}{self.matching:,} of {self.total:,} match now"


def preview(
    integration: Integration, rule: SyncRule, towards: Side, most_read: int = MOST_READ
) -> FilterPreview:
    """For one direction. Filters apply to what is new, so links make no difference here."""
    side = towards.other
    connectors = open_connectors(
        integration,
        wanted_by({rule.entity: rule}),
        read_only=True,
        history_since=rule.started_at,
    )
    try:
        return _asked(connectors[side], rule, towards, most_read)
    finally:
        for connector in connectors.values():
            connector.close()


def _asked(connector: Connector, rule: SyncRule, towards: Side, most_read: int) -> FilterPreview:
    now = rule.now_on(towards.other)
    if now is None:
        raise ValueError("a preview needs to know what time it is")
    everything = connector.matching(rule.entity, (), now, most_read)
    judged = _judged(rule, towards, everything.snapshots)
    passing = [seen for seen, finding in judged if finding is None]
    staying = [seen for seen, finding in judged if finding is not None]
    matching, is_exact = len(passing), everything.total == len(judged)
    if not is_exact:
        matching, is_exact, more = _beyond(connector, rule, towards, now, most_read)
        passing = more or passing
    reasons = Counter(finding.category for _, finding in judged if finding)
    return FilterPreview(
        everything.total,
        matching,
        is_exact,
        len(judged),
        dict(reasons.most_common()),
        tuple(passing[:SAMPLE]),
        tuple(_varied(staying, judged)[:SAMPLE]),
    )


def _beyond(
    connector: Connector, rule: SyncRule, towards: Side, now: datetime, most_read: int
) -> tuple[int, bool, list[Seen]]:
    """More than is worth reading: the vendor counts, and we judge a helping of what it found."""
    locked = rule.special.locked(towards, rule)
    asked = asked_for(rule, towards)
    found = connector.matching(rule.entity, asked, now, most_read)
    judged = _judged(rule, towards, found.snapshots)
    passing = [seen for seen, finding in judged if finding is None]
    if found.total == len(judged):
        return len(passing), True, passing
    is_said = all(one.condition is not None for one in locked)
    return found.total - (len(judged) - len(passing)), found.is_exact and is_said, passing


def asked_for(rule: SyncRule, towards: Side) -> Filter:
    """The rule's own filter together with what the automatic ones imply."""
    implied = tuple(
        one.condition for one in rule.special.locked(towards, rule) if one.condition is not None
    )
    own: Sequence[tuple[Condition, ...]] = rule.filters.get(Direction.towards(towards), ())
    if not own:
        return (implied,) if implied else ()
    return tuple((*implied, *group) for group in own)


def _judged(
    rule: SyncRule, towards: Side, snapshots: Iterable[Snapshot]
) -> list[tuple[Seen, Finding | None]]:
    judged = []
    for one in snapshots:
        finding = why_not_created(rule, rule.special.present(one, rule), towards)
        label = label_of([one]) or one.ref.id
        judged.append((Seen(one.ref, label, explain(finding)), finding))
    return judged


def _varied(staying: Sequence[Seen], judged: Sequence[tuple[Seen, Finding | None]]) -> list[Seen]:
    """One of each reason first, so that no frequent one hides the others."""
    firsts: dict[str, Seen] = {}
    for seen, finding in judged:
        if finding is not None:
            firsts.setdefault(finding.category, seen)
    chosen = {one.ref for one in firsts.values()}
    return [*firsts.values(), *(one for one in staying if one.ref not in chosen)]
