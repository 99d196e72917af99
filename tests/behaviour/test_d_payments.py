"""Payments follow their invoices by themselves, both ways (D21-D25)."""

from decimal import Decimal

from syncapp.engine.records import Entity, Side
from syncapp.models import RecordLink
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade, money


@item("A4", "D21", "D23")
def test_a_payment_in_hubspot_settles_the_booked_invoice(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_hubspot(invoice, "200.00")
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    assert money(booked["Balance"]) == 0
    (payment,) = trade.quickbooks("Payment").values()
    assert money(payment["TotalAmt"]) == Decimal("200.00")
    assert trade.hubspot("invoices")[invoice]["hs_invoice_status"] == "paid"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


@item("D21", "D24")
def test_a_payment_in_quickbooks_pays_the_hubspot_invoice(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "50.00")
    trade.sync()
    ours = trade.hubspot("invoices")[invoice]
    assert money(ours["hs_balance_due"]) == Decimal("150.00")
    (payment,) = trade.hubspot("commerce_payments").values()
    assert money(payment["hs_initial_amount"]) == Decimal("50.00")
    assert payment["hs_latest_status"] == "succeeded"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


@item("D21")
def test_one_payment_over_two_invoices_becomes_one_for_each(trade: Trade) -> None:
    trade.start()
    first = trade.quickbooks_invoice(trade.sales_line(1, "40"))
    second = trade.quickbooks_invoice(trade.sales_line(1, "60"))
    trade.in_quickbooks(
        "Payment",
        fields={
            "CustomerRef": {"value": trade.customer_id},
            "TotalAmt": Decimal("100"),
            "Line": [
                {"Amount": Decimal("40"), "LinkedTxn": [{"TxnId": first, "TxnType": "Invoice"}]},
                {"Amount": Decimal("60"), "LinkedTxn": [{"TxnId": second, "TxnType": "Invoice"}]},
            ],
        },
    )
    trade.sync()
    amounts = [
        money(one["hs_initial_amount"]) for one in trade.hubspot("commerce_payments").values()
    ]
    assert sorted(amounts) == [Decimal("40.00"), Decimal("60.00")]
    assert {one["hs_invoice_status"] for one in trade.hubspot("invoices").values()} == {"paid"}
    trade.sync_quietly()


@item("D21")
def test_a_payment_on_a_mirror_is_shown_there(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    trade.pay_in_quickbooks(invoice, "50")
    trade.sync()
    (mirror,) = trade.hubspot("invoices").values()
    assert money(mirror["ledgerline_balance"]) == Decimal("100.00")
    assert len(trade.hubspot("commerce_payments")) == 1
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


@item("D21")
def test_the_same_payment_entered_by_people_on_both_sides_is_booked_once(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_hubspot(invoice, "200.00")
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "200.00")
    trade.sync()
    assert len(trade.quickbooks("Payment")) == len(trade.hubspot("commerce_payments")) == 1
    trade.sync_quietly()


@item("D24")
def test_a_payment_removed_in_quickbooks_takes_its_copy_along(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    payment = trade.pay_in_quickbooks(invoice, "50")
    trade.sync()
    trade.in_quickbooks("Payment", "delete", payment)
    trade.sync()
    assert not trade.hubspot("commerce_payments")
    (mirror,) = trade.hubspot("invoices").values()
    assert money(mirror["ledgerline_balance"]) == Decimal("150.00")
    trade.sync_quietly()


@item("D24")
def test_a_hubspot_payment_removed_in_quickbooks_is_refused(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    paid = trade.pay_in_hubspot(invoice, "200.00")
    trade.sync()
    (booked,) = trade.quickbooks("Payment")
    trade.in_quickbooks("Payment", "delete", booked)
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.PAYMENT, paid)
    assert (link.state, link.category) == ("failing", "payment_removed")
    assert len(trade.quickbooks("Payment")) == 0


@item("J10")
def test_a_full_refund_in_hubspot_voids_our_payment(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    paid = trade.pay_in_hubspot(invoice, "200.00")
    trade.sync()
    trade.in_hubspot("commerce_payments", "refund", paid)
    trade.sync()
    (payment,) = trade.quickbooks("Payment").values()
    assert money(payment["TotalAmt"]) == 0
    assert money(trade.one_invoice_in_quickbooks()["Balance"]) == Decimal("200.00")


def test_a_lost_answer_books_no_second_payment(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_hubspot(invoice, "80.00")
    trade.sandbox.fault(
        "drop_after_commit", vendor="quickbooks", method="POST", path="(batch|payment)", times=1
    )
    for _ in range(3):
        trade.sync()
        assert len(trade.quickbooks("Payment")) == 1
    trade.sync_quietly()


def test_two_equal_payments_against_one_are_a_question_and_stop_nobody(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_hubspot(invoice, "50")
    trade.pay_in_hubspot(invoice, "50")
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "50")
    next_one = trade.hubspot_invoice(trade.hours(1))
    trade.sync()
    payments = RecordLink.objects.filter(entity=Entity.PAYMENT)
    assert {(one.state, one.category) for one in payments} == {("needs_decision", "ambiguous")}
    assert len(trade.quickbooks("Payment")) == 1
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, next_one).state == "in_sync"
    trade.sync_quietly()


def test_one_payment_against_two_equal_ones_is_a_question_too(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()["Id"]
    trade.pay_in_hubspot(invoice, "50")
    trade.pay_in_quickbooks(booked, "50")
    trade.pay_in_quickbooks(booked, "50")
    trade.sync()
    payments = RecordLink.objects.filter(entity=Entity.PAYMENT)
    assert {(one.state, one.category) for one in payments} == {("needs_decision", "ambiguous")}
    trade.sync_quietly()


def test_payments_of_one_pass_do_not_exceed_the_balance_together(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_hubspot(invoice, "70")
    second = trade.pay_in_hubspot(invoice, "60")
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "100")
    trade.sync()
    amounts = sorted(money(one["TotalAmt"]) for one in trade.quickbooks("Payment").values())
    assert amounts == [Decimal("70.00"), Decimal("100.00")]
    link = trade.link(Side.HUBSPOT, Entity.PAYMENT, second)
    assert (link.state, link.category) == ("failing", "overpaid")
    trade.sync_quietly()


def test_a_payment_that_found_no_room_is_booked_once_there_is(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    paid = trade.pay_in_hubspot(invoice, "150")
    wrong = trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "120")
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, paid).category == "overpaid"
    long_after(trade)
    trade.in_quickbooks("Payment", "delete", wrong)
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, paid).state == "in_sync"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


def test_a_doubled_payment_is_matched_once_one_of_the_two_is_taken_away(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()["Id"]
    paid = trade.pay_in_hubspot(invoice, "50")
    trade.pay_in_quickbooks(booked, "50")
    doubled = trade.pay_in_quickbooks(booked, "50")
    trade.sync()
    long_after(trade)
    trade.in_quickbooks("Payment", "delete", doubled)
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, paid).state == "in_sync"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


def long_after(trade: Trade) -> None:
    """What was read before is not read again, only because the reading overlaps."""
    trade.sandbox.advance(600)
    trade.sync()


def test_a_mirror_that_is_paid_in_hubspot_takes_no_payment_beyond_its_total(trade: Trade) -> None:
    trade.start()
    booked = trade.quickbooks_invoice(trade.sales_line(4, "50"))
    trade.sync()
    (mirror,) = trade.hubspot("invoices")
    trade.pay_in_quickbooks(booked, "50")
    trade.pay_in_hubspot(mirror, "200")
    trade.sync()
    assert len(trade.hubspot("commerce_payments")) == len(trade.quickbooks("Payment")) == 1
    payments = RecordLink.objects.filter(entity=Entity.PAYMENT)
    assert {(one.state, one.category) for one in payments} == {("failing", "overpaid")}
    trade.sync_quietly()
