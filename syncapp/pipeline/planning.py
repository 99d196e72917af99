"""What should be done about the records of a helping: fetch, match, reconcile. Nothing is written
at the vendors here, so the safety brake may look ahead with it."""

import logging
from collections.abc import Sequence

from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity
from syncapp.engine.rules import SyncRule
from syncapp.models import PendingChange
from syncapp.pipeline import authors, catch_all, decisions, detached
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, open_dossiers
from syncapp.pipeline.fetch import build_pairs, fetch_snapshots, refresh
from syncapp.pipeline.guards import numbers, open_balance, other_companies
from syncapp.pipeline.match import merges
from syncapp.pipeline.match.matching import match_unlinked
from syncapp.pipeline.naming import choose_names
from syncapp.pipeline.setting_aside import in_halves

logger = logging.getLogger(__name__)


def plan(work: Pass, rows: Sequence[PendingChange]) -> Sequence[Dossier]:
    """What should be done about these records; nothing is written at the vendors."""
    catch_all.drop_inactive(work)
    rule = work.rules[Entity(rows[0].entity)]
    dossiers = open_dossiers(work, rows)
    fetch_snapshots(work, dossiers)
    dossiers = decisions.carry_out(work, merges.take_over(work, dossiers))
    dossiers = match_unlinked(work, rule, dossiers)
    other_companies.exclude_booked(work, dossiers)
    detached.leave_alone(dossiers)
    undecided = [one for one in dossiers if one.plan is None]
    build_pairs(work, dossiers)
    _reconcile(rule, undecided)
    again = refresh(work, undecided)
    build_pairs(work, again)
    _reconcile(rule, again)
    decisions.let_go(dossiers)
    authors.name(work, dossiers)
    open_balance.keep_within(dossiers)
    choose_names(work, rule, dossiers)
    numbers.refuse_taken(work, dossiers)
    return dossiers


def with_catch_all(work: Pass, rule: SyncRule, dossiers: Sequence[Dossier]) -> SyncRule:
    """Where a line needs the catch-all item, it is made first, and decided once more."""
    catch_all.keep_on_account(work)
    waiting = [one for one in dossiers if one.plan and one.plan.needs_catch_all]
    if waiting:
        rule = catch_all.ensure(work, rule)
        _reconcile(rule, waiting)
        numbers.refuse_taken(work, dossiers)
    return rule


def _reconcile(rule: SyncRule, dossiers: Sequence[Dossier]) -> None:
    """What goes wrong here is known to be about this record; elsewhere it takes halving to tell."""
    for dossier in dossiers:
        try:
            if dossier.pair:
                dossier.plan = reconcile(rule, dossier.pair, decisions.winners(dossier, rule))
        except Exception as error:
            logger.exception("could not decide about link %s", dossier.link.pk)
            facts = {"message": type(error).__name__}
            dossier.plan = Plan(Finding(State.FAILING, "our_mistake", facts))


def foreseen(work: Pass, rows: Sequence[PendingChange]) -> Sequence[Dossier]:
    """The plans of those that can be planned: the others are set aside when their turn comes."""
    found: list[Dossier] = []
    in_halves(
        rows,
        lambda some: found.extend(plan(work, some)),
        lambda row, error: logger.warning("no plan for row %s: %r", row.pk, error),
    )
    return found
