"""Payments that are removed, refunded, charged back, moved or entered anew (D24, G24, J10)."""

from decimal import Decimal

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.models import RecordLink
from tests.behaviour.naming import item
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money


def booked_invoice(trade: Trade) -> tuple[str, str]:
    """An invoice of 200.00 born in HubSpot: its ids there and in QuickBooks."""
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    return invoice, str(trade.one_invoice_in_quickbooks()["Id"])


def paid_in_hubspot(trade: Trade, amount: str = "80") -> tuple[str, str, str]:
    """And a payment recorded there: the ids of the invoice, and of the payment on both sides."""
    invoice, _ = booked_invoice(trade)
    paid = trade.pay_in_hubspot(invoice, amount)
    trade.sync()
    (booked,) = trade.quickbooks("Payment")
    return invoice, paid, booked


def category(trade: Trade, entity: Entity, hubspot_id: str) -> str:
    return trade.link(Side.HUBSPOT, entity, hubspot_id).category


def balances(trade: Trade) -> tuple[Decimal, Decimal]:
    """Of the only invoice, in HubSpot and in QuickBooks."""
    (here,) = trade.hubspot("invoices").values()
    return money(here["hs_balance_due"]), money(trade.one_invoice_in_quickbooks()["Balance"])


@item("J10")
def test_a_payment_deleted_in_hubspot_is_voided_in_the_very_next_pass(trade: Trade) -> None:
    _, paid, booked = paid_in_hubspot(trade)
    trade.in_hubspot("commerce_payments", "delete", paid)
    trade.sync()
    assert money(trade.quickbooks("Payment")[booked]["TotalAmt"]) == 0
    assert balances(trade) == (Decimal("200.00"), Decimal("200.00"))
    assert category(trade, Entity.PAYMENT, paid) == "taken_back"
    settle_down(trade)


@item("D24")
def test_a_copy_deleted_in_hubspot_leaves_the_books_and_is_named_on_its_invoice(
    trade: Trade,
) -> None:
    invoice, booked = booked_invoice(trade)
    trade.pay_in_quickbooks(booked, "80")
    trade.sync()
    (copy,) = trade.hubspot("commerce_payments")
    trade.in_hubspot("commerce_payments", "delete", copy)
    settle_down(trade)
    assert balances(trade) == (Decimal("200.00"), Decimal("120.00"))
    assert category(trade, Entity.PAYMENT, copy) == "deleted_there"
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "balance")
    assert "payment of 80.00 USD (in QuickBooks)" in link.sentence


@item("D24")
def test_a_hubspot_payment_removed_in_quickbooks_and_entered_there_anew_is_one_payment(
    trade: Trade,
) -> None:
    invoice, paid, booked = paid_in_hubspot(trade)
    trade.in_quickbooks("Payment", "delete", booked)
    settle_down(trade)
    assert category(trade, Entity.PAYMENT, paid) == "payment_removed"
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "80")
    settle_down(trade)
    assert len(trade.hubspot("commerce_payments")) == len(trade.quickbooks("Payment")) == 1
    assert balances(trade) == (Decimal("120.00"), Decimal("120.00"))
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, paid).state == "in_sync"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


def test_removed_and_entered_anew_between_two_passes_it_is_one_payment_too(trade: Trade) -> None:
    _, paid, booked = paid_in_hubspot(trade)
    trade.in_quickbooks("Payment", "delete", booked)
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "80")
    settle_down(trade)
    assert len(trade.hubspot("commerce_payments")) == len(trade.quickbooks("Payment")) == 1
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, paid).state == "in_sync"


@pytest.mark.parametrize("looks_between", [True, False])
def test_a_copy_deleted_in_hubspot_and_recorded_there_anew_is_one_payment(
    trade: Trade, *, looks_between: bool
) -> None:
    invoice, booked = booked_invoice(trade)
    trade.pay_in_quickbooks(booked, "80")
    trade.sync()
    (copy,) = trade.hubspot("commerce_payments")
    trade.in_hubspot("commerce_payments", "delete", copy)
    if looks_between:
        settle_down(trade)
    trade.pay_in_hubspot(invoice, "80")
    settle_down(trade)
    assert len(trade.hubspot("commerce_payments")) == len(trade.quickbooks("Payment")) == 1
    assert balances(trade) == (Decimal("120.00"), Decimal("120.00"))
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


@item("J10")
def test_a_partial_refund_is_left_to_the_book_keeper_and_heals_when_the_amounts_agree(
    trade: Trade,
) -> None:
    invoice, paid, booked = paid_in_hubspot(trade)
    trade.in_hubspot("commerce_payments", "refund", paid, amount="30")
    settle_down(trade)
    link = trade.link(Side.HUBSPOT, Entity.PAYMENT, paid)
    assert (link.state, link.category) == ("failing", "partial_refund")
    assert "50.00" in link.sentence
    assert money(trade.quickbooks("Payment")[booked]["TotalAmt"]) == Decimal("80.00")
    there = trade.one_invoice_in_quickbooks()["Id"]
    linked = [{"TxnId": there, "TxnType": "Invoice"}]
    lowered = {"TotalAmt": Decimal(50), "Line": [{"Amount": Decimal(50), "LinkedTxn": linked}]}
    trade.in_quickbooks("Payment", "edit", booked, fields=lowered)
    settle_down(trade)
    assert balances(trade) == (Decimal("150.00"), Decimal("150.00"))
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, paid).state == "in_sync"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


@item("J10")
def test_a_chargeback_is_left_to_the_book_keeper_and_over_once_he_voids_it(trade: Trade) -> None:
    invoice, paid, booked = paid_in_hubspot(trade)
    status = {"hs_latest_status": "disputed_awaiting_decision"}
    trade.in_hubspot("commerce_payments", "edit", paid, properties=status)
    settle_down(trade)
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, paid).state == "in_sync"
    trade.in_hubspot("commerce_payments", "edit", paid,
                     properties={"hs_latest_status": "disputed_lost"})  # fmt: skip
    settle_down(trade)
    assert category(trade, Entity.PAYMENT, paid) == "chargeback"
    assert money(trade.quickbooks("Payment")[booked]["TotalAmt"]) == Decimal("80.00")
    trade.in_quickbooks("Payment", "void", booked)
    settle_down(trade)
    assert category(trade, Entity.PAYMENT, paid) == "taken_back"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


def test_a_payment_that_bounces_after_it_succeeded_is_voided(trade: Trade) -> None:
    _, paid, booked = paid_in_hubspot(trade)
    trade.in_hubspot("commerce_payments", "edit", paid, properties={"hs_latest_status": "failed"})
    settle_down(trade)
    assert money(trade.quickbooks("Payment")[booked]["TotalAmt"]) == 0
    assert balances(trade) == (Decimal("200.00"), Decimal("200.00"))


def test_a_payment_moved_to_another_invoice_in_hubspot_is_moved_by_nobody_but_people(
    trade: Trade,
) -> None:
    invoice, paid, booked = paid_in_hubspot(trade)
    other = trade.hubspot_invoice(trade.hours(3))
    trade.sync()
    for action, to in (("dissociate", invoice), ("associate", other)):
        trade.in_hubspot("commerce_payments", action, paid, to_type="invoices", to_id=to)
    settle_down(trade)
    assert category(trade, Entity.PAYMENT, paid) == "payment_moved"
    assert category(trade, Entity.INVOICE, other) == "balance"
    assert money(trade.quickbooks("Payment")[booked]["TotalAmt"]) == Decimal("80.00")
    trade.in_hubspot("commerce_payments", "delete", paid)
    trade.pay_in_hubspot(other, "80")
    settle_down(trade)
    open_amounts = sorted(money(one["Balance"]) for one in trade.quickbooks("Invoice").values())
    assert open_amounts == [Decimal("200.00"), Decimal("220.00")]
    assert not RecordLink.objects.filter(state="failing")


def test_a_payment_put_on_a_second_invoice_is_a_question(trade: Trade) -> None:
    _, paid, booked = paid_in_hubspot(trade)
    other = trade.hubspot_invoice(trade.hours(3))
    trade.sync()
    trade.in_hubspot("commerce_payments", "associate", paid, to_type="invoices", to_id=other)
    settle_down(trade)
    assert category(trade, Entity.PAYMENT, paid) == "several_invoices"
    assert money(trade.quickbooks("Payment")[booked]["TotalAmt"]) == Decimal("80.00")


@item("J10")
def test_a_deposited_payment_is_voided_once_it_is_off_its_deposit(trade: Trade) -> None:
    _, paid, booked = paid_in_hubspot(trade)
    deposit = trade.in_quickbooks("Payment", "deposit", booked)
    trade.in_hubspot("commerce_payments", "refund", paid)
    settle_down(trade)
    assert category(trade, Entity.PAYMENT, paid) == "deposited"
    assert money(trade.quickbooks("Payment")[booked]["TotalAmt"]) == Decimal("80.00")
    trade.in_quickbooks("Deposit", "delete", deposit)
    settle_down(trade)
    assert money(trade.quickbooks("Payment")[booked]["TotalAmt"]) == 0
    assert category(trade, Entity.PAYMENT, paid) == "taken_back"
