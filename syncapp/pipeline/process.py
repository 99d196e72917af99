"""One pass over an integration, from beginning to end. Read this first.

    lease -> recover -> detect -> brake -> for each helping: fetch, match, reconcile, apply, record
    -> tell the sellers

A first load is begun while its invoices are still being detected. Short database transactions with
HTTP calls between them; every step may be interrupted and the next pass goes on where this one
stopped.
"""

import math
import time
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from functools import partial

from django.utils import timezone

from syncapp.engine import wire
from syncapp.engine.plan import Plan
from syncapp.engine.records import Entity
from syncapp.models import Integration, PendingChange
from syncapp.pipeline import (
    account_share,
    after_invoices,
    announcements,
    arenas,
    catch_all,
    collecting,
    inactive,
    owed,
    own_lines,
    retries,
    sellers,
    worklist,
)
from syncapp.pipeline.between_pages import BetweenPages
from syncapp.pipeline.connect import open_connectors
from syncapp.pipeline.context import Pass, Progress, silent
from syncapp.pipeline.detect import detect
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.guards import brake, payment_probe
from syncapp.pipeline.lease import Held, leased
from syncapp.pipeline.listing import start_over
from syncapp.pipeline.planning import foreseen, plan, with_catch_all
from syncapp.pipeline.progress import syncing
from syncapp.pipeline.put_back import send_and_put_back
from syncapp.pipeline.record import record
from syncapp.pipeline.recover import recover
from syncapp.pipeline.runs import Connect, Report, opened
from syncapp.pipeline.sending import Sending
from syncapp.pipeline.setting_aside import in_halves, set_aside


def sync(
    integration: Integration,
    *,
    trigger: str,
    entities: Collection[Entity] = tuple(Entity),
    full: bool = False,
    seconds: float | None = None,
    progress: Progress = silent,
    lease: Held | None = None,
    connect: Connect = open_connectors,
    brake_on: bool = True,
) -> Report:
    """One pass. `seconds`: end after this, the rest stays on the worklist. `full`: read every
    record again. `lease`: the caller holds it already and keeps it. `connect`: what hands out the
    connectors. `brake_on` false: however much is planned, it is done. Raises `Busy`, `Braked`,
    `AuthorizationLost` and the like when it could not run; what was done until then is recorded.
    """
    until = None if seconds is None else time.monotonic() + seconds
    arenas.share()
    holding = nullcontext(lease) if lease else leased(integration)
    with (
        collecting.seldom(),
        holding as held,
        opened(integration, held, trigger, progress, connect) as work,
    ):
        if brake_on:
            brake.arm(work)
        if full:
            start_over(integration.pk, entities)
        news = announcements.NOTHING
        if owed.before_reading(work, entities):
            recover(work)
            catch_all.adopt(work)
            news = announcements.waiting(work, entities)
        meanwhile = BetweenPages(work, entities, process, rest, until, brake_on)
        is_read = detect(work, entities, news, until, meanwhile=meanwhile)
        if owed.after_reading(work):
            _work_off(work, entities if is_read else (), until, brake_on=brake_on)
    return Report.of(work)


def _work_off(
    work: Pass, entities: Collection[Entity], until: float | None, *, brake_on: bool
) -> None:
    """`entities`: none where not everything was read yet; what is due waits for it."""
    retries.look_again(work)
    if brake_on and entities:
        brake.check(work, entities, planner=foreseen)
    while rows := _next(work, entities):
        process(work, rows)
        rest(work, until)
        if until is not None and time.monotonic() > until:
            break
        if (news := announcements.waiting(work, entities)).rows:
            detect(work, entities, news, only_news=True)
    brake.settle(work)
    sellers.tell(work, until)


def _next(work: Pass, entities: Collection[Entity]) -> Sequence[PendingChange]:
    rows = worklist.take(work.integration, timezone.now(), entities)
    return after_invoices.take(work, rows, entities) or rows


def process(work: Pass, rows: Sequence[PendingChange]) -> None:
    """One helping: records of one entity, all steps."""
    in_halves(rows, partial(_process, work), partial(set_aside, work))
    _tell(work, Entity(rows[0].entity), len(rows))


def _process(work: Pass, rows: Sequence[PendingChange]) -> None:
    account_share.meet(work.integration)
    rule = work.rules.get(Entity(rows[0].entity))
    if rule is None:
        worklist.strike_off(rows)
        return
    dossiers = plan(work, rows)
    payment_probe.hold_back(work, dossiers)  # what waits is not counted yet
    brake.count(work, dossiers)
    rule = with_catch_all(work, rule, dossiers)
    sellers.foretell(work, dossiers)
    sendings = [sending for dossier in dossiers for sending in _sendings(dossier)]
    try:
        send_and_put_back(work, sendings, is_patient=False)
        inactive.name_them(work, sendings)
    finally:
        unsent = {one.link.pk for one in sendings if one.answer is None}
        record(work, rule, [one for one in dossiers if one.link.pk not in unsent], sendings)
        own_lines.keep(work, sendings)
    payment_probe.wake_refused(work, sendings)
    after_invoices.note(work, rows, dossiers)


def rest(work: Pass, until: float | None) -> None:
    """While a vendor's limits leave no room; what needs none of it is done meanwhile."""
    end = math.inf if until is None else until
    for gate in work.gates.values():
        if gate.is_closed:
            sellers.tell(work, min(gate.looks_at, end))
            gate.wait(end)


def _tell(work: Pass, entity: Entity, records: int) -> None:
    work.done[entity] += records
    left = worklist.due_rows(work.integration, timezone.now()).filter(entity=entity).count()
    work.progress(syncing(entity), work.done[entity], work.done[entity] + left)


def _sendings(dossier: Dossier) -> list[Sending]:
    decided = dossier.plan or Plan()
    if not decided.writes:
        return []
    settles = {"fields": wire.encode(decided.fields)}
    return [Sending(dossier.link, write, settles) for write in decided.writes]
