"""How payments of QuickBooks are shown in HubSpot: each option under each thing that HubSpot may
do and nobody could verify. An outcome that is stated, never a loop, never a silent difference."""

from decimal import Decimal
from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.models import Integration, RecordLink
from syncapp.pipeline.guards.payment_probe import Verdict, judge, probe
from tests.behaviour.naming import item
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money

BALANCE_ONLY = {"hubspot_payments": "properties", "hubspot_mirror_payments": "properties"}


def choose(trade: Trade, **options: str) -> None:
    trade.rule(Entity.INVOICE, options=options)


def paid_in_quickbooks(trade: Trade, amount: str = "50") -> tuple[str, str]:
    """An invoice of 200.00 born in HubSpot, paid in QuickBooks: its ids there and there."""
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    booked = str(trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).quickbooks_id)
    trade.pay_in_quickbooks(booked, amount)
    settle_down(trade)
    return invoice, booked


def outcome(trade: Trade, entity: Entity, side: Side, id_: str) -> tuple[str, str]:
    link = trade.link(side, entity, id_)
    return link.state, link.category


def payment_outcomes() -> set[tuple[str, str]]:
    return {(one.state, one.category) for one in RecordLink.objects.filter(entity=Entity.PAYMENT)}


@item("D24")
def test_as_the_balance_only_no_payment_is_made_and_our_properties_follow(trade: Trade) -> None:
    trade.start()
    choose(trade, **BALANCE_ONLY)
    invoice, booked = paid_in_quickbooks(trade)
    shown = trade.hubspot("invoices")[invoice]
    assert not trade.hubspot("commerce_payments")
    assert money(shown["ledgerline_balance"]) == Decimal("150.00")
    assert money(shown["ledgerline_total"]) == Decimal("200.00")
    assert shown["ledgerline_status"] == shown["hs_invoice_status"] == "open"
    assert outcome(trade, Entity.INVOICE, Side.HUBSPOT, invoice) == ("in_sync", "")
    assert payment_outcomes() == {("excluded", "shown_as_balance")}
    trade.pay_in_quickbooks(booked, "150")
    settle_down(trade)
    shown = trade.hubspot("invoices")[invoice]
    assert money(shown["ledgerline_balance"]) == 0
    assert (shown["ledgerline_status"], shown["hs_invoice_status"]) == ("paid", "open")


def test_as_the_balance_only_payments_of_hubspot_are_still_booked(trade: Trade) -> None:
    trade.start()
    choose(trade, **BALANCE_ONLY)
    invoice, booked = paid_in_quickbooks(trade)
    trade.pay_in_hubspot(invoice, "70")
    settle_down(trade)
    assert money(trade.quickbooks("Invoice")[booked]["Balance"]) == Decimal("80.00")
    assert money(trade.hubspot("invoices")[invoice]["ledgerline_balance"]) == Decimal("80.00")
    assert len(trade.quickbooks("Payment")) == 2
    assert len(trade.hubspot("commerce_payments")) == 1


def test_mirrors_may_show_the_balance_only_while_other_invoices_get_records(trade: Trade) -> None:
    trade.start()
    choose(trade, hubspot_mirror_payments="properties")
    paid_in_quickbooks(trade)
    theirs = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.pay_in_quickbooks(theirs, "150")
    settle_down(trade)
    (payment,) = trade.hubspot("commerce_payments").values()
    assert money(payment["hs_initial_amount"]) == Decimal("50.00")
    mirror = trade.hubspot("invoices")[
        str(trade.link(Side.QUICKBOOKS, Entity.INVOICE, theirs).hubspot_id)
    ]
    assert (mirror["hs_invoice_status"], money(mirror["ledgerline_balance"])) == ("paid", 0)
    assert outcome(trade, Entity.INVOICE, Side.QUICKBOOKS, theirs) == ("in_sync", "")


def test_where_hubspot_refuses_one_try_is_enough_and_the_option_ends_it(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"api_payments": "refused"})
    trade.start()
    booked = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    for amount in ("10", "20", "30"):
        trade.pay_in_quickbooks(booked, amount)
    trade.sandbox.forget_requests()
    settle_down(trade)
    assert tries(trade) == 1
    assert payment_outcomes() == {("failing", "hubspot_payments_refused")}
    assert "balance only" in RecordLink.objects.filter(entity=Entity.PAYMENT)[0].sentence
    assert probe(trade.integration).verdict is Verdict.REFUSED
    mirror = mirror_of(trade, booked)
    assert money(mirror["ledgerline_balance"]) == Decimal("90.00")
    choose(trade, **BALANCE_ONLY)
    settle_down(trade)
    assert payment_outcomes() == {("excluded", "shown_as_balance")}
    assert not RecordLink.objects.filter(state="failing")


def test_where_hubspot_takes_payments_after_all_the_refused_ones_go(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"api_payments": "refused"})
    trade.start()
    invoice, booked = paid_in_quickbooks(trade)
    trade.pay_in_quickbooks(booked, "20")
    settle_down(trade)
    assert payment_outcomes() == {("failing", "hubspot_payments_refused")}
    assert outcome(trade, Entity.INVOICE, Side.HUBSPOT, invoice) == ("failing", "balance")
    trade.sandbox.options(hubspot={"api_payments": "mark_paid"})
    trade.rule(Entity.INVOICE)
    settle_down(trade)
    assert payment_outcomes() == {("in_sync", "")}
    assert money(trade.hubspot("invoices")[invoice]["hs_balance_due"]) == Decimal("130.00")
    assert probe(trade.integration).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    "switches",
    [{"api_payments": "ignored"}, {"partial_payments": "ignored"}, {"payment_delay_seconds": 90}],
)
def test_a_payment_that_hubspot_does_not_count_is_said_and_not_repeated(
    trade: Trade, switches: dict[str, Any]
) -> None:
    trade.sandbox.options(hubspot=switches)
    trade.start()
    invoice, _ = paid_in_quickbooks(trade)
    assert len(trade.hubspot("commerce_payments")) == 1
    assert outcome(trade, Entity.INVOICE, Side.HUBSPOT, invoice) == ("failing", "balance")
    sentence = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).sentence
    assert "200.00 USD in HubSpot, 150.00 USD in QuickBooks" in sentence
    assert "HubSpot has not counted one" in sentence
    if "payment_delay_seconds" in switches:
        trade.sandbox.advance(120)
    else:
        choose(trade, **BALANCE_ONLY)
    settle_down(trade)
    assert outcome(trade, Entity.INVOICE, Side.HUBSPOT, invoice) == ("in_sync", "")
    assert len(trade.hubspot("commerce_payments")) == 1


@pytest.mark.parametrize("overpayment", ["zero_balance", "negative_balance", "refused"])
@pytest.mark.parametrize("mirror_totals", ["as_written", "recomputed"])
def test_a_mirror_takes_its_payments_and_never_more(
    trade: Trade, overpayment: str, mirror_totals: str
) -> None:
    trade.sandbox.options(hubspot={"overpayment": overpayment, "mirror_totals": mirror_totals})
    trade.start()
    booked = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    trade.pay_in_quickbooks(booked, "60")
    settle_down(trade)
    trade.pay_in_quickbooks(booked, "90")
    settle_down(trade)
    amounts = [
        money(one["hs_initial_amount"]) for one in trade.hubspot("commerce_payments").values()
    ]
    assert sorted(amounts) == [Decimal("60.00"), Decimal("90.00")]
    mirror = mirror_of(trade, booked)
    assert (mirror["hs_invoice_status"], money(mirror["ledgerline_balance"])) == ("paid", 0)
    assert not RecordLink.objects.filter(state="failing")


def test_a_mirror_that_takes_no_payment_says_so_and_shows_the_balance(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"payments_on_mirror": False})
    trade.start()
    booked = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.pay_in_quickbooks(booked, "60")
    settle_down(trade)
    assert payment_outcomes() == {("failing", "payment_not_taken")}
    assert money(mirror_of(trade, booked)["ledgerline_balance"]) == Decimal("90.00")
    choose(trade, hubspot_mirror_payments="properties")
    settle_down(trade)
    assert not RecordLink.objects.filter(state="failing")


@pytest.mark.parametrize("effect", ["each_in_full", "refused", "first_only"])
def test_a_hubspot_payment_on_two_invoices_is_a_question_and_books_nothing(
    trade: Trade, effect: str
) -> None:
    trade.sandbox.options(hubspot={"payment_on_many_invoices": effect})
    trade.start()
    first, second = trade.hubspot_invoice(trade.hours(2)), trade.hubspot_invoice(trade.hours(3))
    trade.sync()
    paid = trade.pay_in_hubspot(first, "80")
    try:
        trade.in_hubspot("commerce_payments", "associate", paid, to_type="invoices", to_id=second)
    except Exception:  # noqa: BLE001  HubSpot itself does not let people do it
        assert effect == "refused"
        return
    settle_down(trade)
    assert payment_outcomes() == {("needs_decision", "several_invoices")}
    assert not trade.quickbooks("Payment")
    unpaid = RecordLink.objects.filter(category="balance").values_list("sentence", flat=True)
    assert unpaid
    assert all("payment of 80.00" in sentence for sentence in unpaid)


@pytest.mark.parametrize("effect", ["accepted", "ignored"])
def test_a_payment_in_another_currency_is_not_booked(trade: Trade, effect: str) -> None:
    switches = {"payment_currency_mismatch": effect, "additional_currencies": ["EUR"]}
    trade.sandbox.options(hubspot=switches)
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.sandbox.person("hubspot", "pay", "invoices", invoice, amount="50",
                         properties={"hs_currency_code": "EUR"})  # fmt: skip
    settle_down(trade)
    assert payment_outcomes() == {("failing", "payment_currency")}
    assert not trade.quickbooks("Payment")


@pytest.mark.parametrize("status", ["draft", "voided"])
def test_a_payment_on_an_invoice_that_does_not_count_waits_outside(
    trade: Trade, status: str
) -> None:
    trade.sandbox.options(hubspot={f"payments_on_{status}": "accepted"})
    trade.start()
    invoice = trade.in_hubspot(
        "invoices", properties={"hs_currency": "USD"}, contact=trade.contact_id,
        lines=[trade.hours(2)],
    )  # fmt: skip
    if status == "voided":
        trade.in_hubspot("invoices", "finalize", invoice)
        trade.in_hubspot("invoices", "void", invoice)
    paid = trade.in_hubspot(
        "commerce_payments",
        properties={"hs_initial_amount": "50", "hs_initiated_date": "2026-03-05T12:00:00Z",
                    "hs_latest_status": "succeeded", "hs_currency_code": "USD"},
    )  # fmt: skip
    trade.in_hubspot("commerce_payments", "associate", paid, to_type="invoices", to_id=invoice)
    settle_down(trade)
    assert outcome(trade, Entity.PAYMENT, Side.HUBSPOT, paid) == ("excluded", "invoice_excluded")
    assert not trade.quickbooks("Payment")
    if status == "draft":
        trade.in_hubspot("invoices", "finalize", invoice)
        settle_down(trade)
        assert money(trade.one_invoice_in_quickbooks()["Balance"]) == Decimal("150.00")


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ({"scopes": frozenset({"crm.objects.invoices.read"})}, Verdict.REFUSED),
        ({"was_refused": True, "was_taken": True}, Verdict.REFUSED),
        ({"was_taken": True}, Verdict.ACCEPTED),
        ({}, Verdict.UNKNOWN),
    ],
)
def test_what_is_known_before_the_first_payment(known: dict[str, Any], verdict: Verdict) -> None:
    facts: dict[str, Any] = {"scopes": frozenset(), "was_refused": False, "was_taken": False}
    assert judge(**(facts | known)).verdict is verdict


def test_the_probe_leaves_no_trace(trade: Trade) -> None:
    trade.sandbox.forget_requests()
    found = probe(Integration.objects.get(pk=trade.integration.pk))
    assert found.verdict is Verdict.UNKNOWN
    assert "first payment" in found.sentence
    assert trade.sandbox.requests()["writes"] == 0


def tries(trade: Trade) -> int:
    by_endpoint = trade.sandbox.requests()["by_endpoint"]
    return sum(
        times
        for name, times in by_endpoint.items()
        if name.startswith("POST") and name.endswith("commerce_payments/batch/create")
    )


def mirror_of(trade: Trade, booked: str) -> dict[str, Any]:
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, booked)
    return trade.hubspot("invoices")[str(link.hubspot_id)]
