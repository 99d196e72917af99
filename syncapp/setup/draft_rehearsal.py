"""What saving a draft would do, asked for on its review: worked out by the worker, kept as a
summary. It is bound to one version of the draft and tells the safety brake what to expect."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from syncapp.engine.plan import State
from syncapp.engine.records import Entity, Side
from syncapp.engine.said import joined, packed
from syncapp.errors import SyncAppError
from syncapp.models import DraftRehearsal, Heartbeat, Integration, RuleDraft
from syncapp.pipeline import wake
from syncapp.pipeline.rehearsal import Rehearsal, rehearse
from syncapp.setup.account_fields import accounts_of
from syncapp.setup.draft_checks import judge
from syncapp.setup.rule_document.store import store_rule
from syncapp.setup.rule_document.wanted import RuleWanted

MOST_SHOWN = 50
SILENCE = timedelta(minutes=10)  # after this a rehearsal without a sign of life is given up
_TOLD_EVERY_SECONDS = 1.0
_ASKING = (State.FAILING.value, State.NEEDS_DECISION.value)


def ask_for(draft: RuleDraft) -> DraftRehearsal:
    """The one that runs for this version already, else a new one. A second click starts none."""
    with transaction.atomic():
        running = latest(draft)
        if running is not None and not running.is_over and not is_lost(running):
            return running
        row = DraftRehearsal.objects.create(draft=draft, draft_version=draft.version)
        wake.rehearse_draft(row.pk)
    return row


def latest(draft: RuleDraft) -> DraftRehearsal | None:
    """Of this very version; what was found for another one tells nothing."""
    return draft.rehearsals.filter(draft_version=draft.version).first()


def is_lost(row: DraftRehearsal) -> bool:
    return timezone.now() - row.seen_at > SILENCE


def announced(draft: RuleDraft) -> dict[str, int | None] | None:
    """How many records the person was told the load will make; None where nobody rehearsed."""
    row = latest(draft)
    if row is None or row.state != DraftRehearsal.State.DONE:
        return None
    return {side.value: int(row.result["announced"][side.value]) for side in Side}


def carry_out(rehearsal_id: int) -> str:
    """May be called twice: only the first one does it."""
    rows = DraftRehearsal.objects.filter(pk=rehearsal_id)
    if not rows.filter(state=DraftRehearsal.State.QUEUED).update(
        state=DraftRehearsal.State.RUNNING, seen_at=timezone.now()
    ):
        return "done already"
    draft = RuleDraft.objects.select_related("integration").get(rehearsals=rehearsal_id)
    integration = Integration.objects.select_related("hubspot", "quickbooks").get(
        pk=draft.integration_id
    )
    judged = judge(draft.data, accounts_of(integration))
    if judged.problems:
        return _ended(rehearsal_id, message=joined(" ", *(one.sentence for one in judged.problems)))
    wanted = replace(judged.wanted, is_on=True)
    try:
        with _telling(rehearsal_id) as progress:
            found = rehearse(integration, change=_storing(wanted), progress=progress)
    except SyncAppError as error:
        return _ended(rehearsal_id, message=error.message)
    return _ended(rehearsal_id, result=summary(found, Entity(draft.entity)))


def summary(found: Rehearsal, entity: Entity) -> dict[str, Any]:
    """Of the rule's own records; payments belong to their invoices."""
    mine = (entity, Entity.PAYMENT) if entity is Entity.INVOICE else (entity,)
    planned = [one for one in found.planned if one.entity in mine]
    asking = [one for one in planned if one.action in _ASKING]
    actions = Counter(one.action for one in planned)
    return {
        "created": {
            side.value: {one.value: found.created[side].get(one, 0) for one in mine}
            for side in Side
        },
        "money": {
            side.value: {one.value: dict(found.money[side].get(one, {})) for one in mine}
            for side in Side
        },
        "announced": {
            side.value: max(found.created[side].get(one, 0) for one in mine) for side in Side
        },
        "changed": sum(actions[name] for name in ("updated", "voided", "archived")),
        "linked": actions["linked"],
        "counts": dict(found.counts.get(entity, {})),
        "asking": [
            {"name": one.name or one.hubspot_id or one.quickbooks_id, "sentence": one.sentence,
             "said": packed(one.sentence), "state": one.action}
            for one in asking[:MOST_SHOWN]
        ],
        "asking_total": len(asking),
        "asking_money": _money(asking),
        "only_a_write_can_tell": list(found.only_a_write_can_tell),
        "brake": packed(found.brake),
    }  # fmt: skip


def _money(planned: Any) -> dict[str, Any]:
    sums: dict[str, Any] = {}
    for one in planned:
        if one.amount is not None:
            sums[one.currency] = sums.get(one.currency, 0) + one.amount
    return sums


def _storing(wanted: RuleWanted) -> Callable[[Integration], None]:
    def change(copy: Integration) -> None:
        for _ in store_rule(copy, wanted):
            pass

    return change


def _ended(rehearsal_id: int, *, message: str = "", result: dict[str, Any] | None = None) -> str:
    state = DraftRehearsal.State.DONE if result is not None else DraftRehearsal.State.FAILED
    DraftRehearsal.objects.filter(pk=rehearsal_id).update(
        state=state, message=message, result=result or {}, doing="", seen_at=timezone.now()
    )
    return state.value


@contextmanager
def _telling(rehearsal_id: int) -> Iterator[Callable[[str, int, int | None], None]]:
    """While it runs, this thread's database is a copy: the page is told through another thread."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="rehearsal")
    told_at = 0.0

    def tell(doing: str, done: int, total: int | None) -> None:
        DraftRehearsal.objects.filter(pk=rehearsal_id).update(
            doing=doing, done=done, total=total, seen_at=timezone.now()
        )
        Heartbeat.beat()  # as many as there are processes may rehearse, and no other task runs

    def progress(doing: str, done: int, total: int | None) -> None:
        nonlocal told_at
        if monotonic() - told_at >= _TOLD_EVERY_SECONDS:
            told_at = monotonic()
            thread.submit(tell, doing, done, total)

    try:
        yield progress
    finally:
        thread.submit(connections.close_all).result()
        thread.shutdown()
