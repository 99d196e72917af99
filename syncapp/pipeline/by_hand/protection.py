"""The ways out of a protected change, each asked for by a person: put back what both sides agreed
on, or let the owner follow. The third, letting the record go, is in detached.py.

They write like a pass does: under the lease, intents first, settled by what was answered.
"""

from dataclasses import replace

from syncapp.engine import wire
from syncapp.engine.catalogue import explain
from syncapp.engine.plan import Plan, Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Baseline, Entity, Line, Pair, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.engine.said import said
from syncapp.engine.writes import Write
from syncapp.errors import NotPossible
from syncapp.models import PendingChange, RecordLink, SyncRun
from syncapp.objects.invoice_acceptance import why_not_accepted
from syncapp.objects.invoice_lines import LINES_KEY
from syncapp.pipeline import worklist
from syncapp.pipeline.context import Pass, silent
from syncapp.pipeline.dossier import Dossier, open_dossiers
from syncapp.pipeline.fetch import build_pairs, fetch_snapshots
from syncapp.pipeline.lease import leased
from syncapp.pipeline.put_back import send_and_put_back
from syncapp.pipeline.record import record
from syncapp.pipeline.recover import recover
from syncapp.pipeline.runs import opened
from syncapp.pipeline.sending import Sending


def restore(link: RecordLink) -> None:
    """Writes what both sides agreed on back to the side that changed it. Raises `NotPossible`
    with the reason, `Busy` while a worker is at it."""
    _settle(link, owner_wins=True)


def accept(link: RecordLink) -> None:
    """Takes what was changed over to the owner, where it can follow. Raises like `restore`."""
    _settle(link, owner_wins=False)


def _settle(link: RecordLink, *, owner_wins: bool) -> None:
    integration = link.integration
    with (
        leased(integration) as held,
        opened(integration, held, SyncRun.Trigger.PERSON, silent) as work,
    ):
        recover(work)
        dossier = _opened_dossier(work, link)
        rule = work.rules[Entity(link.entity)]
        if dossier.pair is None:
            raise NotPossible(said("It could not be read."))
        plan = _plan(rule, dossier.pair, owner_wins=owner_wins)
        dossier.plan = plan
        settles = {"fields": wire.encode(plan.fields)}
        sendings = [Sending(dossier.link, write, settles) for write in plan.writes]
        try:
            send_and_put_back(work, sendings)
        finally:
            if all(one.answer is not None for one in sendings):
                record(work, rule, [dossier], sendings)


def _opened_dossier(work: Pass, link: RecordLink) -> Dossier:
    refs = Dossier(link).refs
    worklist.add(work.integration, refs)
    rows = [
        row
        for row in PendingChange.objects.filter(
            integration=work.integration, entity=link.entity
        ).filter(record_id__in=[ref.id for ref in refs])
        if worklist.ref_of(row) in refs
    ]
    dossiers = open_dossiers(work, rows)
    if len(dossiers) != 1:
        raise NotPossible(
            said("A change of it was sent and not answered yet. Wait until it has been found out.")
        )
    fetch_snapshots(work, dossiers)
    build_pairs(work, dossiers)
    return dossiers[0]


def _plan(rule: SyncRule, pair: Pair, *, owner_wins: bool) -> Plan:
    refused = reconcile(rule, pair)
    protected = [one.mapping for one in refused.fields if one.verdict is Verdict.PROTECTED]
    if not protected or pair.origin is None:
        raise NotPossible(said("Nothing protected is changed on it any more."))
    if not owner_wins and (why := why_not_accepted(pair)):
        raise NotPossible(why)
    winner = pair.origin if owner_wins else pair.origin.other
    if not rule.direction.reaches(winner.other):
        side = winner.other.product_name
        raise NotPossible(
            said("The sync does not run towards {side}. Change its direction first.", side=side)
        )
    plan = reconcile(rule, pair, dict.fromkeys(protected, winner))
    if not any(write.side is winner.other for write in plan.writes):
        raise NotPossible(explain(plan.finding) or said("There is nothing to write."))
    if owner_wins and pair.baseline is not None:
        writes = tuple(_as_agreed(write, winner.other, pair.baseline) for write in plan.writes)
        plan = replace(plan, writes=writes)
    return plan


def _as_agreed(write: Write, guest: Side, baseline: Baseline) -> Write:
    """What a line holds beyond our mappings (a tax code) goes back to what it was, too."""
    before, agreed = write.before, baseline.side(guest).get(LINES_KEY)
    if guest is not Side.QUICKBOOKS or write.side is not guest or before is None:
        return write
    if "Line" not in write.fields or not isinstance(agreed, tuple):
        return write
    return replace(write, before=_with_lines(before, agreed))


def _with_lines(snapshot: Snapshot, agreed: tuple[Line, ...]) -> Snapshot:
    """Of those agreed on, the ones that are still there: the others are made again."""
    now = snapshot.get("Line")
    there = {line.id for line in now} if isinstance(now, tuple) else set()
    lines = tuple(line for line in agreed if line.id in there)
    return replace(snapshot, fields={**snapshot.fields, "Line": lines})
