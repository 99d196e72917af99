"""What became of each record of a batch: from the plan and the answers to its state."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from syncapp.engine import wire
from syncapp.engine.baseline import settle
from syncapp.engine.catalogue import CATEGORIES, category_of, retry_of
from syncapp.engine.catalogue.category import When
from syncapp.engine.compare import money_fold
from syncapp.engine.plan import Finding, Plan, State, Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Line, LineKind, Pair, Side
from syncapp.engine.rules import SyncRule
from syncapp.engine.writes import Done, Fault, FaultKind, Operation, Refused, Unknown
from syncapp.objects.invoice_booking import booking_of, to_quickbooks
from syncapp.objects.invoice_lines import LINES_KEY, pair_lines
from syncapp.pipeline import worklist
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.labels import name_in
from syncapp.pipeline.put_back import settled
from syncapp.pipeline.sending import Sending

_MOST_ROUNDS = 5  # writes to one record in a row without anybody having changed it
_WAITING = {"customer_name": "name_taken", "item_name": "name_taken"}


@dataclass(slots=True)
class Result:
    """What became of one record. `due_at`: it must be looked at again then."""

    dossier: Dossier
    finding: Finding | None
    sendings: Sequence[Sending] = ()
    due_at: datetime | None = None
    refused: bool = False
    fields: Plan = field(default_factory=Plan)


def outcome_of(rule: SyncRule, dossier: Dossier, sendings: Sequence[Sending]) -> Result:
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
        return Result(dossier, Finding(State.WAITING, "more_to_write"), sendings, now)
    if sendings:
        return _confirmed(rule, dossier, plan, sendings)
    if dossier.pair and dossier.link.is_linked and len(dossier.snapshots) == 2:
        _settle(rule, dossier, plan, frozenset())
        _pair_agreed_lines(rule, dossier, plan)
    is_due = retry_of(plan.finding).when is When.BACK_OFF  # nothing else would wake it
    due_at = _retry_at(dossier) if is_due else None
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
    written = frozenset(one.write.side for one in sendings)
    _settle(rule, dossier, settled(plan, sendings), written)
    _pair_lines(dossier, sendings)
    link = dossier.link
    again = reconcile(rule, replace(_after(dossier), line_pairs=link.line_pairs))
    if not again.writes:
        return Result(dossier, again.finding, sendings, fields=plan)
    if dossier.tries >= _MOST_ROUNDS:
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
    """Of an invoice born in HubSpot; the lines of a mirror carry the key of their partner."""
    if dossier.link.origin != Side.HUBSPOT:
        return
    for sending in sendings:
        if not isinstance(sending.answer, Done) or sending.answer.snapshot is None:
            continue
        name = "Line" if sending.write.side is Side.QUICKBOOKS else "lines"
        sent, answered = sending.write.fields.get(name), sending.answer.snapshot.get(name)
        if isinstance(sent, tuple) and isinstance(answered, tuple):
            pairs = pair_lines(sent, answered)
            if name == "lines":  # sent with their partners in QuickBooks
                pairs = {ours: theirs for theirs, ours in pairs.items()}
            dossier.link.line_pairs = dict(pairs)


def _pair_agreed_lines(rule: SyncRule, dossier: Dossier, plan: Plan) -> None:
    """Of a copy that was found there (after silence, after a restored backup) nobody was told
    which line is which; while both sides agree, their order says it."""
    link, pair = dossier.link, dossier.pair
    is_agreed = any(
        one.mapping == LINES_KEY and one.verdict in (Verdict.CONVERGED, Verdict.SETTLED)
        for one in plan.fields
    )
    if pair is None or link.line_pairs or link.origin != Side.HUBSPOT or not is_agreed:
        return
    ours, theirs = pair.value(Side.HUBSPOT, "lines"), pair.value(Side.QUICKBOOKS, "Line")
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        sent = to_quickbooks(ours, pair, booking_of(rule, pair, link.currency))
        if _in_order(sent) == _in_order(theirs):
            link.line_pairs = dict(pair_lines(sent, theirs))


def _in_order(lines: tuple[Line, ...]) -> list[Hashable]:
    return [money_fold((line,)) for line in lines if line.kind is LineKind.ITEM]


def _refused(dossier: Dossier, sendings: Sequence[Sending], fault: Fault) -> Result:
    """A definite no closes the intent; a new try after a change is a new generation."""
    write = next(one.write for one in sendings if isinstance(one.answer, Refused))
    facts = {
        "side": write.side.product_name,
        "name": name_in(write),
        "message": fault.message,
        "field": fault.field,
        "code": fault.code,
        "request_id": fault.request_id,
        "existing_id": fault.existing_id,
    }
    category = _category(fault, sendings)
    retry, tries = CATEGORIES[category].retry, dossier.tries
    if retry.when is When.PARKED and tries >= settings.PARK_AFTER:
        parked = Finding(State.FAILING, retry.gives_up_as, {**facts, "tries": str(tries)})
        return Result(dossier, parked, sendings, refused=True)
    is_name = category in _WAITING  # only a new record has other names to try
    if tries < retry.looks and not (is_name and write.target is not None):
        again = Finding(State.WAITING, _WAITING.get(category, "version_clash"), facts)
        return Result(dossier, again, sendings, timezone.now(), refused=True)
    if retry.when is When.PARKED:
        waiting = Finding(State.WAITING, category, facts)
        return Result(dossier, waiting, sendings, _retry_at(dossier), refused=True)
    return Result(dossier, Finding(State.FAILING, category, facts), sendings, refused=True)


def _category(fault: Fault, sendings: Sequence[Sending]) -> str:
    if fault.kind is FaultKind.GONE and all(one.write.target is None for one in sendings):
        return "gone"  # not the record, which is to be made, but one that it names
    return category_of(fault)


def _retry_at(dossier: Dossier) -> datetime:
    if dossier.tries == 0:
        return timezone.now()
    return worklist.after_tries(dossier.tries)
