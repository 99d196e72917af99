"""Invoices born in QuickBooks, while nobody voids or deletes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from syncapp.engine.plan import Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, LineKind, Parent, Presence
from syncapp.engine.rules import ConflictPolicy
from tests.engine.factories import item, tax, text
from tests.objects.factories import (
    ADA,
    PARTNERS,
    SETUP,
    SETUP_THERE,
    START,
    H,
    Q,
    category,
    copied,
    here,
    hubspot_invoice,
    quickbooks_invoice,
    ref,
    rule,
    there,
    unlinked,
)

RULE = rule(Entity.INVOICE)
BEFORE = START - timedelta(days=1)


def decide(record, chosen=RULE, **rest):
    return reconcile(chosen, unlinked(record, **rest))


def again(pair, chosen=RULE):
    return reconcile(chosen, pair)


TAXED = [item("100.00", product=SETUP_THERE, name="Setup"), tax("7.25", name="City")]


def test_a_quickbooks_invoice_becomes_a_mirror():
    invoice = quickbooks_invoice(TAXED, "107.25", fields={"Balance": Decimal("50.00")})
    (write,) = decide(invoice).writes
    lines = write.fields["lines"]
    assert [(line.kind, line.amount) for line in lines] == [
        (LineKind.ITEM, Decimal("100.00")),
        (LineKind.TAX, Decimal("7.25")),
    ]
    assert lines[0].product == SETUP
    assert {name: value for name, value in write.fields.items() if name != "lines"} == {
        "hs_number": "1042",
        "contact": ADA,
        "hs_invoice_date": date(2026, 3, 2),
        "hs_due_date": date(2026, 4, 1),
        "hs_currency": "USD",
        "hs_invoice_status": "open",
        "hs_amount_billed": Decimal("107.25"),
        "ledgerline_total": Decimal("107.25"),
        "ledgerline_balance": Decimal("50.00"),
        "ledgerline_status": "open",
    }


def test_after_it_came_nothing_is_left_to_do():
    plan = again(copied(RULE, quickbooks_invoice(TAXED, "107.25")))
    assert (plan.writes, plan.finding) == ((), None)


@pytest.mark.parametrize(
    ("total", "balance", "presence", "status"),
    [
        ("100", "100", Presence.LIVE, "open"),
        ("100", "0.01", Presence.LIVE, "open"),
        ("100", "0", Presence.LIVE, "paid"),
        ("100", "0.00", Presence.LIVE, "paid"),
        ("0", "0", Presence.LIVE, "open"),
        ("0", "0", Presence.VOIDED, "voided"),
    ],
)
def test_what_is_left_to_pay_tells_the_status(total, balance, presence, status):
    invoice = quickbooks_invoice(
        [item(total)], total, fields={"Balance": Decimal(balance)}, presence=presence
    )
    assert decide(invoice).writes[0].fields["hs_invoice_status"] == status


def test_old_ones_come_too():
    assert decide(quickbooks_invoice(created_at=datetime(2001, 1, 1, tzinfo=UTC))).writes


def test_an_invoice_voided_before_it_was_linked_comes_as_voided():
    zeros = [replace(item("0"), quantity=Decimal(0), unit_price=None, name="Setup")]
    voided = quickbooks_invoice(zeros, "0", presence=Presence.VOIDED)
    (write,) = decide(voided).writes
    assert write.fields["ledgerline_status"] == "voided"


def test_lines_that_do_not_add_up_to_the_total_are_refused():
    plan = decide(quickbooks_invoice([item("100.00")], "100.01"))
    assert (category(plan), plan.writes) == (("failing", "totals"), ())


def test_an_invoice_of_text_only_must_be_about_nothing():
    assert category(decide(quickbooks_invoice([text("Hello")], "5.00"))) == ("failing", "totals")


def test_a_negative_total_is_refused():
    plan = decide(quickbooks_invoice([item("-5.00")], "-5.00"))
    assert category(plan) == ("failing", "negative_total")
    assert plan.finding.facts == {"amount": "-5.00 USD"}


def test_an_invoice_without_a_total_is_refused():
    assert category(decide(quickbooks_invoice(total=None, lines=[item()]))) == (
        "failing", "bad_value",
    )  # fmt: skip


def test_it_may_be_edited_freely_in_quickbooks():
    pair = copied(RULE, quickbooks_invoice())
    lines = (item("100.00", product=SETUP_THERE, id="1"), item("-20.00", id="2"))
    edited = there(pair, Line=lines, TotalAmt=Decimal(80), Balance=Decimal(80), DocNumber="1043")
    (write,) = again(edited).writes
    assert write.side is H
    assert set(write.fields) == {
        "lines", "hs_number", "hs_amount_billed", "ledgerline_total", "ledgerline_balance",
    }  # fmt: skip


def test_an_edit_that_does_not_add_up_is_refused():
    pair = copied(RULE, quickbooks_invoice())
    plan = again(there(pair, Line=(item("1.00"),)))
    assert (category(plan), plan.writes) == (("failing", "totals"), ())


def test_an_edit_that_leaves_no_lines_shows_as_different_totals():
    pair = copied(RULE, quickbooks_invoice())
    emptied = there(pair, Line=(text("gone"),), TotalAmt=Decimal(0), Balance=Decimal(0))
    pair = here(emptied, ledgerline_total=Decimal(0), ledgerline_balance=Decimal(0),
                hs_amount_billed=Decimal(0))  # fmt: skip
    plan = again(pair)
    assert (category(plan), plan.writes) == (("failing", "totals"), ())


@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_money_changed_on_a_mirror_is_refused_and_heals(policy):
    chosen = replace(RULE, conflict=policy)
    pair = copied(RULE, quickbooks_invoice())
    plan = again(here(pair, lines=(item("90.00"),)), chosen)
    assert (category(plan), plan.writes) == (("failing", "protected_change"), ())
    assert again(pair, chosen).finding is None


def test_our_own_properties_of_a_mirror_are_watched():
    plan = again(here(copied(RULE, quickbooks_invoice()), ledgerline_total=Decimal(1)))
    assert (category(plan), plan.writes) == (("failing", "mirror_amount"), ())
    assert plan.finding.facts["field"] == "ledgerline_total"


def test_our_own_balance_of_a_mirror_is_watched():
    plan = again(here(copied(RULE, quickbooks_invoice()), ledgerline_balance=Decimal(1)))
    assert (category(plan), plan.writes) == (("failing", "mirror_amount"), ())
    assert plan.finding.facts["field"] == "ledgerline_balance"


def test_a_payment_in_quickbooks_moves_balance_and_status_of_the_mirror():
    paid = there(copied(RULE, quickbooks_invoice()), Balance=Decimal(0))
    (write,) = again(paid).writes
    assert write.fields == {
        "ledgerline_balance": Decimal(0),
        "hs_invoice_status": "paid",
        "ledgerline_status": "paid",
    }


def test_hubspots_own_status_of_a_mirror_is_not_taken_over():
    assert not again(here(copied(RULE, quickbooks_invoice()), hs_invoice_status="paid")).writes


def test_an_item_that_is_linked_later_floods_nothing():
    strange = ref(Q, Entity.PRODUCT, 44)
    pair = copied(RULE, quickbooks_invoice([item("100.00", product=strange, name="Call")]))
    ours = ref(H, Entity.PRODUCT, 4)
    pair = replace(pair, parents=PARTNERS | {strange: Parent(strange, partner=ours)})
    plan = again(pair)
    assert (plan.writes, plan.finding) == ((), None)


def test_the_invoice_of_a_sub_customer_is_its_parents_and_stays_so():
    project, other = ref(Q, Entity.CONTACT, 60), ref(Q, Entity.CONTACT, 61)
    parents = PARTNERS | {one: Parent(one, partner=ADA) for one in (project, other)}
    pair = copied(RULE, quickbooks_invoice())
    moved = replace(there(pair, CustomerRef=project), parents=parents)
    plan = again(moved)
    assert (plan.writes, plan.finding) == ((), None)
    assert {one.verdict for one in plan.fields} == {Verdict.SETTLED, Verdict.CONVERGED}


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_amounts_agree_to_the_smallest_unit_of_their_currency(currency):
    fields = {"hs_currency": currency}
    amount = {"JPY": "100", "KWD": "100.005"}[currency]
    assert decide(hubspot_invoice([item(amount, product=SETUP)], amount, fields=fields)).writes
