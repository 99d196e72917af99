"""Invoices born in HubSpot, while nobody voids or deletes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

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
    amounts = {"hubspot": "100.00 USD", "quickbooks": "40.00 USD"}
    assert plan.finding.facts.items() >= amounts.items()
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
