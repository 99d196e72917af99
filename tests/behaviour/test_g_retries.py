"""What is put right in the settings of the company, where no record tells us of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from syncapp.engine.records import Entity, Side
from syncapp.models import Integration, RecordLink, SyncRun, WriteIntent
from syncapp.pipeline.process import sync
from tests.behaviour.naming import item
from tests.behaviour.test_d_invoices_outbound import part, with_adjustments
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money

AN_HOUR = timedelta(minutes=61)


def scheduled_pass(trade: Trade) -> int:
    """How often something was refused in it."""
    refused = WriteIntent.objects.filter(state=WriteIntent.State.REFUSED)
    before = refused.count()
    sync(Integration.objects.get(pk=trade.integration.pk), trigger=SyncRun.Trigger.SCHEDULE)
    return refused.count() - before


def rest(trade: Trade) -> None:
    """What was read before is not read again, only because the reading overlaps."""
    trade.sandbox.advance(600)
    settle_down(trade)


def pass_by(time: timedelta, *, in_state_for: timedelta = timedelta(0)) -> None:
    """As if every record had last been looked at so long ago."""
    now = timezone.now()
    RecordLink.objects.update(seen_at=now - time, state_since=now - max(time, in_state_for))


def old_invoice(trade: Trade) -> str:
    return trade.hubspot_invoice(trade.hours(2), hs_invoice_date="2020-06-01T12:00:00Z")


def outcome(trade: Trade, invoice: str) -> tuple[str, str]:
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    return link.state, link.category


@item("G12", "G23")
@pytest.mark.parametrize("remembers", [False, True])
def test_what_closed_books_refused_goes_by_itself_once_they_are_open(
    trade: Trade, *, remembers: bool
) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"requestid_remembers_faults": remembers}})
    trade.start()
    trade.in_quickbooks("Preferences", "close_books", until="2020-12-31")
    invoice = old_invoice(trade)
    rest(trade)
    assert outcome(trade, invoice) == ("failing", "closed_period")
    trade.in_quickbooks("Preferences", "close_books", until=None)
    scheduled_pass(trade)
    assert outcome(trade, invoice) == ("failing", "closed_period")  # refused a moment ago
    pass_by(AN_HOUR)
    scheduled_pass(trade)
    assert outcome(trade, invoice) == ("in_sync", "")
    assert trade.one_invoice_in_quickbooks()["TxnDate"] == "2020-06-01"


@item("G12")
def test_what_stays_refused_is_tried_once_a_day_only(trade: Trade) -> None:
    trade.start()
    trade.in_quickbooks("Preferences", "close_books", until="2020-12-31")
    invoice = old_invoice(trade)
    rest(trade)
    pass_by(AN_HOUR)
    assert scheduled_pass(trade) == 1
    assert outcome(trade, invoice) == ("failing", "closed_period")
    pass_by(AN_HOUR, in_state_for=timedelta(days=2))
    assert scheduled_pass(trade) == 0
    pass_by(timedelta(hours=25))
    assert scheduled_pass(trade) == 1


def test_however_many_are_refused_a_pass_tries_a_few_and_the_next_one_goes_on(
    trade: Trade,
) -> None:
    """More would look like a mass of new invoices to the safety brake."""
    trade.start()
    trade.in_quickbooks("Preferences", "close_books", until="2020-12-31")
    for _ in range(60):
        old_invoice(trade)
    rest(trade)
    assert RecordLink.objects.filter(category="closed_period").count() == 60
    pass_by(AN_HOUR)
    assert [scheduled_pass(trade) for _ in range(3)] == [50, 10, 0]
    assert not trade.quickbooks("Invoice")


def test_a_person_who_asks_for_a_pass_need_not_wait(trade: Trade) -> None:
    trade.start()
    trade.sandbox.options(quickbooks={trade.realm: {"subscription_status": "EXPIRED"}})
    invoice = trade.hubspot_invoice(trade.hours(2))
    settle_down(trade)
    assert outcome(trade, invoice) == ("failing", "subscription")
    trade.sandbox.options(quickbooks={trade.realm: {"subscription_status": "SUBSCRIBED"}})
    trade.sync()
    assert outcome(trade, invoice) == ("in_sync", "")


@item("D19")
def test_a_discount_goes_once_the_company_has_switched_discounts_on(trade: Trade) -> None:
    """Nothing was sent, so only the settings themselves can tell."""
    allow(trade, discounts=False)
    trade.start()
    invoice = with_adjustments(trade, part("discounts", "15", "Spring"))
    rest(trade)
    assert outcome(trade, invoice) == ("failing", "order_discount")
    allow(trade, discounts=True)
    scheduled_pass(trade)
    assert outcome(trade, invoice) == ("failing", "order_discount")
    pass_by(AN_HOUR)
    scheduled_pass(trade)
    assert outcome(trade, invoice) == ("in_sync", "")
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == 185


def allow(trade: Trade, *, discounts: bool) -> None:
    preferences = {"SalesFormsPrefs": {"AllowDiscount": discounts}}
    trade.sandbox.options(quickbooks={trade.realm: {"preferences": preferences}})
