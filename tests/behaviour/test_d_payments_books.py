"""What the books allow, and how a payment is described in them."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.errors import Unavailable
from syncapp.models import RecordLink
from syncapp.pipeline.by_hand import resolve
from tests.behaviour.naming import item
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money


def booked_invoice(trade: Trade) -> tuple[str, str]:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    return invoice, str(trade.one_invoice_in_quickbooks()["Id"])


def pay(trade: Trade, invoice: str, amount: str, **more: Any) -> str:
    answer = trade.sandbox.person("hubspot", "pay", "invoices", invoice, amount=amount, **more)
    return str(answer["id"])


def category(trade: Trade, payment: str) -> str:
    return trade.link(Side.HUBSPOT, Entity.PAYMENT, payment).category


def one_in_quickbooks(trade: Trade) -> dict[str, Any]:
    (payment,) = trade.quickbooks("Payment").values()
    return payment


def one_in_hubspot(trade: Trade) -> dict[str, Any]:
    (payment,) = trade.hubspot("commerce_payments").values()
    return payment


@item("D22", "C11", "L4")
def test_inbound_only_brings_no_payments_and_widening_brings_them_both_ways(trade: Trade) -> None:
    trade.start(invoices=Direction.TO_HUBSPOT)
    booked = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.pay_in_quickbooks(booked, "60")
    settle_down(trade)
    (mirror,) = trade.hubspot("invoices")
    assert not trade.hubspot("commerce_payments")
    assert money(trade.hubspot("invoices")[mirror]["ledgerline_balance"]) == Decimal("90.00")
    trade.rule(Entity.INVOICE, direction=Direction.BOTH)
    settle_down(trade)
    assert money(one_in_hubspot(trade)["hs_initial_amount"]) == Decimal("60.00")
    trade.pay_in_hubspot(mirror, "90")
    settle_down(trade)
    assert money(trade.quickbooks("Invoice")[booked]["Balance"]) == 0
    assert len(trade.quickbooks("Payment")) == 2


@item("D21", "L4")
def test_outbound_only_syncs_payments_both_ways_too(trade: Trade) -> None:
    trade.start(invoices=Direction.TO_QUICKBOOKS)
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "60")
    trade.pay_in_hubspot(invoice, "50")
    settle_down(trade)
    assert money(trade.hubspot("invoices")[invoice]["hs_balance_due"]) == Decimal("90.00")
    assert money(trade.one_invoice_in_quickbooks()["Balance"]) == Decimal("90.00")


@item("D25")
def test_a_payment_waits_for_its_invoice_and_goes_when_that_is_put_right(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.in_quickbooks("Invoice", "delete", trade.one_invoice_in_quickbooks()["Id"])
    paid = trade.pay_in_hubspot(invoice, "80")
    settle_down(trade)
    assert (category(trade, paid), len(trade.quickbooks("Payment"))) == ("invoice", 0)
    resolve.send_again(trade.link(Side.HUBSPOT, Entity.INVOICE, invoice), by="Ada")
    settle_down(trade)
    assert money(one_in_quickbooks(trade)["TotalAmt"]) == Decimal("80.00")
    assert money(trade.one_invoice_in_quickbooks()["Balance"]) == Decimal("120.00")
    assert category(trade, paid) == ""


@item("D25")
def test_a_payment_waits_for_an_invoice_whose_customer_is_unknown(trade: Trade) -> None:
    trade.start()
    stranger = trade.contact(lastname="Without an address")
    invoice = trade.hubspot_invoice(trade.hours(2), contact=stranger)
    paid = trade.pay_in_hubspot(invoice, "80")
    settle_down(trade)
    assert (category(trade, paid), len(trade.quickbooks("Payment"))) == ("invoice", 0)
    trade.in_hubspot("contacts", "edit", stranger, properties={"email": "stranger@acme.test"})
    settle_down(trade)
    assert money(one_in_quickbooks(trade)["TotalAmt"]) == Decimal("80.00")
    assert not RecordLink.objects.filter(state="failing")


def test_a_payment_of_hubspot_without_an_invoice_is_booked_once_it_is_put_on_one(
    trade: Trade,
) -> None:
    invoice, booked = booked_invoice(trade)
    paid = trade.in_hubspot(
        "commerce_payments",
        properties={"hs_initial_amount": "50", "hs_initiated_date": "2026-03-05T12:00:00Z",
                    "hs_latest_status": "succeeded", "hs_currency_code": "USD"},
    )  # fmt: skip
    settle_down(trade)
    assert (category(trade, paid), len(trade.quickbooks("Payment"))) == ("no_invoice", 0)
    trade.in_hubspot("commerce_payments", "associate", paid, to_type="invoices", to_id=invoice)
    settle_down(trade)
    assert money(one_in_quickbooks(trade)["TotalAmt"]) == Decimal("50.00")
    assert money(trade.quickbooks("Invoice")[booked]["Balance"]) == Decimal("150.00")
    assert category(trade, paid) == ""


@item("D24", "J10")
@pytest.mark.parametrize("born_in", list(Side))
def test_a_credit_is_shown_in_hubspot_until_it_is_taken_off_again(
    trade: Trade, born_in: Side
) -> None:
    if born_in is Side.HUBSPOT:
        _, booked = booked_invoice(trade)
    else:
        trade.start()
        booked = trade.quickbooks_invoice(trade.sales_line(4, "50"))
    credit = trade.in_quickbooks(
        "CreditMemo",
        fields={
            "CustomerRef": {"value": trade.customer_id},
            "DocNumber": "CM-7",
            "Line": [trade.sales_line(1, "30")],
        },
    )
    applied = trade.in_quickbooks("CreditMemo", "apply", credit, invoice_id=booked)
    settle_down(trade)
    shown = one_in_hubspot(trade)
    assert money(shown["hs_initial_amount"]) == Decimal("30.00")
    assert shown["hs_reference_number"] == "Credit memo CM-7"
    assert balance_in_hubspot(trade) == Decimal("170.00")
    trade.in_quickbooks("Payment", "delete", applied)
    settle_down(trade)
    assert not trade.hubspot("commerce_payments")
    assert balance_in_hubspot(trade) == Decimal("200.00")
    assert not RecordLink.objects.filter(state="failing")
    assert money(trade.quickbooks("CreditMemo")[credit]["RemainingCredit"]) == Decimal("30.00")


def balance_in_hubspot(trade: Trade) -> Decimal:
    (invoice,) = trade.hubspot("invoices").values()
    return money(invoice.get("ledgerline_balance") or invoice["hs_balance_due"])


@pytest.mark.parametrize("zone", ["US/Pacific", "Pacific/Auckland"])
def test_the_day_of_a_payment_is_the_same_everywhere(trade: Trade, zone: str) -> None:
    trade.sandbox.options(hubspot={"time_zone": zone})
    invoice, booked = booked_invoice(trade)
    late = {"US/Pacific": "2026-03-06T07:30:00Z", "Pacific/Auckland": "2026-03-05T10:30:00Z"}
    pay(trade, invoice, "50", date=late[zone])  # the evening of the 5th there
    trade.sandbox.person("quickbooks", "pay", "Invoice", booked, amount="60", date="2026-02-01")
    settle_down(trade)
    days = {money(one["TotalAmt"]): one["TxnDate"] for one in trade.quickbooks("Payment").values()}
    assert days == {Decimal("50.00"): "2026-03-05", Decimal("60.00"): "2026-02-01"}
    assert not RecordLink.objects.filter(state="failing")


@item("G23")
def test_a_payment_dated_into_closed_books_fails_and_goes_when_its_date_is_put_right(
    trade: Trade,
) -> None:
    invoice, _ = booked_invoice(trade)
    trade.in_quickbooks("Preferences", "close_books", until="2026-01-31")
    paid = pay(trade, invoice, "50", date="2026-01-15T12:00:00Z")
    settle_down(trade)
    assert (category(trade, paid), len(trade.quickbooks("Payment"))) == ("closed_period", 0)
    trade.in_hubspot("commerce_payments", "edit", paid,
                     properties={"hs_initiated_date": "2026-02-15T17:00:00Z"})  # fmt: skip
    settle_down(trade)
    assert one_in_quickbooks(trade)["TxnDate"] == "2026-02-15"


@item("G24")
@pytest.mark.parametrize(
    ("action", "reason"), [("match", "bank_matched"), ("settle", "merchant_settled")]
)
@pytest.mark.parametrize("remembers", [False, True])
def test_a_void_that_quickbooks_refuses_says_what_freezes_the_payment(
    trade: Trade, action: str, reason: str, *, remembers: bool
) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"requestid_remembers_faults": remembers}})
    invoice, _ = booked_invoice(trade)
    paid = trade.pay_in_hubspot(invoice, "80")
    trade.sync()
    (booked,) = trade.quickbooks("Payment")
    trade.in_quickbooks("Payment", action, booked)
    trade.in_hubspot("commerce_payments", "refund", paid)
    settle_down(trade)
    assert category(trade, paid) == reason
    assert money(one_in_quickbooks(trade)["TotalAmt"]) == Decimal("80.00")
    if action == "match":
        trade.in_quickbooks("Payment", "unmatch", booked)
        settle_down(trade)
        assert money(one_in_quickbooks(trade)["TotalAmt"]) == 0
        assert category(trade, paid) == "taken_back"


def test_a_payment_that_quickbooks_refuses_is_not_sent_again_and_again(trade: Trade) -> None:
    invoice, _ = booked_invoice(trade)
    paid = trade.pay_in_hubspot(invoice, "80")
    error = {"Message": "Cannot be linked", "code": "620", "Detail": "Cannot be linked"}
    body = {"Fault": {"Error": [error], "type": "ValidationFault"}}
    trade.sandbox.fault("status", vendor="quickbooks", method="POST", path="/payment$",
                        status=400, body=body)  # fmt: skip
    trade.sandbox.forget_requests()
    trade.sync()
    assert category(trade, paid) == "cannot_apply"
    assert trade.sandbox.requests()["total"] < 60


@item("G29")
def test_a_failed_read_is_never_taken_for_a_removed_payment(trade: Trade) -> None:
    invoice, _ = booked_invoice(trade)
    paid = trade.pay_in_hubspot(invoice, "80")
    trade.sync()
    trade.in_hubspot("commerce_payments", "edit", paid, properties={"hs_reference_number": "R-9"})
    trade.sandbox.fault(
        "status",
        vendor="hubspot",
        method="POST",
        path="commerce_payments/(batch/read|search)",
        status=500,
        times=2,
    )
    with suppress(Unavailable):  # the pass may end; what counts is the books
        trade.sync()
    assert all(fault["fired"] for fault in trade.sandbox.faults())
    assert money(one_in_quickbooks(trade)["TotalAmt"]) == Decimal("80.00")
    trade.sandbox.clear_faults()
    settle_down(trade)
    assert one_in_quickbooks(trade)["PaymentRefNum"] == "R-9"


@item("G30")
def test_a_payment_recorded_again_after_its_removal_is_a_new_one_not_an_old_answer(
    trade: Trade,
) -> None:
    invoice, _ = booked_invoice(trade)
    first = trade.pay_in_hubspot(invoice, "80")
    trade.sync()
    trade.in_hubspot("commerce_payments", "delete", first)
    settle_down(trade)
    second = trade.pay_in_hubspot(invoice, "80")
    settle_down(trade)
    live = [one for one in trade.quickbooks("Payment").values() if money(one["TotalAmt"])]
    assert [money(one["TotalAmt"]) for one in live] == [Decimal("80.00")]
    link = trade.link(Side.HUBSPOT, Entity.PAYMENT, second)
    assert (link.state, link.quickbooks_id) == (
        "in_sync",
        f"{live[0]['Id']}/{_only_invoice(trade)}",
    )


@item("J10")
def test_a_pending_payment_is_booked_when_it_succeeds(trade: Trade) -> None:
    invoice, _ = booked_invoice(trade)
    paid = pay(trade, invoice, "80", properties={"hs_latest_status": "processing"})
    settle_down(trade)
    assert (category(trade, paid), len(trade.quickbooks("Payment"))) == ("payment_status", 0)
    trade.in_hubspot("commerce_payments", "edit", paid,
                     properties={"hs_latest_status": "succeeded"})  # fmt: skip
    settle_down(trade)
    assert money(one_in_quickbooks(trade)["TotalAmt"]) == Decimal("80.00")


@item("J10")
def test_an_unapplied_rest_stays_out_and_is_synced_when_it_is_applied(trade: Trade) -> None:
    trade.start()
    first = trade.quickbooks_invoice(trade.sales_line(1, "40"))
    fields = {"CustomerRef": {"value": trade.customer_id}, "TotalAmt": Decimal(100)}
    payment = trade.in_quickbooks("Payment", fields={**fields, "Line": [], "TxnDate": "2026-01-02"})
    settle_down(trade)
    rest = trade.link(Side.QUICKBOOKS, Entity.PAYMENT, payment)
    assert (rest.state, rest.category, rest.amount) == ("excluded", "unapplied", 100)
    assert not trade.hubspot("commerce_payments")
    second = trade.quickbooks_invoice(trade.sales_line(1, "60"))
    lines = [
        {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": to, "TxnType": "Invoice"}]}
        for amount, to in (("40", first), ("60", second))
    ]
    trade.in_quickbooks("Payment", "edit", payment, fields={**fields, "Line": lines[:1]})
    settle_down(trade)
    assert trade.link(Side.QUICKBOOKS, Entity.PAYMENT, payment).amount == 60
    assert money(one_in_hubspot(trade)["hs_initial_amount"]) == Decimal("40.00")
    trade.in_quickbooks("Payment", "edit", payment, fields={**fields, "Line": lines})
    settle_down(trade)
    assert trade.link(Side.QUICKBOOKS, Entity.PAYMENT, payment).category == "applied"
    assert len(trade.hubspot("commerce_payments")) == 2
    assert {one["hs_invoice_status"] for one in trade.hubspot("invoices").values()} == {"paid"}


def test_two_equal_payments_on_one_day_are_two(trade: Trade) -> None:
    invoice, booked = booked_invoice(trade)
    for _ in range(2):
        pay(trade, invoice, "40", date="2026-03-05T17:00:00Z")
    settle_down(trade)
    assert len(trade.quickbooks("Payment")) == 2
    assert money(trade.quickbooks("Invoice")[booked]["Balance"]) == Decimal("120.00")


@pytest.mark.parametrize("overpaid", ["cut", "refused"])
def test_a_payment_raised_beyond_what_is_open_is_not_followed(trade: Trade, overpaid: str) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"overpaid_line": overpaid}})
    invoice, booked = booked_invoice(trade)
    paid = trade.pay_in_hubspot(invoice, "80")
    trade.sync()
    trade.in_hubspot("commerce_payments", "edit", paid, properties={"hs_initial_amount": "120"})
    settle_down(trade)
    assert money(one_in_quickbooks(trade)["TotalAmt"]) == Decimal("120.00")
    trade.pay_in_quickbooks(booked, "50")
    trade.in_hubspot("commerce_payments", "edit", paid, properties={"hs_initial_amount": "180"})
    settle_down(trade)
    totals = [money(one["TotalAmt"]) for one in trade.quickbooks("Payment").values()]
    assert sorted(totals) == [Decimal("50.00"), Decimal("120.00")]
    assert category(trade, paid) == "overpaid"


@pytest.mark.parametrize(
    ("option", "methods", "notes"),
    [("", {"Check", None}, {"Paid by SEPA"}), ("Cash", {"Check", "Cash"}, {"Paid by SEPA"})],
)
def test_a_way_of_paying_that_the_company_has_no_method_for_is_kept_in_the_note(
    trade: Trade, option: str, methods: set[str | None], notes: set[str]
) -> None:
    invoice, _ = booked_invoice(trade)
    trade.rule(Entity.INVOICE, options={"payment_method": option})
    pay(trade, invoice, "50", method="check")
    pay(trade, invoice, "60", method="sepa")
    settle_down(trade)
    payments = trade.quickbooks("Payment").values()
    assert {(one.get("PaymentMethodRef") or {}).get("name") for one in payments} == methods
    said = {one["PrivateNote"].partition("\n")[0] for one in payments}
    assert {one for one in said if "Paid by" in one} == notes


@pytest.mark.parametrize("longest", [21, None])
def test_a_reference_is_never_cut(trade: Trade, longest: int | None) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"payment_ref_max": longest}})
    invoice, _ = booked_invoice(trade)
    paid = pay(trade, invoice, "50", properties={"hs_reference_number": "R" * 22})
    settle_down(trade)
    assert (category(trade, paid), len(trade.quickbooks("Payment"))) == ("too_long", 0)
    trade.in_hubspot("commerce_payments", "edit", paid, properties={"hs_reference_number": "R-22"})
    settle_down(trade)
    assert one_in_quickbooks(trade)["PaymentRefNum"] == "R-22"


def _only_invoice(trade: Trade) -> str:
    return str(trade.one_invoice_in_quickbooks()["Id"])
