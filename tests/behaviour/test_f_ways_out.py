"""What a person can do about a protected change besides undoing it by hand."""

from decimal import Decimal

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.errors import NotPossible
from syncapp.models import RecordLink, SyncActivity
from syncapp.pipeline.by_hand.protection import accept, restore
from syncapp.pipeline.detached import detach, take_back
from tests.behaviour.naming import item
from tests.behaviour.test_f_protection import (
    REFUSED,
    booked_lines,
    dearer,
    edit_booked,
    link_of,
    sold,
    with_tax,
)
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money

__all__ = ["sold"]


@item("F6", "F7")
@pytest.mark.parametrize("change", [*REFUSED, "a line less"])
def test_restoring_puts_the_agreed_lines_back_into_quickbooks(trade: Trade, change: str) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"profile": "us_automated_tax"}})
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    if change == "a line less":
        trade.hubspot_invoice(trade.hours(1), trade.hours(1, "20"))
    trade.sync()
    link = RecordLink.objects.filter(entity=Entity.INVOICE).latest("id")
    booked = trade.quickbooks("Invoice")[str(link.quickbooks_id)]
    total = money(booked["TotalAmt"])
    if change == "a line less":
        trade.in_quickbooks("Invoice", "edit", booked["Id"], fields={"Line": booked["Line"][:1]})
    else:
        edit_booked(trade, Line=REFUSED[change](trade))
    settle_down(trade)
    link.refresh_from_db()
    assert link.category == "protected_change"
    restore(link)
    link.refresh_from_db()
    assert link.state == "in_sync"
    booked = trade.quickbooks("Invoice")[str(link.quickbooks_id)]
    assert money(booked["TotalAmt"]) == total
    assert money(booked["TxnTaxDetail"]["TotalTax"]) == 0
    settle_down(trade)
    link.refresh_from_db()
    assert link.state == "in_sync"
    assert SyncActivity.objects.filter(link=link, action="updated").exists()


@item("F6")
def test_a_restore_whose_answer_is_lost_is_done_once(sold: Trade) -> None:
    edit_booked(sold, Line=dearer(sold))
    settle_down(sold)
    sold.sandbox.fault(
        "drop_after_commit", vendor="quickbooks", method="POST", path="(batch|invoice)", times=1
    )
    restore(link_of(sold))
    settle_down(sold)
    assert link_of(sold).state == "in_sync"
    assert money(sold.one_invoice_in_quickbooks()["TotalAmt"]) == 200


@item("F5")
def test_restoring_works_towards_the_mirror_too(trade: Trade) -> None:
    trade.start()
    trade.quickbooks_invoice(trade.sales_line(3, "50"), trade.sales_line(1, "20"))
    trade.sync()
    first, second = trade.hubspot("line_items")
    trade.in_hubspot("line_items", "edit", first, properties={"price": "70"})
    trade.in_hubspot("line_items", "delete", second)
    settle_down(trade)
    assert link_of(trade).category == "protected_change"
    restore(link_of(trade))
    settle_down(trade)
    assert link_of(trade).state == "in_sync"
    lines = trade.hubspot("line_items").values()
    amounts = sorted(Decimal(one["quantity"]) * Decimal(one["price"]) for one in lines)
    assert amounts == [20, 150]


@item("F6")
def test_accepting_writes_the_books_into_an_open_invoice_of_hubspot(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(
        trade.hours(2, hs_discount_percentage="10"), trade.hours(1, "40"), trade.hours(1, "5")
    )
    trade.sync()
    kept, changed, _ = booked_lines(trade)
    changed = {**changed, "Amount": Decimal(45)}
    changed["SalesItemLineDetail"] = {**changed["SalesItemLineDetail"], "UnitPrice": Decimal(45)}
    edit_booked(trade, Line=[kept, changed, trade.sales_line(2, "7")])
    settle_down(trade)
    assert link_of(trade).category == "protected_change"
    accept(link_of(trade))
    settle_down(trade)
    assert link_of(trade).state == "in_sync"
    (invoice,) = trade.hubspot("invoices").values()
    assert money(invoice["hs_amount_billed"]) == 180 + 45 + 14
    lines = {money(one["price"]): one for one in trade.hubspot("line_items").values()}
    assert set(lines) == {Decimal(100), Decimal(45), Decimal(7)}
    assert lines[Decimal(100)]["hs_discount_percentage"] == "10"
    assert len(trade.quickbooks("Invoice")) == 1


@item("F6")
def test_after_accepting_the_lines_still_know_their_partners(sold: Trade) -> None:
    edit_booked(sold, Line=[*booked_lines(sold), sold.sales_line(1, "10")])
    settle_down(sold)
    accept(link_of(sold))
    added = next(id for id, one in sold.hubspot("line_items").items() if money(one["price"]) == 10)
    before = {line["Id"] for line in booked_lines(sold)}
    sold.in_hubspot("line_items", "edit", added, properties={"price": "12"})
    settle_down(sold)
    assert {line["Id"] for line in booked_lines(sold)} == before
    assert money(sold.one_invoice_in_quickbooks()["TotalAmt"]) == 212


@item("F10", "L18")
def test_a_paid_invoice_cannot_follow_the_books(sold: Trade) -> None:
    (invoice,) = sold.hubspot("invoices")
    sold.pay_in_hubspot(invoice, "50")
    settle_down(sold)
    edit_booked(sold, Line=dearer(sold))
    settle_down(sold)
    with pytest.raises(NotPossible, match="has a payment"):
        accept(link_of(sold))
    assert money(sold.hubspot("invoices")[invoice]["hs_amount_billed"]) == 200


@item("F6", "J1")
def test_tax_added_in_quickbooks_cannot_be_accepted(sold: Trade) -> None:
    sold.sandbox.options(quickbooks={sold.realm: {"profile": "us_automated_tax"}})
    edit_booked(sold, Line=with_tax(sold))
    settle_down(sold)
    with pytest.raises(NotPossible, match="tax"):
        accept(link_of(sold))


@item("F6")
def test_with_nothing_changed_there_is_nothing_to_restore_or_accept(sold: Trade) -> None:
    for way_out in (restore, accept):
        with pytest.raises(NotPossible):
            way_out(link_of(sold))
    sold.sync_quietly()


@item("F6", "F3")
def test_nothing_is_written_where_the_sync_does_not_run(sold: Trade) -> None:
    edit_booked(sold, Line=dearer(sold))
    settle_down(sold)
    sold.rule(Entity.INVOICE, direction=Direction.TO_HUBSPOT)
    with pytest.raises(NotPossible, match="direction"):
        restore(link_of(sold))
    assert money(sold.one_invoice_in_quickbooks()["TotalAmt"]) == 240


@item("F7")
def test_a_record_let_go_is_left_alone_until_it_is_taken_back(sold: Trade) -> None:
    edit_booked(sold, Line=dearer(sold))
    settle_down(sold)
    detach(link_of(sold))
    (invoice,) = sold.hubspot("invoices")
    sold.in_hubspot("invoices", "edit", invoice, properties={"hs_comments": "Bye"})
    settle_down(sold)
    assert (link_of(sold).state, link_of(sold).category) == ("excluded", "detached")
    assert sold.one_invoice_in_quickbooks()["CustomerMemo"]["value"] == "Thank you"
    take_back(link_of(sold))
    settle_down(sold)
    assert link_of(sold).category == "protected_change"
    assert link_of(sold).id_on(Side.QUICKBOOKS)


@item("F6")
def test_where_hubspot_lets_nobody_edit_lines_accepting_fails_and_restoring_still_works(
    sold: Trade,
) -> None:
    sold.sandbox.options(hubspot={"edit_open_lines": False})
    edit_booked(sold, Line=dearer(sold))
    settle_down(sold)
    accept(link_of(sold))
    assert link_of(sold).state == "failing"
    assert link_of(sold).sentence
    (line,) = sold.hubspot("line_items").values()
    assert money(line["price"]) == 100
    restore(link_of(sold))
    settle_down(sold)
    assert link_of(sold).state == "in_sync"
    assert money(sold.one_invoice_in_quickbooks()["TotalAmt"]) == 200
