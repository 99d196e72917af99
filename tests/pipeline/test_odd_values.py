"""Names, numbers and amounts that strain a limit: copied as they are or refused, never bent."""

import threading
from decimal import Decimal

import pytest

from syncapp.engine.records import Entity, Side
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money

NAMES = {
    "six hundred letters": ("N" * 600, "failing"),
    "pictures": ("🙂🚀", "in_sync"),
    "right to left": ("שלום مرحبا", "in_sync"),
    "a colon": ("A:B", "in_sync"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_whole_or_refused_and_stops_nobody(trade: Trade, name: str) -> None:
    trade.start()
    firstname, state = NAMES[name]
    odd = trade.contact(email="odd@acme.test", firstname=firstname)
    plain = trade.contact(email="plain@acme.test", firstname="Plain")
    settle_down(trade)
    assert trade.link(Side.HUBSPOT, Entity.CONTACT, odd).state == state
    assert trade.link(Side.HUBSPOT, Entity.CONTACT, plain).state == "in_sync"
    given = {one.get("GivenName") for one in trade.quickbooks("Customer").values()}
    assert given - {"Ada", "Plain"} == ({firstname} if state == "in_sync" else set())


def test_a_colon_stays_in_the_first_name_and_not_in_the_display_name(trade: Trade) -> None:
    """QuickBooks takes none in a display name, where it stands before sub-customers."""
    trade.start()
    trade.contact(email="odd@acme.test", firstname="A:B")
    settle_down(trade)
    names = {
        (one.get("GivenName"), one["DisplayName"]) for one in trade.quickbooks("Customer").values()
    }
    assert ("A:B", "A - B") in names


def test_fractions_of_cents_zero_and_many_lines_agree_to_the_cent(trade: Trade) -> None:
    trade.start()
    many = [{"name": f"Line {n}", "quantity": "1", "price": "1.01"} for n in range(120)]
    ours = [
        trade.hubspot_invoice(trade.hours(3, "0.333333"), trade.hours(7, "1.234567")),
        trade.hubspot_invoice(trade.hours(1, "0")),
        trade.hubspot_invoice(*many),
    ]
    theirs = trade.quickbooks_invoice(*[trade.sales_line(1, "1.01") for _ in range(120)])
    settle_down(trade)
    for invoice in ours:
        link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
        assert link.state == "in_sync"
        booked = trade.quickbooks("Invoice")[str(link.quickbooks_id)]
        billed = trade.hubspot("invoices")[invoice]["hs_amount_billed"]
        assert money(booked["TotalAmt"]) == money(billed)
    mirror = trade.link(Side.QUICKBOOKS, Entity.INVOICE, theirs).hubspot_id
    total = trade.hubspot("invoices")[str(mirror)]["ledgerline_total"]
    assert money(total) == Decimal("121.20")


def test_a_number_that_is_too_long_is_never_cut(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"invoice_prefix": "A-VERY-LONG-PREFIX-INDEED-"})
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    settle_down(trade)
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).category == "too_long"
    assert not trade.quickbooks("Invoice")


def test_a_foreign_currency_is_refused_with_both_named(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"additional_currencies": ["JPY"]})
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(3, "333"), hs_currency="JPY")
    settle_down(trade)
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert link.category == "other_currency"
    assert "JPY" in link.sentence
    assert "USD" in link.sentence


def test_an_item_inactive_since_yesterday_fails_its_invoice_alone(trade: Trade) -> None:
    trade.start()
    product = trade.product_id
    trade.in_quickbooks("Item", "deactivate", trade.item_id)
    line = {"name": "Consulting", "hs_product_id": product, "quantity": "1", "price": "10"}
    invoice = trade.hubspot_invoice(line)
    plain = trade.hubspot_invoice({"name": "Travel", "quantity": "1", "price": "10"})
    settle_down(trade)
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "failing"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, plain).state == "in_sync"


def test_an_edit_between_our_read_and_our_write_survives(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()["Id"]
    edit = {"hs_due_date": "2031-05-06T12:00:00Z"}
    trade.in_hubspot("invoices", "edit", invoice, properties=edit)
    trade.sandbox.fault("slow", vendor="quickbooks", method="POST", path="batch|invoice",
                        seconds=2, times=1)  # fmt: skip
    memo = {"CustomerMemo": {"value": "From the book-keeper"}}
    person = threading.Timer(1, trade.in_quickbooks, ("Invoice", "edit", booked), {"fields": memo})
    person.start()
    trade.sync()
    person.join()
    settle_down(trade)
    assert trade.hubspot("invoices")[invoice]["hs_comments"] == "From the book-keeper"
    after = trade.one_invoice_in_quickbooks()
    assert (after["DueDate"], after["CustomerMemo"]["value"]) == (
        "2031-05-06", "From the book-keeper",
    )  # fmt: skip
