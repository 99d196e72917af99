"""RECORD: one transaction per batch: links, baselines of confirmed fields, activity, inbox."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from syncapp.engine.catalogue import explain, heals_itself
from syncapp.engine.match import known_by
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, Presence, Side
from syncapp.engine.rules import SyncRule
from syncapp.engine.writes import Done
from syncapp.models import RecordLink, SyncActivity
from syncapp.pipeline import (
    activity,
    decisions,
    invoice_payments,
    onlookers,
    polling,
    references,
    sellers,
    tally,
    worklist,
)
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, absorb
from syncapp.pipeline.intents import closed, save_closed
from syncapp.pipeline.labels import first_of, label_of
from syncapp.pipeline.match import claims
from syncapp.pipeline.outcome import Result, outcome_of
from syncapp.pipeline.sending import Sending


def record(
    work: Pass, rule: SyncRule, dossiers: Sequence[Dossier], sendings: Iterable[Sending]
) -> None:
    by_link: dict[int, list[Sending]] = {}
    for sending in sendings:
        by_link.setdefault(sending.link.pk, []).append(sending)
    results = [outcome_of(rule, one, by_link.get(one.link.pk, [])) for one in dossiers]
    with transaction.atomic():
        work.lease.guard_commit()
        absorbed = absorb([one.dossier.link for one in results if one.sendings])
        # What stood beside its other half is decided anew, as one: its rows of the inbox stay.
        results = [one for one in results if one.dossier.link.pk not in absorbed]
        dossiers = [one.dossier for one in results]
        links = [one.link for one in dossiers]
        activity.append(work.integration, _happened(work, results))
        claimed = claims.made_by(links)
        with tally.kept(work.integration.pk, tally.of(links)):
            _save_all(rule, results)
        claims.ask_again(work, claimed - claims.made_by(links))
        moved = invoice_payments.moved(work, dossiers)
        references.store(work, dossiers)
        worklist.strike_off(
            row for one in results if one.due_at is None for row in one.dossier.rows
        )
        _wake_others(work, results)
        worklist.add(work.integration, moved)
        polling.missed(work, [ref for one in results if one.sendings for ref in one.dossier.refs])
    for result in results:
        _remember(work, result)


def _happened(work: Pass, results: Iterable[Result]) -> list[SyncActivity]:
    return [
        row
        for one in results
        for row in activity.of(work, one.dossier, one.finding, one.sendings, one.fields)
    ]


def _save_all(rule: SyncRule, results: Sequence[Result]) -> None:
    intents = []
    for result in results:
        _decide(rule, result)
        intents += [
            sending.intent
            for sending in result.sendings
            if sending.intent is not None
            and sending.answer is not None
            and closed(sending.intent, sending.answer)
        ]
    save_closed(intents)
    RecordLink.save_all_known([result.dossier.link for result in results])
    worklist.postpone_all(
        [(row, one.due_at) for one in results if one.due_at for row in one.dossier.rows]
    )


def _decide(rule: SyncRule, result: Result) -> None:
    """What its row is to say."""
    link = result.dossier.link
    state = result.finding.state if result.finding else State.IN_SYNC
    if (link.state, link.category) != (state, result.finding.category if result.finding else ""):
        link.state_since = timezone.now()
        result.dossier.state_changed = True
    if result.refused:
        link.generation += 1
    link.state = state
    link.category = result.finding.category if result.finding else ""
    link.facts = dict(result.finding.facts) if result.finding else {}
    link.sentence = explain(result.finding)
    link.heals_itself = heals_itself(result.finding)
    link.next_try_at = result.due_at
    decisions.settled(link)
    describe(rule, result.dossier)
    sellers.has_read(rule, link, result.sendings)
    sellers.mark(rule, link)


_AMOUNTS = {
    Entity.INVOICE: ("TotalAmt", "hs_amount_billed"),
    Entity.PAYMENT: ("Amount", "hs_initial_amount"),
}
_BEYOND_MEASURE = (
    Decimal(10) ** 15
)  # more than the column holds: a row that nobody could read again
_CURRENCIES = ("CurrencyRef", "hs_currency", "hs_currency_code")


def describe(rule: SyncRule, dossier: Dossier) -> None:
    """What lists show of a record, by what it is recognised, and the versions that tell an echo
    from a change."""
    link = dossier.link
    snapshots = [one for side in Side if (one := dossier.snapshots.get(side.other))]
    for snapshot in snapshots:
        setattr(link, f"{snapshot.ref.side.value}_version", snapshot.version)
        setattr(link, f"{snapshot.ref.side.value}_key", known_by(rule, snapshot))
    if snapshots:
        link.seen_at = timezone.now()
    link.call(label_of(snapshots) or link.label)
    worth = [one for one in snapshots if one.presence is not Presence.VOIDED]  # a void has zeros
    amount = first_of(worth, _AMOUNTS.get(dossier.entity, ()))
    if isinstance(amount, Decimal):
        link.amount = amount if abs(amount) < _BEYOND_MEASURE else None
    link.currency = str(first_of(snapshots, _CURRENCIES) or link.currency)[:3]


def _wake_others(work: Pass, results: Sequence[Result]) -> None:
    """Parents that are missing, children of what was decided, invoices of what was paid."""
    missing = [ref for one in results for ref in one.fields.waiting_for]
    worklist.add(work.integration, work.ask_for(missing))
    onlooking = onlookers.of_new(work, [one.dossier for one in results])
    worklist.add(work.integration, work.ask_for(onlooking))
    news = [one for one in results if _is_news(one)]
    old = [one for one in results if not _is_news(one)]
    worklist.add_children(work.integration, [ref for one in news for ref in one.dossier.refs])
    worklist.add_children(
        work.integration, [ref for one in old for ref in one.dossier.refs], only_waiting=True
    )
    paid = [one.dossier for one in news if one.dossier.entity is Entity.PAYMENT and _moved(one)]
    worklist.add(work.integration, references.one_each(work, references.invoices_of(paid)))


def _is_news(result: Result) -> bool:
    if result.sendings or result.due_at is not None:
        return True
    return result.dossier.state_changed or not result.dossier.was_decided


def _moved(payment: Result) -> bool:
    """Refused or put off once more it moved nothing: the invoice would only wake it again."""
    return payment.dossier.state_changed or bool(payment.sendings and not payment.refused)


def _remember(work: Pass, result: Result) -> None:
    """What was answered is newer than what was read, and what refers to it there may have moved
    with it (a payment moves its invoice). On the other side nothing has changed."""
    for sending in result.sendings:
        answer = sending.answer
        if isinstance(answer, Done) and answer.snapshot is not None:
            work.forget(*references.moved_with(answer.snapshot))
            work.remember(answer.snapshot)
        else:
            work.forget(*result.dossier.refs)
