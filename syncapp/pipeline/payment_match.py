"""A payment that people entered on both sides is recognised instead of booked again."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from syncapp.engine.match import Match
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.objects.payment import INVOICE
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, find_links

_WINDOW = timedelta(days=7)
_AMOUNT = {Side.HUBSPOT: "hs_initial_amount", Side.QUICKBOOKS: "Amount"}
_DATE = {Side.HUBSPOT: "hs_initiated_date", Side.QUICKBOOKS: "TxnDate"}
_CURRENCY = {Side.HUBSPOT: "hs_currency_code", Side.QUICKBOOKS: "CurrencyRef"}


def matches(
    work: Pass, rule: SyncRule, side: Side, unlinked: Sequence[Dossier]
) -> dict[RecordRef, Match]:
    """Unlinked payments of the same invoice with the same amount and currency, dated within a
    week: one on each side are the same payment, several on either side are a question."""
    if not rule.is_on:
        return {}
    payments = [one.snapshots[side] for one in unlinked if one.snapshots[side].is_live]
    candidates = _unlinked_on_partners(work, side, payments)
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
    """For each payment the unlinked ones that its own side shows on its invoice, itself
    included: they may be in another helping."""
    invoices = {one.ref: ref for one in payments if (ref := _invoice_of(one))}
    if not invoices:
        return {}
    shown = work.connectors[side].fetch(sorted(set(invoices.values())))
    unlinked = _unlinked(work, side, shown.values())
    return {
        payment: [unlinked[ref] for ref in shown[invoice].payments if ref in unlinked]
        for payment, invoice in invoices.items()
    }


def _unlinked_on_partners(
    work: Pass, side: Side, payments: Sequence[Snapshot]
) -> dict[RecordRef, list[Snapshot]]:
    """For each payment the unlinked payments that the other side shows on its invoice."""
    other = side.other
    invoices = {one.ref: ref for one in payments if (ref := _invoice_of(one))}
    links = find_links(work, invoices.values())
    partners = {
        ref: RecordRef(other, Entity.INVOICE, id_)
        for ref, link in links.items()
        if (id_ := link.id_on(other)) is not None
    }
    shown = work.connectors[other].fetch(sorted(set(partners.values())))
    unlinked = _unlinked(work, other, shown.values())
    return {
        payment: [unlinked[ref] for ref in shown[partners[invoice]].payments if ref in unlinked]
        for payment, invoice in invoices.items()
        if invoice in partners
    }


def _unlinked(work: Pass, side: Side, invoices: Iterable[Snapshot]) -> dict[RecordRef, Snapshot]:
    """The live payments on these invoices that have no partner yet."""
    refs = {payment for snapshot in invoices for payment in snapshot.payments}
    linked = {ref for ref, link in find_links(work, refs).items() if link.is_linked}
    snapshots = work.connectors[side].fetch(sorted(refs - linked))
    return {ref: snapshot for ref, snapshot in snapshots.items() if snapshot.is_live}


def _invoice_of(payment: Snapshot) -> RecordRef | None:
    value = payment.get(INVOICE[payment.ref.side])
    return value if isinstance(value, RecordRef) else None


def _is_same(one: Snapshot, other: Snapshot) -> bool:
    here, there = one.ref.side, other.ref.side
    if one.get(_AMOUNT[here]) != other.get(_AMOUNT[there]):
        return False
    if one.get(_CURRENCY[here]) != other.get(_CURRENCY[there]):
        return False
    first, second = one.get(_DATE[here]), other.get(_DATE[there])
    return isinstance(first, date) and isinstance(second, date) and abs(first - second) <= _WINDOW
