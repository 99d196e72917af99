"""The rows of the design's table "what happened" that take more than one event."""

from decimal import Decimal
from typing import Any

from syncapp.engine.records import Entity, Side
from syncapp.models import RecordLink
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money


def test_one_allocation_changes_and_is_taken_off_again(trade: Trade) -> None:
    trade.start()
    first = trade.quickbooks_invoice(trade.sales_line(1, "40"))
    second = trade.quickbooks_invoice(trade.sales_line(1, "60"))
    fields = {"CustomerRef": {"value": trade.customer_id}, "TotalAmt": Decimal(100)}
    lines = [_part("40", first), _part("60", second)]
    payment = trade.in_quickbooks("Payment", fields={**fields, "Line": lines})
    trade.sync()
    lines[1] = _part("50", second)
    trade.in_quickbooks("Payment", "edit", payment, fields={**fields, "Line": lines})
    settle_down(trade)
    assert _amounts(trade) == [Decimal("40.00"), Decimal("50.00")]
    trade.in_quickbooks("Payment", "edit", payment, fields={**fields, "Line": lines[:1]})
    settle_down(trade)
    assert _amounts(trade) == [Decimal("40.00")]
    assert not RecordLink.objects.filter(state="failing")


def test_a_credit_memo_reaches_the_hubspot_invoice_as_a_payment(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    fields = {"CustomerRef": {"value": trade.customer_id}, "DocNumber": "1043"}
    memo = trade.in_quickbooks("CreditMemo", fields={**fields, "Line": [trade.sales_line(1, "30")]})
    booked = trade.one_invoice_in_quickbooks()["Id"]
    trade.in_quickbooks("CreditMemo", "apply", memo, invoice_id=booked, amount="30")
    settle_down(trade)
    (credit,) = trade.hubspot("commerce_payments").values()
    assert credit["hs_reference_number"] == "Credit memo 1043"
    assert money(trade.hubspot("invoices")[invoice]["hs_balance_due"]) == Decimal("170.00")


def test_an_inactive_customer_fails_the_invoice_until_it_is_active(trade: Trade) -> None:
    trade.start()
    customer = trade.customer(DisplayName="Ben", PrimaryEmailAddr={"Address": "ben@acme.test"})
    trade.sync()
    contact = trade.link(Side.QUICKBOOKS, Entity.CONTACT, customer).hubspot_id or ""
    trade.in_quickbooks("Customer", "deactivate", customer)
    invoice = trade.hubspot_invoice(trade.hours(2), contact=contact)
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("failing", "inactive_part")
    trade.in_quickbooks("Customer", "restore", customer)
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("in_sync", "")


def _outcome(trade: Trade, side: Side, invoice: str) -> tuple[str, str]:
    link = trade.link(side, Entity.INVOICE, invoice)
    return link.state, link.category


def _part(amount: str, invoice: str) -> dict[str, Any]:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}


def _amounts(trade: Trade) -> list[Decimal]:
    payments = trade.hubspot("commerce_payments").values()
    return sorted(money(one["hs_initial_amount"]) for one in payments)
