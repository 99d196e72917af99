"""Invoices while nobody voids or deletes: both directions, by origin."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from syncapp.engine.plan import Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, LineKind, Parent, Presence
from syncapp.engine.rules import ConflictPolicy, Direction
from tests.engine.factories import discount, fee, item, only, tax, text, where
from tests.objects.factories import (
    ADA,
    ADA_THERE,
    CATCH_ALL,
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


# Outbound


def test_a_finalized_invoice_goes_to_quickbooks():
    (write,) = decide(hubspot_invoice(fields={"hs_comments": "Thank you"})).writes
    (line,) = write.fields["Line"]
    assert (line.product, line.amount) == (SETUP_THERE, Decimal("100.00"))
    assert {name: value for name, value in write.fields.items() if name != "Line"} == {
        "DocNumber": "HS-1042",
        "CustomerRef": ADA_THERE,
        "TxnDate": date(2026, 3, 2),
        "DueDate": date(2026, 4, 1),
        "CurrencyRef": "USD",
        "CustomerMemo": "Thank you",
    }


def test_after_it_went_nothing_is_left_to_do():
    plan = again(copied(RULE, hubspot_invoice()))
    assert (plan.writes, plan.finding) == ((), None)


@pytest.mark.parametrize(
    ("invoice", "why"),
    [
        (hubspot_invoice(key="9130:invoice:145"), "not_born_here"),
        (hubspot_invoice(fields={"hs_invoice_billable": False}), "not_born_here"),
        (hubspot_invoice(fields={"hs_invoice_source": "data_sync"}), "not_born_here"),
        (hubspot_invoice(presence=Presence.VOIDED), "voided_before"),
        (hubspot_invoice(fields={"hs_invoice_status": "draft"}), "draft"),
        (hubspot_invoice(fields={"hs_invoice_status": None}), "draft"),
        (hubspot_invoice(created_at=BEFORE), "older"),
        (hubspot_invoice(created_at=BEFORE, changed_by_others_at=BEFORE), "older"),
        (hubspot_invoice(created_at=None), "older"),
        (hubspot_invoice(created_at=BEFORE, modified_at=START), "older"),
    ],
)
def test_the_automatic_filters_keep_it_out_of_the_books(invoice, why):
    plan = decide(invoice)
    assert (category(plan), plan.writes) == (("excluded", why), ())


def test_an_old_invoice_goes_once_somebody_else_changes_it():
    assert decide(hubspot_invoice(created_at=BEFORE, changed_by_others_at=START)).writes


def test_nothing_goes_before_outbound_was_ever_switched_on():
    plan = decide(hubspot_invoice(), replace(RULE, started_at=None))
    assert category(plan) == ("excluded", "older")


def test_a_deleted_invoice_is_not_sent():
    assert category(decide(hubspot_invoice(presence=Presence.GONE))) == ("excluded", "deleted")


def test_it_waits_for_its_customer():
    invoice = hubspot_invoice()
    plan = reconcile(RULE, replace(unlinked(invoice), parents={}))
    assert (category(plan), plan.waiting_for) == (("waiting", "parent"), (ADA,))


def test_it_fails_where_its_customer_will_not_come():
    parents = PARTNERS | {ADA: Parent(ADA, is_decided=True, label="Ada", reason="No e-mail.")}
    plan = reconcile(RULE, replace(unlinked(hubspot_invoice()), parents=parents))
    assert category(plan) == ("failing", "contact_link")
    assert plan.finding.facts == {"parent": "Ada", "reason": "No e-mail."}


def test_it_fails_without_any_customer():
    plan = decide(hubspot_invoice(fields={"contact": None}))
    assert (category(plan), plan.writes) == (("failing", "contact_link"), ())


def test_products_never_hold_an_invoice():
    stranger = ref(H, Entity.PRODUCT, 77)
    (write,) = decide(hubspot_invoice([item("100.00", product=stranger)])).writes
    assert write.fields["Line"][0].product == CATCH_ALL


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "no_lines"),
        ([discount("5.00")], "no_lines"),
        ([text("Thanks")], "no_lines"),
        ([item(), tax("7.00")], "order_tax"),
        ([tax("7.00")], "order_tax"),
        ([replace(item(), tax=Decimal(7))], "order_tax"),
        ([item(), fee("3.00")], "order_fee"),
        ([fee("3.00")], "order_fee"),
    ],
)
def test_what_quickbooks_cannot_hold_is_refused_before_anything_is_sent(lines, why):
    plan = decide(hubspot_invoice(lines))
    assert (category(plan), plan.writes) == (("failing", why), ())


def test_an_order_discount_goes_where_the_company_allows_it():
    invoice = hubspot_invoice([item("100.00"), discount("10.00")], total="90.00")
    forbidding = replace(RULE, options={"quickbooks.AllowDiscount": False})
    assert category(decide(invoice, forbidding)) == ("failing", "order_discount")
    (write,) = decide(invoice).writes
    assert [line.kind for line in write.fields["Line"]] == [LineKind.ITEM, LineKind.DISCOUNT]


def test_a_total_that_quickbooks_would_compute_differently_is_refused():
    plan = decide(hubspot_invoice([item("99.99")], total="100.00"))
    assert (category(plan), plan.writes) == (("failing", "totals"), ())
    assert plan.finding.facts == {"hubspot": "100.00 USD", "quickbooks": "99.99 USD"}


def test_line_discounts_do_not_move_the_total():
    line = item("100.00", quantity="7", price="15.00", discount=Decimal("5.00"), product=SETUP)
    (write,) = decide(hubspot_invoice([line])).writes
    assert write.fields["Line"][0].amount == 100


def test_without_a_catch_all_item_it_waits_for_one_where_it_needs_it():
    bare = replace(RULE, catch_all_item=None, options={"income_account": "79"})
    assert decide(hubspot_invoice(), bare).writes
    plan = decide(hubspot_invoice([item("100.00")]), bare)
    assert (category(plan), plan.needs_catch_all) == (("waiting", "catch_all"), True)


def test_without_an_income_account_there_is_no_catch_all_item():
    plan = decide(hubspot_invoice([item("100.00")]), replace(RULE, catch_all_item=None))
    assert (category(plan), plan.needs_catch_all) == (("failing", "item_account"), False)


def test_another_currency_needs_a_company_with_many():
    invoice = hubspot_invoice(fields={"hs_currency": "EUR"})
    home = {"quickbooks.currency": "USD"}
    plan = decide(invoice, replace(RULE, options=home))
    assert category(plan) == ("failing", "other_currency")
    assert plan.finding.facts == {"currency": "EUR", "home": "USD"}
    many = home | {"quickbooks.MultiCurrencyEnabled": True}
    assert decide(invoice, replace(RULE, options=many)).writes


def test_a_number_is_never_cut():
    assert decide(hubspot_invoice(fields={"hs_number": "N" * 21})).writes
    plan = decide(hubspot_invoice(fields={"hs_number": "N" * 22}))
    assert category(plan) == ("failing", "too_long")
    assert plan.finding.facts == {"field": "number", "limit": "21", "length": "22"}


def test_a_change_of_the_lines_is_sent_as_a_merge_and_predicted_too():
    pair = copied(RULE, hubspot_invoice())
    pair = replace(pair, line_pairs={"501": "1"})
    more = (item("100.00", product=SETUP, id="501"), item("50.00", id="502"))
    (write,) = again(here(pair, lines=more, hs_amount_billed=Decimal(150))).writes
    assert [line.id for line in write.fields["Line"]] == ["1", ""]
    assert category(again(here(pair, lines=more))) == ("failing", "totals")


def test_taking_all_lines_away_wipes_nothing_and_shows():
    emptied = here(copied(RULE, hubspot_invoice()), lines=(), hs_amount_billed=Decimal(0))
    plan = again(emptied)
    assert (plan.writes, category(plan)) == ((), ("failing", "totals"))


def test_dates_and_memo_go_both_ways():
    pair = copied(RULE, hubspot_invoice())
    (write,) = again(here(pair, hs_due_date=date(2026, 5, 1))).writes
    assert (write.side, write.fields) == (Q, {"DueDate": date(2026, 5, 1)})
    (write,) = again(there(pair, DueDate=date(2026, 5, 1), CustomerMemo="Soon")).writes
    assert (write.side, dict(write.fields)) == (
        H,
        {"hs_due_date": date(2026, 5, 1), "hs_comments": "Soon"},
    )


@pytest.mark.parametrize(
    "change",
    [
        {"Line": (item("120.00", product=SETUP_THERE),)},
        {"Line": (item("100.00", product=SETUP_THERE), item("5.00"))},
        {"Line": (item("100.00", product=SETUP_THERE), tax("7.00"))},
        {"Line": (item("100.00", product=SETUP_THERE), discount("7.00"))},
        {"Line": (item("100.00", product=CATCH_ALL),)},
        {"Line": ()},
    ],
)
@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_money_changed_in_quickbooks_is_refused_whatever_the_policy(change, policy):
    plan = again(there(copied(RULE, hubspot_invoice()), **change), replace(RULE, conflict=policy))
    assert (category(plan), plan.writes) == (("failing", "protected_change"), ())


def test_a_refused_change_heals_when_it_is_undone():
    pair = copied(RULE, hubspot_invoice())
    undone = there(there(pair, Line=()), Line=pair.quickbooks.get("Line"))
    assert again(undone).finding is None


def test_the_number_belongs_to_the_origin():
    pair = copied(RULE, hubspot_invoice())
    assert not again(there(pair, DocNumber="7")).writes
    (write,) = again(here(pair, hs_number="HS-7")).writes
    assert write.fields == {"DocNumber": "HS-7"}


def test_the_status_of_an_invoice_born_in_hubspot_is_never_written():
    paid = there(copied(RULE, hubspot_invoice()), Balance=Decimal(0))
    assert not again(paid).writes


def test_a_balance_that_only_waits_for_payments_is_no_failure():
    pair = there(copied(RULE, hubspot_invoice()), Balance=Decimal("40.00"))
    plan = again(pair)
    assert category(plan) == ("failing", "balance")
    assert plan.finding.facts == {"hubspot": "100.00 USD", "quickbooks": "40.00 USD"}
    assert category(again(replace(pair, payments_due=True))) == ("waiting", "payments")


def test_a_linked_invoice_that_changed_its_customer_waits_for_the_new_one():
    other = ref(H, Entity.CONTACT, 3)
    plan = again(here(copied(RULE, hubspot_invoice()), contact=other))
    assert (plan.writes, plan.waiting_for) == ((), (other,))


def test_filters_hold_changes_back_but_not_protection():
    outbound = replace(
        RULE,
        direction=Direction.TO_QUICKBOOKS,
        filters={
            Direction.TO_QUICKBOOKS: only(where("hs_number", "is", "none", object_="invoice"))
        },
    )
    pair = copied(RULE, hubspot_invoice())
    assert category(again(here(pair, hs_number="HS-7"), outbound)) == ("excluded", "filter")
    assert category(again(there(pair, Line=()), outbound)) == ("failing", "protected_change")


# Inbound

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
    assert (category(plan), plan.writes) == (("failing", "totals"), ())


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
