"""Reads both sides of one record for a person: what they hold now and what the rule says to it.
Nothing is decided, stored or written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from syncapp.connectors.base import Connector
from syncapp.engine.plan import Plan
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, Side, Snapshot
from syncapp.errors import NotPossible
from syncapp.models import RecordLink, SyncRun
from syncapp.pipeline import accounts
from syncapp.pipeline.connect import open_connectors
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.fetch import build_pairs, fetch_snapshots
from syncapp.pipeline.lease import Held
from syncapp.pipeline.rulebook import load_rules, wanted_by
from syncapp.pipeline.runs import count_usage


@dataclass(frozen=True, slots=True)
class Look:
    """`plan`: what a pass would decide about these values."""

    read_at: datetime
    snapshots: Mapping[Side, Snapshot] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)


def read_both(link: RecordLink) -> Look:
    """Raises `NotPossible` where no rule says what to read, and what reading raises."""
    integration, now = link.integration, timezone.now()
    known = accounts.known(integration)
    rules = load_rules(integration, now, known)
    rule = rules.get(Entity(link.entity))
    if rule is None:
        raise NotPossible("Nothing says any more which of its fields are synced.")
    connectors = open_connectors(integration, wanted_by(rules), read_only=True)
    nobody = Held(integration.pk, "", 0, 0.0)
    run = SyncRun(integration=integration, trigger=SyncRun.Trigger.PERSON)
    work = Pass(integration, nobody, run, rules, connectors, known, now)
    dossier = Dossier(link)
    try:
        fetch_snapshots(work, [dossier])
        build_pairs(work, [dossier])
    finally:
        _close(link, connectors)
    plan = reconcile(rule, dossier.pair) if dossier.pair else Plan()
    shown = {side: rule.special.present(one, rule) for side, one in dossier.snapshots.items()}
    return Look(now, shown, plan)


def _close(link: RecordLink, connectors: Mapping[Side, Connector]) -> None:
    for side, connector in connectors.items():
        count_usage(link.integration.connection(side), connector)
        connector.close()
