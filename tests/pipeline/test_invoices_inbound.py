"""Invoices born in QuickBooks and their mirrors in HubSpot."""

from datetime import timedelta

from django.utils import timezone

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.models import ChangeCursor
from tests.pipeline.worlds import Trade, money


def test_a_customer_nobody_linked_fails_the_invoice(trade: Trade) -> None:
    trade.start()
    nameless = trade.customer(DisplayName="Walk-in")
    invoice = trade.quickbooks_invoice(CustomerRef={"value": nameless})
    trade.sync()
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "contact_link")
    assert not trade.hubspot("invoices")


def test_inbound_only_brings_no_payments(trade: Trade) -> None:
    trade.start(invoices=Direction.TO_HUBSPOT)
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.pay_in_quickbooks(invoice, "150")
    trade.sync()
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_invoice_status"] == "paid"
    assert money(mirror["ledgerline_balance"]) == 0
    assert not trade.hubspot("commerce_payments")


def test_a_lost_answer_makes_no_second_mirror(trade: Trade) -> None:
    trade.start()
    trade.quickbooks_invoice()
    for path in ("line_items/batch/upsert", "invoices/batch/create", "invoices/batch/update"):
        trade.sandbox.fault(
            "drop_after_commit", vendor="hubspot", method="POST", path=path, times=1
        )
    for _ in range(5):
        trade.sync()
        assert len(trade.hubspot("invoices")) <= 1
    assert len(trade.hubspot("invoices")) == 1
    assert len(trade.hubspot("line_items")) == 1
    trade.sync_quietly()


def test_a_line_that_a_seller_changes_right_after_it_was_made_is_noticed(trade: Trade) -> None:
    trade.start()
    trade.sync()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"), trade.sales_line(1, "20"))
    trade.sync()
    first, _ = trade.hubspot("line_items")
    trade.in_hubspot("line_items", "edit", first, properties={"quantity": "4"})
    trade.sync()
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "protected_change")
    trade.in_hubspot("line_items", "edit", first, properties={"quantity": "3"})
    trade.sync()
    link.refresh_from_db()
    assert link.state == "in_sync"
    trade.sync_quietly()


def test_after_a_month_of_silence_a_deletion_is_still_noticed(trade: Trade) -> None:
    trade.start()
    kept = trade.quickbooks_invoice()
    lost = trade.quickbooks_invoice()
    trade.sync()
    trade.in_quickbooks("Invoice", "delete", lost)
    trade.sandbox.advance(40 * 86_400)
    long_ago = timezone.now() - timedelta(days=40)
    ChangeCursor.objects.filter(side=Side.QUICKBOOKS).update(since=long_ago)
    trade.sync()
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, kept).state == "in_sync"
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, lost)
    assert (link.state, link.category) == ("excluded", "deleted_there")


def test_a_mirror_that_a_seller_calls_paid_is_failing_until_it_is_undone(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    (mirror,) = trade.hubspot("invoices")
    trade.in_hubspot("invoices", "edit", mirror, properties={"hs_invoice_status": "paid"})
    trade.sync()
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "mirror_status")
    assert "paid in HubSpot, but open in QuickBooks" in link.sentence
    trade.sync_quietly()
    trade.pay_in_quickbooks(invoice, "150")
    trade.sync()
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice).state == "in_sync"
    assert len(trade.hubspot("commerce_payments")) == 1
    trade.sync_quietly()


def test_an_invoice_of_an_archived_contact_names_what_is_missing(trade: Trade) -> None:
    trade.start()
    customer = trade.customer(DisplayName="Ben", PrimaryEmailAddr={"Address": "ben@acme.test"})
    trade.sync()
    contact = trade.link(Side.QUICKBOOKS, Entity.CONTACT, customer).hubspot_id or ""
    trade.in_hubspot("contacts", "delete", contact)
    invoice = trade.quickbooks_invoice(CustomerRef={"value": customer})
    trade.sync()
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "gone")
    assert "CONTACT" in link.sentence
    trade.in_hubspot("contacts", "restore", contact)
    trade.sync()
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice).state == "in_sync"
