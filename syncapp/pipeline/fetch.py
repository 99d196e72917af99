"""FETCH: fresh snapshots of both sides, and what is known of the records they refer to."""

from collections.abc import Iterable, Mapping, Sequence

from syncapp.engine.catalogue import CATEGORIES, explain
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import (
    Entity,
    Line,
    LineKind,
    Pair,
    Parent,
    RecordRef,
    Side,
    Snapshot,
)
from syncapp.engine.said import said
from syncapp.models import RecordLink, RecordReference
from syncapp.objects.invoice_booking import booked_item
from syncapp.pipeline import invoice_payments
from syncapp.pipeline.begun import begun
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import NEW, Dossier, baseline_of, look_up
from syncapp.pipeline.invoice_payments import Shown, Standing
from syncapp.pipeline.references import named_by
from syncapp.pipeline.sub_customers import with_stand_ins


def fetch_snapshots(work: Pass, dossiers: Sequence[Dossier]) -> None:
    """As they were seen in this pass, else as they are now."""
    for side in work.connectors:
        refs = {ref: dossier for dossier in dossiers if (ref := dossier.ref(side))}
        for ref, snapshot in work.glanced_at(side, refs).items():
            refs[ref].snapshots[side] = snapshot


def refresh(work: Pass, dossiers: Iterable[Dossier]) -> list[Dossier]:
    """Linked records that something is to be done about, and that were not seen just now: read
    again. An unlinked one is not written over: what it is copied from may be older."""
    old = [one for one in dossiers if _is_at_stake(one) and not _is_recent(work, one)]
    for side in work.connectors:
        refs = {ref: dossier for dossier in old if (ref := dossier.ref(side))}
        for ref, snapshot in work.fetched(side, refs).items():
            refs[ref].snapshots[side] = snapshot
    return old


def _is_at_stake(dossier: Dossier) -> bool:
    plan = dossier.plan
    return dossier.link.is_linked and plan is not None and bool(plan.writes or plan.finding)


def _is_recent(work: Pass, dossier: Dossier) -> bool:
    return all(work.is_recent(ref) for ref in dossier.refs)


def build_pairs(work: Pass, dossiers: Sequence[Dossier]) -> None:
    parents = _parents(work, dossiers)
    items = _items_by_sku(work, dossiers, parents)
    payments = invoice_payments.shown(work, dossiers)
    unfinished = begun(dossiers)
    missing = _missing_fields(work, dossiers)
    for dossier in dossiers:
        link = dossier.link
        shown = payments.get(link.pk, Shown())
        dossier.pair = Pair(
            dossier.snapshots.get(Side.HUBSPOT),
            dossier.snapshots.get(Side.QUICKBOOKS),
            baseline_of(link),
            Side(link.origin) if link.origin else None,
            parents,
            items,
            link.line_pairs,
            payments_due=shown.are_due,
            lone_payments=shown.alone,
            generation=link.generation,
            begun=unfinished.get(link.pk, {}) if link.origin == Side.QUICKBOOKS else {},
            missing=missing,
        )


def _missing_fields(work: Pass, dossiers: Sequence[Dossier]) -> dict[Side, frozenset[str]]:
    """Only fields of rows that people added can be; the account is asked once, when needed."""
    entities = {dossier.entity for dossier in dossiers}
    return {
        side: connector.missing(entity)
        for entity in entities
        if any(row.is_added for row in work.rules[entity].mappings)
        for side, connector in work.connectors.items()
    }


def _parents(work: Pass, dossiers: Iterable[Dossier]) -> dict[RecordRef, Parent]:
    refs = {
        ref
        for dossier in dossiers
        for snapshot in dossier.snapshots.values()
        for ref in named_by(snapshot)
    }
    links = with_stand_ins(work, look_up(work, refs))
    invoices = [link for ref, link in links.items() if ref.entity is Entity.INVOICE]
    customers = _customers(work, invoices)
    standings = invoice_payments.standings(work, invoices)
    parents = {}
    for ref in refs:
        link = links.get(ref)
        if link is None:
            parents[ref] = _unknown(work, ref)
            continue
        standing = standings.get(link.pk, Standing())
        parents[ref] = _parent(work, ref, link, standing, customers.get(link.pk, {}))
    return parents


def _unknown(work: Pass, ref: RecordRef) -> Parent:
    rule = work.rules.get(ref.entity)
    if rule is None or not rule.is_on:
        reason = said("the {object} sync is switched off", object=said(ref.entity))
        return Parent(ref, is_decided=True, state=State.EXCLUDED, reason=reason)
    return Parent(ref)


def _parent(
    work: Pass,
    ref: RecordRef,
    link: RecordLink,
    standing: Standing,
    customers: Mapping[Side, RecordRef],
) -> Parent:
    """Only what was decided in this very pass counts as decided: a customer's filter may look at
    the invoice that asks for him."""
    other = ref.side.other
    partner_id = link.id_on(other)
    state = State(link.state)
    is_fresh = link.seen_at is not None and link.seen_at >= work.now
    is_decided = is_fresh and link.category != NEW and state is not State.WAITING
    return Parent(
        ref,
        partner=RecordRef(other, ref.entity, partner_id) if partner_id is not None else None,
        is_decided=is_decided,
        state=state,
        label=link.label,
        reason=_sentence_of(link),
        category=link.category,
        origin=Side(link.origin) if link.origin else None,
        currency=link.currency,
        total_agrees=standing.total_agrees,
        open_amounts=standing.open_amounts,
        customers=customers,
    )


def _sentence_of(link: RecordLink) -> str:
    """As one that other languages can say; of an older row what it says."""
    if link.category not in CATEGORIES:
        return link.sentence
    return explain(Finding(State(link.state), link.category, link.facts))


def _customers(work: Pass, invoices: Sequence[RecordLink]) -> dict[int, dict[Side, RecordRef]]:
    rows = RecordReference.objects.filter(
        integration=work.integration, link__in=invoices, entity=Entity.CONTACT
    )
    found: dict[int, dict[Side, RecordRef]] = {}
    for link, side, id_ in rows.values_list("link_id", "side", "record_id"):
        found.setdefault(link, {})[Side(side)] = RecordRef(Side(side), Entity.CONTACT, id_)
    return found


def _items_by_sku(
    work: Pass, dossiers: Iterable[Dossier], parents: Mapping[RecordRef, Parent]
) -> dict[str, RecordRef]:
    """QuickBooks items for lines whose product is not linked, one look-up for all of them."""
    skus = {
        line.sku.casefold()
        for dossier in dossiers
        if dossier.entity is Entity.INVOICE and dossier.link.origin != Side.QUICKBOOKS
        for line in _unbooked_lines(dossier)
        if line.sku and not (line.product and parents[line.product].partner)
    }
    if not skus:
        return {}
    found = work.connectors[Side.QUICKBOOKS].find(Entity.PRODUCT, "Sku", sorted(skus))
    return {sku: items[0].ref for sku, items in found.items() if len(items) == 1}


def _unbooked_lines(dossier: Dossier) -> list[Line]:
    """Those that no item is known of yet."""
    link = dossier.link
    pair = Pair(
        dossier.snapshots.get(Side.HUBSPOT),
        dossier.snapshots.get(Side.QUICKBOOKS),
        baseline_of(link),
        line_pairs=link.line_pairs,
    )
    lines = _item_lines(pair.hubspot)
    return [line for line in lines if booked_item(line, pair) is None]


def _item_lines(invoice: Snapshot | None) -> list[Line]:
    lines = invoice.get("lines") if invoice else None
    return (
        [line for line in lines if line.kind is LineKind.ITEM] if isinstance(lines, tuple) else []
    )
