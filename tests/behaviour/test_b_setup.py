"""What a sync builds on: the order of the entities, customers, items, and what is left alone."""

from typing import Any

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade


def payments_of(trade: Trade, invoice: str) -> list[str]:
    held: dict[str, Any] = trade.sandbox.world()["hubspot"]["associations"]
    return list(held.get("invoices", {}).get(invoice, {}).get("commerce_payments", ()))


@item("B4", "I4")
def test_a_new_customer_and_the_first_invoice_arrive_in_one_pass(trade: Trade) -> None:
    trade.start()
    contact = trade.contact(email="ben@acme.test", firstname="Ben", lastname="Dahl")
    invoice = trade.hubspot_invoice(trade.hours(2), contact=contact)
    trade.sync()
    customer = trade.link(Side.HUBSPOT, Entity.CONTACT, contact).quickbooks_id
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    booked = trade.quickbooks("Invoice")[str(link.quickbooks_id)]
    assert link.state == "in_sync"
    assert booked["CustomerRef"]["value"] == customer
    assert booked["DocNumber"] == trade.hubspot("invoices")[invoice]["hs_number"]


@item("B8", "D16")
def test_a_line_with_an_item_of_the_books_earns_on_that_items_account(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    (line,) = [
        one for one in trade.one_invoice_in_quickbooks()["Line"] if "SalesItemLineDetail" in one
    ]
    assert line["SalesItemLineDetail"]["ItemRef"]["value"] == trade.item_id
    item_ = trade.quickbooks("Item")[trade.item_id]
    assert item_["IncomeAccountRef"]["value"] == trade.income_account
    assert len(trade.quickbooks("Item")) == 1


@item("B9")
def test_every_customer_comes_in_and_is_invoiced_through_its_contact(trade: Trade) -> None:
    address = {"Address": "post@acme.test"}
    customer = trade.customer(DisplayName="Acme", PrimaryEmailAddr=address)
    trade.start()
    contact = trade.link(Side.QUICKBOOKS, Entity.CONTACT, customer).hubspot_id
    assert trade.hubspot("contacts")[str(contact)]["email"] == "post@acme.test"
    trade.hubspot_invoice(trade.hours(1), contact=str(contact))
    trade.sync()
    assert trade.one_invoice_in_quickbooks()["CustomerRef"]["value"] == customer
    assert len(trade.quickbooks("Customer")) == 2


@item("B10")
def test_a_new_customer_is_known_by_the_address_of_the_invoices_contact(trade: Trade) -> None:
    trade.start()
    contact = trade.contact(email="ben@acme.test", lastname="Dahl")
    trade.hubspot_invoice(trade.hours(1), contact=contact)
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    customer = trade.quickbooks("Customer")[booked["CustomerRef"]["value"]]
    assert customer["PrimaryEmailAddr"]["Address"] == "ben@acme.test"


@item("B12", "E8", "D20a", "L3")
def test_left_alone_everything_comes_in_and_nothing_of_the_past_goes_out(trade: Trade) -> None:
    trade.rule(Entity.CONTACT)
    trade.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    trade.sync()
    ours = trade.hubspot_invoice(trade.hours(2))
    old = trade.quickbooks_invoice(TxnDate="2019-05-06")
    account = {"income_account": trade.income_account}
    trade.rule(Entity.INVOICE, options=account)
    trade.sync()
    assert list(trade.quickbooks("Invoice")) == [old]
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, old).state == "in_sync"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, ours).category == "older"


@item("B12")
def test_a_filter_keeps_older_invoices_of_the_books_out(trade: Trade) -> None:
    recent = [[("invoice", "TxnDate", "after", "2020-01-01")]]
    trade.rule(Entity.INVOICE, filters={Direction.TO_HUBSPOT: recent})
    trade.start()
    old = trade.quickbooks_invoice(TxnDate="2019-05-06")
    new = trade.quickbooks_invoice(TxnDate="2024-05-06")
    trade.sync()
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, old)
    assert (link.state, link.category) == ("excluded", "filter")
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, new).state == "in_sync"


@item("B15", "B16")
def test_a_payment_stands_on_its_invoice_and_deals_are_never_written(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.sandbox.forget_requests()
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "200.00")
    trade.sync()
    (payment,) = trade.hubspot("commerce_payments")
    assert payments_of(trade, invoice) == [payment]
    assert trade.hubspot("invoices")[invoice]["hs_invoice_status"] == "paid"
    paths = [one["path"] for one in trade.sandbox.requests(entries=True)["entries"]]
    assert paths
    assert not [path for path in paths if "deals" in path]
