"""Invoices born in HubSpot, judged by both worlds."""

from decimal import Decimal

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from tests.pipeline.worlds import Trade, money


def test_a_finalized_invoice_is_booked_with_customer_items_and_number(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2), hs_comments="Thank you")
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    ours = trade.hubspot("invoices")[invoice]
    assert booked["DocNumber"] == ours["hs_number"]
    assert booked["CustomerRef"]["value"] == trade.customer_id
    assert booked["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] == trade.item_id
    assert money(booked["TotalAmt"]) == money(ours["hs_amount_billed"]) == Decimal("200.00")
    assert booked["CustomerMemo"]["value"] == "Thank you"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


def test_a_draft_stays_at_home(trade: Trade) -> None:
    trade.start()
    draft = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=trade.contact_id,
        lines=[trade.hours(1)],
    )
    trade.sync()
    assert not trade.quickbooks("Invoice")
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, draft)
    assert (link.state, link.category) == ("excluded", "draft")


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


def test_a_line_without_an_item_goes_to_the_catch_all_item_made_once(trade: Trade) -> None:
    trade.start()
    for name in ("Travel", "Snacks"):
        trade.hubspot_invoice({"name": name, "quantity": "1", "price": "12.50"})
    trade.sync()
    trade.hubspot_invoice({"name": "Taxi", "quantity": "1", "price": "30"})
    trade.sync()
    made = [one for one in trade.quickbooks("Item").values() if one["Name"] == "Custom line item"]
    assert len(made) == 1
    assert made[0]["IncomeAccountRef"]["value"] == trade.income_account
    booked = trade.quickbooks("Invoice").values()
    items = {one["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] for one in booked}
    assert len(booked) == 3
    assert items == {made[0]["Id"]}
    trade.sync_quietly()


def test_a_line_discount_is_folded_into_the_price(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(3, "33.33", hs_discount_percentage="10"))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    (invoice,) = trade.hubspot("invoices").values()
    assert money(booked["TotalAmt"]) == money(invoice["hs_amount_billed"])
    assert "discount" in booked["Line"][0]["Description"]


def test_the_invoice_brings_its_unknown_contact_along(trade: Trade) -> None:
    trade.start()
    new = trade.in_hubspot(
        "contacts", properties={"email": "cleo@acme.test", "firstname": "Cleo", "lastname": "Dahl"}
    )
    trade.hubspot_invoice(trade.hours(1), contact=new)
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    assert booked["CustomerRef"]["name"] == "Cleo Dahl"


def test_a_contact_without_an_address_fails_its_invoice_and_says_why(trade: Trade) -> None:
    trade.start()
    nameless = trade.in_hubspot("contacts", properties={"lastname": "Nameless"})
    invoice = trade.hubspot_invoice(trade.hours(1), contact=nameless)
    good = trade.hubspot_invoice(trade.hours(1))
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "contact_link")
    assert "e-mail" in link.sentence
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, good).state == "in_sync"


def test_the_failure_heals_when_the_address_is_added(trade: Trade) -> None:
    trade.start()
    nameless = trade.in_hubspot("contacts", properties={"lastname": "Nameless"})
    invoice = trade.hubspot_invoice(trade.hours(1), contact=nameless)
    trade.sync()
    trade.in_hubspot("contacts", "edit", nameless, properties={"email": "now@acme.test"})
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


def test_a_void_in_hubspot_voids_the_booked_invoice(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.in_hubspot("invoices", "void", invoice)
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    assert money(booked["TotalAmt"]) == 0
    assert booked["PrivateNote"].startswith("Voided")
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


def test_a_void_in_quickbooks_is_not_copied_as_zeros(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    trade.in_quickbooks("Invoice", "void", booked["Id"])
    trade.sync()
    ours = trade.hubspot("invoices")[invoice]
    assert ours["hs_invoice_status"] == "open"
    assert money(ours["hs_amount_billed"]) == Decimal("200.00")
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).category == "voided_there"


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


def test_an_edit_of_the_due_date_reaches_the_books(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.in_hubspot(
        "invoices", "edit", invoice, properties={"hs_due_date": "2031-05-06T12:00:00Z"}
    )
    trade.sync()
    assert trade.one_invoice_in_quickbooks()["DueDate"] == "2031-05-06"


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
