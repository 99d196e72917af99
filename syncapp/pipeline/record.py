"""RECORD: one transaction per batch: links, baselines of confirmed fields, activity, inbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import SystemRandom

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from syncapp.engine import wire
from syncapp.engine.backoff import wait_after
from syncapp.engine.baseline import settle
from syncapp.engine.catalogue import explain, heals_itself
from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, Pair, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.engine.writes import Done, Fault, FaultKind, Operation, Refused, Unknown
from syncapp.models import SyncActivity
from syncapp.objects.invoice_lines import pair_lines
from syncapp.pipeline import activity, references, worklist
from syncapp.pipeline.apply import Sending, close
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, absorb

_MOST_ROUNDS = 5  # writes to one record in a row without anybody having changed it
# How often a refused record is read and decided again at once before a person must look.
_FRESH_LOOKS = {FaultKind.VERSION_CLASH: 3, FaultKind.ALREADY_EXISTS: 1, FaultKind.GONE: 1}
_random = SystemRandom()


@dataclass(slots=True)
class Result:
    """What became of one record. `due_at`: it must be looked at again then."""

    dossier: Dossier
    finding: Finding | None
    sendings: Sequence[Sending] = ()
    due_at: datetime | None = None
    refused: bool = False
    adopted: bool = False
    fields: Plan = field(default_factory=Plan)


def record(
    work: Pass, rule: SyncRule, dossiers: Sequence[Dossier], sendings: Iterable[Sending]
) -> None:
    by_link: dict[int, list[Sending]] = {}
    for sending in sendings:
        by_link.setdefault(sending.link.pk, []).append(sending)
    results = [_result(rule, one, by_link.get(one.link.pk, [])) for one in dossiers]
    with transaction.atomic():
        work.lease.guard_commit()
        absorb([one.dossier.link for one in results if one.sendings])
        SyncActivity.objects.bulk_create(_happened(work, results))
        for result in results:
            _save(result)
        references.store(work, dossiers)
        worklist.strike_off(
            row for one in results if one.due_at is None for row in one.dossier.rows
        )
        _wake_others(work, results)
    for result in results:
        _remember(work, result)


def _result(rule: SyncRule, dossier: Dossier, sendings: Sequence[Sending]) -> Result:
    plan = dossier.plan or Plan()
    faults = [one.answer.fault for one in sendings if isinstance(one.answer, Refused)]
    _take_over(dossier, sendings)
    if any(isinstance(one.answer, Unknown) for one in sendings):
        rest = timezone.now() + timedelta(seconds=settings.UNKNOWN_REST)
        return Result(dossier, Finding(State.WAITING, "unconfirmed"), sendings, rest)
    if faults:
        return _refused(dossier, sendings, faults[0])
    if any(one.intent is None for one in sendings):
        now = timezone.now()  # found there already: linked, and compared in the next helping
        return Result(dossier, Finding(State.WAITING, "more_to_write"), sendings, now, adopted=True)
    if sendings:
        return _confirmed(rule, dossier, plan, sendings)
    if dossier.pair and dossier.link.is_linked and len(dossier.snapshots) == 2:
        _settle(rule, dossier, plan, frozenset())
    category = plan.finding.category if plan.finding else ""
    due_at = _retry_at(dossier) if category in ("catch_all", "unconfirmed") else None
    return Result(dossier, plan.finding, due_at=due_at, fields=plan)


def _take_over(dossier: Dossier, sendings: Sequence[Sending]) -> None:
    """The answers become what we know of the record."""
    for sending in sendings:
        if isinstance(sending.answer, Done) and sending.answer.snapshot is not None:
            snapshot = sending.answer.snapshot
            side = sending.write.side
            dossier.snapshots[side] = snapshot
            setattr(dossier.link, f"{side.value}_id", snapshot.ref.id)
            if sending.write.operation is Operation.CREATE:
                dossier.link.origin = side.other


def _confirmed(rule: SyncRule, dossier: Dossier, plan: Plan, sendings: Sequence[Sending]) -> Result:
    """Written and answered: settle, then ask once more what still differs."""
    _settle(rule, dossier, plan, frozenset(one.write.side for one in sendings))
    _pair_lines(dossier, sendings)
    link = dossier.link
    again = reconcile(rule, replace(_after(dossier), line_pairs=link.line_pairs))
    if not again.writes:
        return Result(dossier, again.finding, sendings, fields=plan)
    if max((row.attempts for row in dossier.rows), default=0) >= _MOST_ROUNDS:
        return Result(dossier, Finding(State.FAILING, "does_not_settle"), sendings, fields=plan)
    waiting = Finding(State.WAITING, "more_to_write")
    return Result(dossier, waiting, sendings, timezone.now(), fields=plan)


def _settle(rule: SyncRule, dossier: Dossier, plan: Plan, confirmed: frozenset[Side]) -> None:
    link, pair = dossier.link, dossier.pair
    before = pair.baseline if pair else None
    baseline = settle(rule, before, plan.fields, confirmed, _after(dossier))
    link.baseline_hubspot = wire.encode(baseline.hubspot)
    link.baseline_quickbooks = wire.encode(baseline.quickbooks)
    if dossier.pair is not None:
        dossier.pair = replace(dossier.pair, baseline=baseline)


def _after(dossier: Dossier) -> Pair:
    pair = dossier.pair or Pair(None, None)
    return replace(
        pair,
        hubspot=dossier.snapshots.get(Side.HUBSPOT),
        quickbooks=dossier.snapshots.get(Side.QUICKBOOKS),
        origin=Side(dossier.link.origin) if dossier.link.origin else None,
    )


def _pair_lines(dossier: Dossier, sendings: Sequence[Sending]) -> None:
    for sending in sendings:
        sent = sending.write.fields.get("Line")
        if not isinstance(sending.answer, Done) or sending.answer.snapshot is None:
            continue
        answered = sending.answer.snapshot.get("Line")
        if isinstance(sent, tuple) and isinstance(answered, tuple):
            dossier.link.line_pairs = dict(pair_lines(sent, answered))


def _refused(dossier: Dossier, sendings: Sequence[Sending], fault: Fault) -> Result:
    """A definite no closes the intent; a new try after a change is a new generation."""
    side = next(one.write.side for one in sendings if isinstance(one.answer, Refused))
    facts = {
        "side": side.product_name,
        "message": fault.message,
        "field": fault.field,
        "code": fault.code,
    }
    tries = max((row.attempts for row in dossier.rows), default=0)
    if fault.kind is FaultKind.BUSY:
        waiting = Finding(State.WAITING, "limit", facts)
        return Result(dossier, waiting, sendings, _retry_at(dossier), refused=True)
    if tries < _FRESH_LOOKS.get(fault.kind, 0):
        waiting = Finding(State.WAITING, "version_clash", facts)
        return Result(dossier, waiting, sendings, timezone.now(), refused=True)
    finding = Finding(State.FAILING, fault.category or "refused", facts)
    return Result(dossier, finding, sendings, refused=True)


def _retry_at(dossier: Dossier) -> datetime:
    tries = max((row.attempts for row in dossier.rows), default=0)
    if tries == 0:
        return timezone.now()
    cap = timedelta(seconds=settings.BACKOFF_CAP)
    return timezone.now() + wait_after(tries, cap=cap, jitter=_random.random())


def _happened(work: Pass, results: Iterable[Result]) -> list[SyncActivity]:
    return [
        row
        for one in results
        for row in activity.of(work, one.dossier, one.finding, one.sendings, one.fields)
    ]


def _save(result: Result) -> None:
    link = result.dossier.link
    state = result.finding.state if result.finding else State.IN_SYNC
    if (link.state, link.category) != (state, result.finding.category if result.finding else ""):
        link.state_since = timezone.now()
        result.dossier.state_changed = True
    for sending in result.sendings:
        if sending.intent is not None and sending.answer is not None:
            close(sending.intent, sending.answer)
    if result.refused:
        link.generation += 1
    link.state = state
    link.category = result.finding.category if result.finding else ""
    link.facts = dict(result.finding.facts) if result.finding else {}
    link.sentence = explain(result.finding)
    link.heals_itself = heals_itself(result.finding)
    link.next_try_at = result.due_at
    describe(result.dossier)
    link.save()
    if result.due_at is not None:
        for row in result.dossier.rows:
            worklist.postpone(row, result.due_at)


_LABELS = {
    Entity.CONTACT: ("DisplayName",),
    Entity.PRODUCT: ("Name", "name"),
    Entity.INVOICE: ("DocNumber", "hs_number"),
    Entity.PAYMENT: ("PaymentRefNum", "hs_reference_number"),
}
_AMOUNTS = {
    Entity.INVOICE: ("TotalAmt", "hs_amount_billed"),
    Entity.PAYMENT: ("Amount", "hs_initial_amount"),
}
_CURRENCIES = ("CurrencyRef", "hs_currency", "hs_currency_code")


def describe(dossier: Dossier) -> None:
    """What lists show of a record, and the versions that tell an echo from a change."""
    link = dossier.link
    snapshots = [one for side in Side if (one := dossier.snapshots.get(side.other))]
    for snapshot in snapshots:
        setattr(link, f"{snapshot.ref.side.value}_version", snapshot.version)
    if snapshots:
        link.seen_at = timezone.now()
    link.label = str(_label(dossier.entity, snapshots) or link.label)[:255]
    amount = _first(snapshots, _AMOUNTS.get(dossier.entity, ()))
    if isinstance(amount, Decimal):
        link.amount = amount
    link.currency = str(_first(snapshots, _CURRENCIES) or link.currency)[:3]


def _label(entity: Entity, snapshots: Sequence[Snapshot]) -> object:
    label = _first(snapshots, _LABELS[entity])
    if label is None and entity is Entity.CONTACT:
        parts = [_first(snapshots, (name,)) for name in ("firstname", "lastname")]
        label = " ".join(str(part) for part in parts if part)
    return label or _first(snapshots, ("email",))


def _first(snapshots: Sequence[Snapshot], names: Iterable[str]) -> object:
    for name in names:
        for snapshot in snapshots:
            if (value := snapshot.get(name)) is not None:
                return value
    return None


def _wake_others(work: Pass, results: Sequence[Result]) -> None:
    """Parents that are missing, children of what was decided, invoices of what was paid."""
    missing = [ref for one in results for ref in one.fields.waiting_for]
    worklist.add(work.integration, missing)
    news = [one for one in results if _is_news(one)]
    old = [one for one in results if not _is_news(one)]
    worklist.add_children(work.integration, [ref for one in news for ref in one.dossier.refs])
    worklist.add_children(
        work.integration, [ref for one in old for ref in one.dossier.refs], only_waiting=True
    )
    paid = [one.dossier for one in news if one.dossier.entity is Entity.PAYMENT]
    worklist.add(work.integration, references.invoices_of(paid))


def _is_news(result: Result) -> bool:
    if result.sendings or result.due_at is not None:
        return True
    return result.dossier.state_changed or not result.dossier.was_decided


def _remember(work: Pass, result: Result) -> None:
    """What was answered is newer than what was read; everything that refers to it may have moved
    with it (a payment moves its invoice), so only our own answers are kept."""
    written = {one.write.side for one in result.sendings}
    refs: list[RecordRef] = []
    for snapshot in result.dossier.snapshots.values():
        refs.append(snapshot.ref)
        if result.sendings:
            refs += references.moved_with(snapshot)
    if written:
        work.forget(*refs)
