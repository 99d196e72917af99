"""A payment that people entered on both sides is recognised instead of booked again."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from syncapp.engine.catalogue import explain
from syncapp.engine.match import Match
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.objects.payment_life import AMOUNT, INVOICE
from syncapp.pipeline import tally
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, find_links, look_up

_WINDOW = timedelta(days=7)
_DATE = {Side.HUBSPOT: "hs_initiated_date", Side.QUICKBOOKS: "TxnDate"}
_CURRENCY = {Side.HUBSPOT: "hs_currency_code", Side.QUICKBOOKS: "CurrencyRef"}


def matches(
    work: Pass, rule: SyncRule, side: Side, unlinked: Sequence[Dossier]
) -> dict[RecordRef, Match]:
    """Payments of the same invoice with the same amount and currency, dated within a week, neither
    with a living partner: one on each side are the same payment, several on either side are a
    question."""
    if not rule.is_on:
        return {}
    payments = [one.snapshots[side] for one in unlinked if one.snapshots[side].is_live]
    candidates = _free_on_partners(work, side, payments)
    alike = {
        payment.ref: [one for one in candidates.get(payment.ref, ()) if _is_same(payment, one)]
        for payment in payments
    }
    rivals = _rivals(work, side, [payment for payment in payments if len(alike[payment.ref]) == 1])
    found = {}
    for payment in payments:
        here = alike[payment.ref]
        suitors = [one for one in rivals.get(payment.ref, ()) if here and _is_same(one, here[0])]
        if len(here) == 1 and len(suitors) <= 1:
            found[payment.ref] = Match(partner=here[0].ref)
        elif here:
            named = tuple(sorted(one.ref for one in here))
            found[payment.ref] = Match(candidates=named, key="amount")
    return found


def _rivals(
    work: Pass, side: Side, payments: Sequence[Snapshot]
) -> dict[RecordRef, list[Snapshot]]:
    """For each payment the free ones that its own side shows on its invoice, itself included: they
    may be in another helping."""
    invoices = {one.ref: ref for one in payments if (ref := _invoice_of(one))}
    if not invoices:
        return {}
    shown = work.amounts(side, sorted(set(invoices.values())))
    free = _free(work, side, shown.values(), payments)
    return {
        payment: [free[ref] for ref in shown[invoice].payments if ref in free]
        for payment, invoice in invoices.items()
    }


def _free_on_partners(
    work: Pass, side: Side, payments: Sequence[Snapshot]
) -> dict[RecordRef, list[Snapshot]]:
    """For each payment the free payments that the other side shows on its invoice."""
    other = side.other
    invoices = {one.ref: ref for one in payments if (ref := _invoice_of(one))}
    links = look_up(work, invoices.values())
    partners = {
        ref: RecordRef(other, Entity.INVOICE, id_)
        for ref, link in links.items()
        if (id_ := link.id_on(other)) is not None
    }
    if not partners:
        return {}
    shown = work.amounts(other, sorted(set(partners.values())))
    free = _free(work, other, shown.values(), payments)
    return {
        payment: [free[ref] for ref in shown[partners[invoice]].payments if ref in free]
        for payment, invoice in invoices.items()
        if invoice in partners
    }


def _free(
    work: Pass, side: Side, invoices: Iterable[Snapshot], payments: Sequence[Snapshot]
) -> dict[RecordRef, Snapshot]:
    """The live payments on these invoices that have no partner, or one that is gone: removed there
    and entered anew, a payment comes with a new id, and must not be booked twice."""
    refs = {payment for snapshot in invoices for payment in snapshot.payments}
    links = {ref: link for ref, link in look_up(work, refs).items() if link.is_linked}
    amounts = {one.get(AMOUNT[one.ref.side]) for one in payments}
    widowed = {
        ref: partner
        for ref, link in links.items()
        if link.amount in amounts and (partner := Dossier(link).ref(side.other))
    }
    partners = work.fetched(side.other, sorted(widowed.values()))
    kept = {ref for ref in links if ref not in widowed or partners[widowed[ref]].is_live}
    asked = sorted(refs - kept)
    snapshots = work.fetched(side, asked)
    return {ref: snapshot for ref, snapshot in snapshots.items() if snapshot.is_live}


def release(work: Pass, refs: Sequence[RecordRef]) -> None:
    """Payments whose partner is gone and that get a new one: their old links keep what is gone."""
    payments = [ref for ref in refs if ref.entity is Entity.PAYMENT]
    bound = [(ref, link) for ref, link in find_links(work, payments).items() if link.is_linked]
    if not bound:
        return
    finding = Finding(State.EXCLUDED, "entered_anew")
    with transaction.atomic():
        work.lease.guard_commit()
        for ref, link in bound:
            setattr(link, f"{ref.side.value}_id", None)
            link.baseline_hubspot = link.baseline_quickbooks = None
            link.state, link.category = finding.state, finding.category
            link.sentence, link.state_since = explain(finding), timezone.now()
        with tally.kept(work.integration.pk, tally.of(link for _, link in bound)):
            for _, link in bound:
                link.save()


def _invoice_of(payment: Snapshot) -> RecordRef | None:
    value = payment.get(INVOICE[payment.ref.side])
    return value if isinstance(value, RecordRef) else None


def _is_same(one: Snapshot, other: Snapshot) -> bool:
    here, there = one.ref.side, other.ref.side
    if one.get(AMOUNT[here]) != other.get(AMOUNT[there]):
        return False
    named = {one.get(_CURRENCY[here]), other.get(_CURRENCY[there])} - {None}
    if len(named) > 1:  # a company of one currency need not name it
        return False
    first, second = one.get(_DATE[here]), other.get(_DATE[there])
    return isinstance(first, date) and isinstance(second, date) and abs(first - second) <= _WINDOW
