"""What invoices say about their payments: how much is open, whether the totals agree, and which
payment only one side shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from syncapp.engine.money import show
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.engine.said import said
from syncapp.models import RecordLink, RecordReference
from syncapp.objects.invoice_checks import totals_agree
from syncapp.objects.payment_life import counted
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import NEW, Dossier, look_up

_BALANCE = {Side.HUBSPOT: "hs_balance_due", Side.QUICKBOOKS: "Balance"}
# No money of theirs is on the invoice, so they explain no difference.
_COUNT_NOWHERE = ("payment_status", "deleted", "taken_back")


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a linked invoice, read now."""

    total_agrees: bool = True
    open_amounts: Mapping[Side, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """`are_due`: one of the payments has not been decided yet. `alone` names those that only one
    side has."""

    are_due: bool = False
    alone: tuple[str, ...] = ()


def standings(work: Pass, invoices: Iterable[RecordLink]) -> dict[int, Standing]:
    """By link: a payment must never exceed what is open."""
    linked = [link for link in invoices if link.is_linked]
    read = {side: _read(work, side, linked) for side in Side}
    room = _room_on_mirrors(work, linked, read)
    found = {}
    for link in linked:
        pair = {side: read[side].get(link.pk) for side in Side}
        amounts = {
            side: balance
            for side, snapshot in pair.items()
            if snapshot and isinstance(balance := snapshot.get(_BALANCE[side]), Decimal)
        }
        if link.origin == Side.QUICKBOOKS:
            amounts[Side.HUBSPOT] = room[link.pk]
        origin = Side(link.origin) if link.origin else None
        agrees = totals_agree(pair[Side.HUBSPOT], pair[Side.QUICKBOOKS], origin)
        found[link.pk] = Standing(agrees, amounts)
    return found


def _room_on_mirrors(
    work: Pass, links: Sequence[RecordLink], read: Mapping[Side, Mapping[int, Snapshot]]
) -> dict[int, Decimal]:
    """HubSpot's own figure follows the status that we write: what its payments leave counts."""
    mirrors = {link.pk for link in links if link.origin == Side.QUICKBOOKS}
    shown = {pk: snapshot.payments for pk, snapshot in read[Side.HUBSPOT].items() if pk in mirrors}
    refs = sorted({ref for payments in shown.values() for ref in payments})
    found = work.fetched(Side.HUBSPOT, refs)
    room = {}
    for pk in mirrors:
        booked = read[Side.QUICKBOOKS].get(pk)
        total = booked.get("TotalAmt") if booked else None
        paid = sum((counted(found[ref]) for ref in shown.get(pk, ())), Decimal(0))
        room[pk] = (total if isinstance(total, Decimal) else Decimal(0)) - paid
    return room


def _read(work: Pass, side: Side, links: Sequence[RecordLink]) -> dict[int, Snapshot]:
    refs = {
        RecordRef(side, Entity.INVOICE, id_): link.pk for link in links if (id_ := link.id_on(side))
    }
    return {refs[ref]: snapshot for ref, snapshot in work.amounts(side, refs).items()}


def shown(work: Pass, dossiers: Iterable[Dossier]) -> dict[int, Shown]:
    """By link of the invoice."""
    rule = work.rules.get(Entity.PAYMENT)
    if rule is None or not rule.is_on:
        return {}
    payments = [
        (payment, dossier.link.pk)  # one of several invoices is shown on each of them
        for dossier in dossiers
        if dossier.entity is Entity.INVOICE
        for snapshot in dossier.snapshots.values()
        for payment in snapshot.payments
    ]
    links = look_up(work, {payment for payment, _ in payments})
    due = {
        invoice
        for payment, invoice in payments
        if (link := links.get(payment)) is None
        or link.category == NEW
        or link.state == State.WAITING
    }
    alone = _alone(payments, links)
    return {
        invoice: Shown(invoice in due, tuple(alone.get(invoice, ())))
        for invoice in {invoice for _, invoice in payments}
    }


def _alone(
    payments: Sequence[tuple[RecordRef, int]], links: Mapping[RecordRef, RecordLink]
) -> dict[int, list[str]]:
    """In words, by invoice. One that both sides show but do not agree on is named once."""
    sides: dict[tuple[int, int], list[Side]] = {}
    for payment, invoice in payments:
        link = links.get(payment)
        if link is not None and _is_alone(link):
            sides.setdefault((invoice, link.pk), []).append(payment.side)
    by_id = {link.pk: link for link in links.values()}
    found: dict[int, list[str]] = {}
    for (invoice, link_id), shown_by in sides.items():
        found.setdefault(invoice, []).append(_in_words(by_id[link_id], shown_by))
    return found


def _is_alone(link: RecordLink) -> bool:
    if link.is_linked and link.state == State.IN_SYNC:
        return False
    return link.category not in _COUNT_NOWHERE


def _in_words(link: RecordLink, sides: Sequence[Side]) -> str:
    where = said("both, differently") if len(sides) > 1 else sides[0].product_name
    facts = {"name": link.label, "where": where}
    if link.amount is None:
        return said("payment {name} (in {where})", **facts)
    amount = show(link.amount, link.currency)
    return said("payment {name} of {amount} (in {where})", amount=amount, **facts)


def moved(work: Pass, dossiers: Iterable[Dossier]) -> list[RecordRef]:
    """Payments that left an invoice in HubSpot or came to it. HubSpot tells at once that the
    invoice changed, of an archived payment only once an hour."""
    shown_on = {
        snapshot.ref.id: {ref.id for ref in snapshot.payments}
        for dossier in dossiers
        if dossier.entity is Entity.INVOICE
        and (snapshot := dossier.snapshots.get(Side.HUBSPOT)) is not None
    }
    known = _known_on(work, shown_on)
    left = {
        payment
        for invoice, ids in known.items()
        for payment in ids
        if payment not in shown_on[invoice]
    }
    unknown = {
        payment
        for invoice, ids in shown_on.items()
        for payment in ids
        if payment not in known.get(invoice, ())
    }
    came = (
        RecordLink.objects.filter(
            integration=work.integration, entity=Entity.PAYMENT, hubspot_id__in=unknown
        )
        .order_by()
        .values_list("hubspot_id", flat=True)
        if unknown
        else ()
    )
    ids = sorted(left | {id_ for id_ in came if id_})
    return [RecordRef(Side.HUBSPOT, Entity.PAYMENT, id_) for id_ in ids]


def _known_on(work: Pass, invoices: Iterable[str]) -> dict[str, set[str]]:
    """The payments of which we last read that they settle one of these."""
    rows = RecordReference.objects.filter(
        integration=work.integration,
        side=Side.HUBSPOT,
        entity=Entity.INVOICE,
        record_id__in=list(invoices),
        link__entity=Entity.PAYMENT,
        link__hubspot_id__isnull=False,
    ).values_list("record_id", "link__hubspot_id")
    found: dict[str, set[str]] = {}
    for invoice, payment in rows:
        found.setdefault(invoice, set()).add(str(payment))
    return found
