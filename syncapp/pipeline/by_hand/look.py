"""Reads both sides of one record for a person: what they hold now and what the rule says to it.
Nothing is decided, stored or written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from syncapp.engine.plan import Plan
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, Side, Snapshot
from syncapp.engine.said import said
from syncapp.errors import NotPossible
from syncapp.models import RecordLink
from syncapp.pipeline.by_hand.reading import reading
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.fetch import build_pairs, fetch_snapshots


@dataclass(frozen=True, slots=True)
class Look:
    """`plan`: what a pass would decide about these values."""

    read_at: datetime
    snapshots: Mapping[Side, Snapshot] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)


def read_both(link: RecordLink) -> Look:
    """Raises `NotPossible` where no rule says what to read, and what reading raises."""
    dossier = Dossier(link)
    with reading(link.integration) as work:
        rule = work.rules.get(Entity(link.entity))
        if rule is None:
            raise NotPossible(said("Nothing says any more which of its fields are synced."))
        fetch_snapshots(work, [dossier])
        build_pairs(work, [dossier])
    plan = reconcile(rule, dossier.pair) if dossier.pair else Plan()
    shown = {side: rule.special.present(one, rule) for side, one in dossier.snapshots.items()}
    return Look(work.now, shown, plan)
