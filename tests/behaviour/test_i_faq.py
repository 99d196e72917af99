"""I: what people ask about; here the workflow that makes every paid invoice twice."""

from typing import Any

from syncapp.models import Integration
from syncapp.setup import golive
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade


def doubled(trade: Trade) -> str:
    integration = Integration.objects.get(pk=trade.integration.pk)
    found = golive.check(integration, golive.rules_of(integration))
    return "".join(one.facts["numbers"] for one in found if one.code == "doubled_invoices")


def paid_invoice(trade: Trade, number: str, **more: Any) -> str:
    """As a workflow makes it for a payment: of the same customer, day and amount."""
    (payment,) = trade.quickbooks("Payment").values()
    fields = {"DocNumber": number, "TxnDate": payment["TxnDate"], **more}
    return trade.quickbooks_invoice(trade.sales_line(2, "100"), **fields)


@item("I3", "L20")
def test_a_workflow_that_makes_a_paid_invoice_for_each_payment_is_found(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_hubspot(invoice, "200.00")
    trade.sync()
    assert doubled(trade) == ""
    paid_invoice(trade, "WF-1")
    assert doubled(trade) == "WF-1"
    trade.sync()  # it comes to HubSpot as any invoice of QuickBooks, and is a second one still
    assert doubled(trade) == "WF-1"


@item("I3")
def test_an_invoice_of_another_day_customer_or_amount_is_no_second_one(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_hubspot(invoice, "200.00")
    trade.sync()
    other = trade.customer(DisplayName="Acme", PrimaryEmailAddr={"Address": "jo@acme.test"})
    paid_invoice(trade, "A", CustomerRef={"value": other})
    paid_invoice(trade, "B", TxnDate="2026-01-05")
    trade.quickbooks_invoice(trade.sales_line(2, "99"), DocNumber="C")
    assert doubled(trade) == ""
