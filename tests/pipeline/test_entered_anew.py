"""A payment that was voided in QuickBooks, where it then has an amount of zero, and entered there
once more is the same payment."""

import pytest

from syncapp.engine.records import Entity, Side
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade


@pytest.mark.parametrize("looks_between", [True, False])
def test_a_payment_voided_in_quickbooks_and_entered_there_anew_is_one_payment(
    trade: Trade, *, looks_between: bool
) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    paid = trade.pay_in_hubspot(invoice, "50")
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()["Id"]
    (payment,) = trade.quickbooks("Payment")
    trade.in_quickbooks("Payment", "void", payment)
    if looks_between:
        settle_down(trade)
        named = "payment of 50.00 USD (in HubSpot)"
        assert named in trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).sentence
    trade.pay_in_quickbooks(booked, "50")
    settle_down(trade)
    assert list(trade.hubspot("commerce_payments")) == [paid]
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, paid).state == "in_sync"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
