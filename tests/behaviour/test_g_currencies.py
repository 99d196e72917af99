"""Invoices in other currencies, with cents, without, and with tenths of them."""

from decimal import Decimal

import pytest

from syncapp.engine.records import Entity, Side
from tests.behaviour.naming import item
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade


def in_currencies(trade: Trade, *more: str) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"profile": "multicurrency"}})
    trade.sandbox.options(hubspot={"additional_currencies": list(more)})


def customer_in(trade: Trade, currency: str) -> str:
    """Their contact in HubSpot."""
    name = f"Buyer {currency}"
    customer = trade.customer(
        DisplayName=name,
        PrimaryEmailAddr={"Address": f"{currency.lower()}@acme.test"},
        CurrencyRef={"value": currency},
    )
    trade.sync()
    return str(trade.link(Side.QUICKBOOKS, Entity.CONTACT, customer).hubspot_id)


@item("G25")
def test_a_company_of_one_currency_refuses_another_before_anything_is_sent(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"additional_currencies": ["EUR"]})
    trade.start()
    trade.sandbox.forget_requests()
    invoice = trade.hubspot_invoice(trade.hours(1), hs_currency="EUR")
    settle_down(trade)
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "other_currency")
    assert written_to_the_books(trade) == []


@item("G25")
@pytest.mark.parametrize("code", ["6000", "2220"])
def test_an_invoice_in_another_currency_than_its_customer_s_is_refused_before_it_is_sent(
    trade: Trade, code: str
) -> None:
    in_currencies(trade, "EUR")
    trade.sandbox.options(quickbooks={trade.realm: {"currency_mismatch_code": code}})
    trade.start()
    buyer = customer_in(trade, "EUR")
    trade.sandbox.forget_requests()
    invoice = trade.hubspot_invoice(trade.hours(1), contact=buyer, hs_currency="USD")
    settle_down(trade)
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "customer_currency")
    assert "in USD" in link.sentence
    assert "kept in EUR" in link.sentence
    assert written_to_the_books(trade) == []


@item("G25")
def test_an_invoice_in_its_customer_s_currency_is_booked_in_it(trade: Trade) -> None:
    in_currencies(trade, "EUR")
    trade.start()
    buyer = customer_in(trade, "EUR")
    invoice = trade.hubspot_invoice(trade.hours(1, "33.33"), contact=buyer, hs_currency="EUR")
    settle_down(trade)
    booked = trade.one_invoice_in_quickbooks()
    assert booked["CurrencyRef"]["value"] == "EUR"
    assert booked["ExchangeRate"] != 1
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


AMOUNTS = {"JPY": ["333", "333.4", "0.5"], "KWD": ["1.25", "0.333", "2.0005"]}


@item("G25")
@pytest.mark.parametrize(
    ("currency", "price"), [(code, price) for code, prices in AMOUNTS.items() for price in prices]
)
def test_amounts_without_cents_or_with_tenths_of_them_agree_or_say_that_they_do_not(
    trade: Trade, currency: str, price: str
) -> None:
    in_currencies(trade, currency)
    trade.start()
    buyer = customer_in(trade, currency)
    invoice = trade.hubspot_invoice(trade.hours(3, price), contact=buyer, hs_currency=currency)
    settle_down(trade)
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    billed = Decimal(trade.hubspot("invoices")[invoice]["hs_amount_billed"])
    if link.state == "in_sync":
        assert Decimal(trade.one_invoice_in_quickbooks()["TotalAmt"]) == billed
    else:
        assert (link.state, link.category) == ("failing", "totals")
        assert not trade.quickbooks("Invoice")
        assert currency in link.sentence


@item("G25")
@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_a_mirror_in_such_a_currency_adds_up(trade: Trade, currency: str) -> None:
    in_currencies(trade, currency)
    trade.start()
    contact = customer_in(trade, currency)
    customer = trade.link(Side.HUBSPOT, Entity.CONTACT, contact).quickbooks_id
    invoice = trade.quickbooks_invoice(
        trade.sales_line(3, "333"), trade.sales_line(7, "2"), CustomerRef={"value": customer}
    )
    settle_down(trade)
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert link.state == "in_sync", link.sentence
    mirror = trade.hubspot("invoices")[str(link.hubspot_id)]
    assert mirror["hs_currency"] == currency
    assert Decimal(mirror["ledgerline_total"]) == 1013


def written_to_the_books(trade: Trade) -> list[str]:
    """Calls that could book something; sellers are told in HubSpot."""
    asked = trade.sandbox.requests()["by_endpoint"]
    return [one for one in asked if one.startswith("POST") and one.endswith(("/invoice", "/batch"))]
