"""Invoices born in HubSpot, judged by both worlds."""

from datetime import timedelta
from decimal import Decimal

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.models import ChangeCursor
from tests.pipeline.worlds import Trade, money


def test_an_older_invoice_stays_behind_until_somebody_changes_it(trade: Trade) -> None:
    trade.rule(Entity.CONTACT)
    trade.sync()
    old = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=trade.contact_id,
        lines=[{"name": "Advice", "quantity": "1", "price": "80"}],
    )
    trade.in_hubspot("invoices", "finalize", old)
    trade.sandbox.advance(5)
    trade.start()
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, old)
    assert (link.state, link.category) == ("excluded", "older")
    trade.sandbox.advance(60)
    trade.in_hubspot("invoices", "edit", old, properties={"hs_comments": "Reminder"})
    trade.sync()
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == Decimal("80.00")


def test_the_invoice_brings_its_unknown_contact_along(trade: Trade) -> None:
    trade.start()
    new = trade.in_hubspot(
        "contacts", properties={"email": "cleo@acme.test", "firstname": "Cleo", "lastname": "Dahl"}
    )
    trade.hubspot_invoice(trade.hours(1), contact=new)
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    assert booked["CustomerRef"]["name"] == "Cleo Dahl"


def test_a_lost_answer_books_no_second_invoice(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    trade.sandbox.fault(
        "drop_after_commit", vendor="quickbooks", method="POST", path="(batch|invoice)", times=1
    )
    for _ in range(3):
        trade.sync()
        assert len(trade.quickbooks("Invoice")) == 1
    trade.sync_quietly()


def test_a_line_changed_right_after_its_new_invoice_was_booked_is_noticed(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    cursor = ChangeCursor.objects.get(side=Side.HUBSPOT, entity=Entity.INVOICE)
    cursor.since -= timedelta(hours=1)  # it was made in the second in which the pass began
    cursor.save()
    (line,) = trade.hubspot("line_items")
    trade.in_hubspot("line_items", "edit", line, properties={"description": "Two hours"})
    trade.sync()
    assert trade.one_invoice_in_quickbooks()["Line"][0]["Description"] == "Two hours"


def test_a_product_linked_later_moves_nothing_that_is_booked(trade: Trade) -> None:
    trade.start()
    product = trade.in_hubspot("products", properties={"name": "Widget", "price": "30"})
    trade.hubspot_invoice(
        {"name": "Widget", "hs_product_id": product, "quantity": "2", "price": "30"}
    )
    trade.sync()
    (booked_on,) = _items(trade)
    trade.in_hubspot("products", "edit", product, properties={"hs_sku": "W-1"})
    _make_item(trade, "Widget", "W-1")
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.PRODUCT, product).quickbooks_id != booked_on
    (line,) = trade.hubspot("line_items")
    trade.in_hubspot("line_items", "edit", line, properties={"description": "Nice widgets"})
    trade.sync()
    assert trade.one_invoice_in_quickbooks()["Line"][0]["Description"] == "Nice widgets"
    assert _items(trade) == [booked_on]
    trade.sync_quietly()


def test_a_line_found_by_sku_keeps_its_item_when_it_is_edited(trade: Trade) -> None:
    trade.start()
    trade.rule(Entity.PRODUCT, direction=Direction.TO_QUICKBOOKS)
    item = _make_item(trade, "Gadget", "G-1")
    trade.hubspot_invoice({"name": "Gadget", "hs_sku": "G-1", "quantity": "2", "price": "30"})
    trade.sync()
    assert _items(trade) == [item]
    (line,) = trade.hubspot("line_items")
    trade.in_hubspot("line_items", "edit", line, properties={"quantity": "3"})
    trade.sync()
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == Decimal("90.00")
    assert _items(trade) == [item]
    trade.sync_quietly()


def _items(trade: Trade) -> list[str]:
    """The items that the lines of the only invoice are booked on."""
    lines = trade.one_invoice_in_quickbooks()["Line"]
    details = [line["SalesItemLineDetail"] for line in lines if "SalesItemLineDetail" in line]
    return [detail["ItemRef"]["value"] for detail in details]


def _make_item(trade: Trade, name: str, sku: str) -> str:
    account = {"value": trade.income_account}
    fields = {"Name": name, "Sku": sku, "Type": "Service", "IncomeAccountRef": account}
    return trade.in_quickbooks("Item", fields=fields)
