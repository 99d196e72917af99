"""Nordwind's records as both connectors read them, with only what a test is about."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, Pair, Parent, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.objects import DEFAULT_MAPPINGS, MATCH_KEYS, SPECIAL
from tests.engine.factories import item, settled

H, Q = Side.HUBSPOT, Side.QUICKBOOKS
START = datetime(2026, 3, 1, tzinfo=UTC)
CATCH_ALL = RecordRef(Q, Entity.PRODUCT, "99")


def ref(side, entity, id_):
    return RecordRef(side, entity, str(id_))


ADA, ADA_THERE = ref(H, Entity.CONTACT, 1), ref(Q, Entity.CONTACT, 58)
SETUP, SETUP_THERE = ref(H, Entity.PRODUCT, 2), ref(Q, Entity.PRODUCT, 12)
PARTNERS = {
    ADA: Parent(ADA, partner=ADA_THERE, is_decided=True),
    ADA_THERE: Parent(ADA_THERE, partner=ADA, is_decided=True),
    SETUP: Parent(SETUP, partner=SETUP_THERE, is_decided=True),
    SETUP_THERE: Parent(SETUP_THERE, partner=SETUP, is_decided=True),
}


def rule(entity, **rest):
    chosen = {
        "mappings": DEFAULT_MAPPINGS[entity],
        "match_keys": MATCH_KEYS[entity],
        "started_at": START,
        "catch_all_item": CATCH_ALL,
    } | rest
    return SyncRule(entity, SPECIAL[entity], **chosen)


def amount(text):
    return None if text is None else Decimal(text)


def hubspot_invoice(lines=None, total="100.00", *, id_="9001", fields=None, **rest):
    """A finalized one, made in HubSpot after the start."""
    lines = (item(total, product=SETUP, id="501"),) if lines is None else tuple(lines)
    known = {
        "hs_number": "HS-1042",
        "contact": ADA,
        "hs_invoice_date": date(2026, 3, 2),
        "hs_due_date": date(2026, 4, 1),
        "hs_currency": "USD",
        "hs_invoice_status": "open",
        "hs_invoice_billable": True,
        "hs_invoice_source": "CRM_UI",
        "hs_amount_billed": amount(total),
        "hs_balance_due": amount(total),
        "lines": lines,
    } | (fields or {})
    made = {"created_at": START, "version": "h1"} | rest
    return Snapshot(ref(H, Entity.INVOICE, id_), known, **made)


def quickbooks_invoice(lines=None, total="100.00", *, id_="145", fields=None, **rest):
    lines = (item(total, product=SETUP_THERE, id="1"),) if lines is None else tuple(lines)
    known = {
        "DocNumber": "1042",
        "CustomerRef": ADA_THERE,
        "TxnDate": date(2026, 3, 2),
        "DueDate": date(2026, 4, 1),
        "CurrencyRef": "USD",
        "TotalAmt": amount(total),
        "Balance": amount(total),
        "Line": lines,
    } | (fields or {})
    made = {"version": "q1"} | rest
    return Snapshot(ref(Q, Entity.INVOICE, id_), known, **made)


def unlinked(record, **rest):
    sides = {record.ref.side: record}
    return Pair(sides.get(H), sides.get(Q), parents=PARTNERS, **rest)


def copied(rule_, record):
    """The pair after the record was created on the other side, stored there as it was sent."""
    pair = unlinked(record)
    plan = reconcile(rule_, pair)
    (write,) = plan.writes
    copy_id = "145" if write.side is Q else "9001"
    copy = Snapshot(ref(write.side, rule_.entity, copy_id), write.fields, version="copy1")
    copy = _computed(copy)
    base = settled(rule_, pair, plan, [copy])
    here, there = (record, copy) if write.side is Q else (copy, record)
    return replace(pair, hubspot=here, quickbooks=there, baseline=base, origin=record.ref.side)


def _computed(copy):
    """QuickBooks adds up itself."""
    if copy.ref.side is H or copy.ref.entity is not Entity.INVOICE:
        return copy
    sums = {"TotalAmt": sum(line.amount for line in copy.get("Line"))}
    return replace(copy, fields={**copy.fields, **sums, "Balance": sums["TotalAmt"]})


def with_fields(snapshot, **fields):
    return replace(snapshot, fields={**snapshot.fields, **fields})


def here(pair, **fields):
    return replace(pair, hubspot=with_fields(pair.hubspot, **fields))


def there(pair, **fields):
    return replace(pair, quickbooks=with_fields(pair.quickbooks, **fields))


def category(plan):
    return plan.finding and (plan.finding.state.value, plan.finding.category)
