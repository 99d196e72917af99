"""Payments as allocations: the part of one payment that settles one invoice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from syncapp.engine.plan import State
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, Parent, Presence, Snapshot
from syncapp.engine.rules import ConflictPolicy
from syncapp.engine.writes import Operation
from tests.objects.factories import (
    ADA,
    ADA_THERE,
    PARTNERS,
    H,
    Q,
    category,
    copied,
    here,
    ref,
    rule,
    there,
    unlinked,
)

RULE = rule(Entity.PAYMENT)
INVOICE, INVOICE_THERE = ref(H, Entity.INVOICE, 9001), ref(Q, Entity.INVOICE, 145)
OPEN = {H: Decimal("100.00"), Q: Decimal("100.00")}
LINKED = {
    INVOICE: Parent(INVOICE, partner=INVOICE_THERE, is_decided=True, state=State.IN_SYNC,
                    open_amounts=OPEN, customers={H: ADA, Q: ADA_THERE}),
    INVOICE_THERE: Parent(INVOICE_THERE, partner=INVOICE, is_decided=True, state=State.IN_SYNC,
                          open_amounts=OPEN, customers={H: ADA, Q: ADA_THERE}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def linked_invoice(monkeypatch):
    """The invoice of these payments is linked, in sync and open."""
    for known, parent in LINKED.items():
        monkeypatch.setitem(PARTNERS, known, parent)


def hubspot_payment(amount="100.00", *, presence=Presence.LIVE, **fields):
    known = {
        "hs_initial_amount": Decimal(amount),
        "hs_initiated_date": date(2026, 3, 5),
        "hs_latest_status": "succeeded",
        "hs_payment_method_type": "check",
        "hs_reference_number": "R-1",
        "hs_currency_code": "USD",
        "invoice": INVOICE,
        "invoice_count": Decimal(1),
    } | fields
    return Snapshot(ref(H, Entity.PAYMENT, 700), known, version="h1", presence=presence)


def quickbooks_payment(amount="100.00", *, presence=Presence.LIVE, **fields):
    known = {
        "Amount": Decimal(amount),
        "TotalAmt": Decimal(amount),
        "TxnDate": date(2026, 3, 5),
        "PaymentMethodRef": "Check",
        "PaymentRefNum": "R-1",
        "CurrencyRef": "USD",
        "Invoice": INVOICE_THERE,
        "is_credit": False,
        "is_deposited": False,
    } | fields
    return Snapshot(ref(Q, Entity.PAYMENT, "200/145"), known, version="q1", presence=presence)


def decide(record, parent=None, **chosen):
    pair = unlinked(record)
    if parent is not None:
        pair = replace(pair, parents={INVOICE: parent})
    return reconcile(replace(RULE, **chosen), pair)


def born_in_hubspot():
    pair = copied(RULE, hubspot_payment())
    return there(pair, TotalAmt=Decimal("100.00"), is_deposited=False)


def born_in_quickbooks():
    return copied(RULE, quickbooks_payment())


def with_presence(pair, side, presence):
    return replace(pair, **{side.value: replace(pair.side(side), presence=presence)})


# Creating


def test_a_payment_goes_to_the_customer_and_invoice_in_quickbooks():
    (write,) = decide(hubspot_payment(), options={"deposit_account": "35"}).writes
    assert write.fields == {
        "Amount": Decimal("100.00"),
        "TxnDate": date(2026, 3, 5),
        "PaymentRefNum": "R-1",
        "PaymentMethodRef": "Check",
        "CurrencyRef": "USD",
        "Invoice": INVOICE_THERE,
        "CustomerRef": ADA_THERE,
        "DepositToAccountRef": "35",
    }


def test_without_a_chosen_account_quickbooks_chooses():
    assert "DepositToAccountRef" not in decide(hubspot_payment()).writes[0].fields


def test_an_allocation_comes_to_hubspot_with_its_own_amount():
    (write,) = decide(quickbooks_payment("60.00", TotalAmt=Decimal("500.00"))).writes
    assert write.fields == {
        "hs_initial_amount": Decimal("60.00"),
        "hs_initiated_date": date(2026, 3, 5),
        "hs_reference_number": "R-1",
        "hs_payment_method_type": "check",
        "hs_currency_code": "USD",
        "invoice": INVOICE,
        "hs_latest_status": "succeeded",
        "hs_processor_type": "quickbooks",
        "contact": ADA,
    }


@pytest.mark.parametrize("record", [hubspot_payment(), quickbooks_payment()])
def test_after_it_went_nothing_is_left_to_do(record):
    plan = reconcile(RULE, copied(RULE, record))
    assert (plan.writes, plan.finding) == ((), None)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("card", "Credit Card"),
        ("check", "Check"),
        ("cash", "Cash"),
        ("ach", "ACH"),
        ("wire_transfer", "Wire transfer"),
    ],
)
def test_methods_keep_their_meaning(ours, theirs):
    outbound = decide(hubspot_payment(hs_payment_method_type=ours)).writes[0].fields
    assert outbound["PaymentMethodRef"] == theirs
    inbound = decide(quickbooks_payment(PaymentMethodRef=theirs.upper())).writes[0].fields
    assert inbound["hs_payment_method_type"] == ours


def test_a_method_the_other_side_does_not_know_is_left_out_or_other():
    outbound = decide(hubspot_payment(hs_payment_method_type="paypal")).writes[0].fields
    assert "PaymentMethodRef" not in outbound
    inbound = decide(quickbooks_payment(PaymentMethodRef="Barter")).writes[0].fields
    assert inbound["hs_payment_method_type"] == "other"


@pytest.mark.parametrize(("number", "words"), [("1043", "Credit memo 1043"), (None, "Credit memo")])
def test_a_credit_is_shown_as_one(number, words):
    credit = quickbooks_payment(is_credit=True, credit_number=number, PaymentRefNum=None,
                                PaymentMethodRef=None, TotalAmt=Decimal(0))  # fmt: skip
    fields = decide(credit).writes[0].fields
    assert (fields["hs_reference_number"], fields["hs_payment_method_type"]) == (words, "other")


def test_a_credit_that_came_is_not_written_again():
    credit = quickbooks_payment(is_credit=True, credit_number="1043", TotalAmt=Decimal(0))
    assert not reconcile(RULE, copied(RULE, credit)).writes


@pytest.mark.parametrize("status", ["pending", "failed", "partially_refunded", None])
def test_only_a_successful_payment_is_booked(status):
    plan = decide(hubspot_payment(hs_latest_status=status))
    assert (category(plan), plan.writes) == (("excluded", "payment_status"), ())


def test_a_payment_that_failed_does_not_wait_for_its_invoice():
    plan = decide(hubspot_payment(hs_latest_status="failed"), parent=Parent(INVOICE))
    assert category(plan) == ("excluded", "payment_status")


@pytest.mark.parametrize(
    "record",
    [
        hubspot_payment(presence=Presence.GONE),
        hubspot_payment(hs_latest_status="refunded"),
        quickbooks_payment(presence=Presence.GONE),
        quickbooks_payment(presence=Presence.VOIDED),
    ],
)
def test_a_payment_taken_back_before_it_was_linked_is_not_made(record):
    assert category(decide(record)) == ("excluded", "deleted")


@pytest.mark.parametrize(
    "record", [hubspot_payment(invoice=None), quickbooks_payment(Invoice=None)]
)
def test_a_payment_without_an_invoice_is_excluded(record):
    assert category(decide(record)) == ("excluded", "no_invoice")


def test_a_payment_on_several_invoices_is_a_question():
    plan = decide(hubspot_payment(invoice=None, invoice_count=Decimal(2)))
    assert category(plan) == ("needs_decision", "several_invoices")


# It follows its invoice


def test_it_is_excluded_with_its_invoice():
    parent = Parent(INVOICE, is_decided=True, state=State.EXCLUDED, reason="It is a draft.")
    plan = decide(hubspot_payment(), parent)
    assert category(plan) == ("excluded", "invoice_excluded")
    assert plan.finding.facts == {"reason": "It is a draft."}


def test_it_goes_on_where_only_a_filter_stops_its_linked_invoice():
    parent = replace(LINKED[INVOICE], state=State.EXCLUDED, category="filter")
    assert decide(hubspot_payment(), parent).writes
    parent = replace(parent, category="deleted_there")
    assert category(decide(hubspot_payment(), parent)) == ("excluded", "invoice_excluded")


@pytest.mark.parametrize(
    ("parent", "wakes"),
    [
        (None, True),
        (Parent(INVOICE), True),
        (Parent(INVOICE, is_decided=True, state=State.FAILING), False),
        (replace(LINKED[INVOICE], total_agrees=False, state=State.FAILING), False),
    ],
)
def test_it_waits_until_its_invoice_is_linked_and_agrees(parent, wakes):
    pair = replace(unlinked(hubspot_payment()), parents={INVOICE: parent} if parent else {})
    plan = reconcile(RULE, pair)
    assert (category(plan), plan.writes) == (("waiting", "invoice"), ())
    assert plan.waiting_for == ((INVOICE,) if wakes else ())


# Never more than is open


@pytest.mark.parametrize("record", [hubspot_payment("100.01"), quickbooks_payment("100.01")])
def test_it_is_never_more_than_what_is_open(record):
    plan = decide(record)
    assert (category(plan), plan.writes) == (("failing", "overpaid"), ())
    assert plan.finding.facts["amount"] == "100.01"
    assert plan.finding.facts["open"] == "100.00"


@pytest.mark.parametrize("record", [hubspot_payment("0.01"), quickbooks_payment("100.00")])
def test_it_may_be_all_or_a_part_of_what_is_open(record):
    assert decide(record).writes


def test_what_is_open_after_it_came_does_not_matter():
    pair = born_in_hubspot()
    closed = {one: replace(parent, open_amounts={H: Decimal(0), Q: Decimal(0)})
              for one, parent in LINKED.items()}  # fmt: skip
    pair = here(replace(pair, parents=pair.parents | closed), hs_reference_number="R-2")
    assert reconcile(RULE, pair).writes


def test_a_reference_is_never_cut():
    assert decide(hubspot_payment(hs_reference_number="R" * 21)).writes
    plan = decide(hubspot_payment(hs_reference_number="R" * 22))
    assert category(plan) == ("failing", "too_long")
    assert plan.finding.facts == {"field": "reference", "limit": "21", "length": "22"}
    assert decide(quickbooks_payment(PaymentRefNum="R" * 22)).writes


# Changed afterwards


@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_date_and_reference_belong_to_the_origin(policy):
    chosen = replace(RULE, conflict=policy)
    pair = born_in_quickbooks()
    (write,) = reconcile(chosen, there(pair, PaymentRefNum="R-2")).writes
    assert (write.side, write.fields) == (H, {"hs_reference_number": "R-2"})
    assert not reconcile(chosen, here(pair, hs_reference_number="R-2")).writes


@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_an_amount_changed_where_it_was_not_born_is_refused_and_heals(policy):
    chosen = replace(RULE, conflict=policy)
    pair = born_in_hubspot()
    plan = reconcile(chosen, there(pair, Amount=Decimal("60.00")))
    assert (category(plan), plan.writes) == (("failing", "protected_change"), ())
    assert reconcile(chosen, pair).finding is None


def test_an_amount_changed_where_it_was_born_travels():
    (write,) = reconcile(RULE, there(born_in_quickbooks(), Amount=Decimal("60.00"))).writes
    assert write.fields == {"hs_initial_amount": Decimal("60.00")}


# Taken back: born in HubSpot


def refunded(pair):
    return here(pair, hs_latest_status="refunded")


@pytest.mark.parametrize(
    "taken_back", [refunded, lambda pair: with_presence(pair, H, Presence.GONE)]
)
def test_refunded_or_removed_in_hubspot_it_is_voided_in_quickbooks(taken_back):
    pair = taken_back(born_in_hubspot())
    (write,) = reconcile(RULE, pair).writes
    assert (write.side, write.operation, write.target) == (Q, Operation.VOID, pair.quickbooks.ref)
    assert write.expected_version == pair.quickbooks.version


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_deposited": True}, "deposited"),
        ({"TotalAmt": Decimal("500.00")}, "shared_payment"),
    ],
)
def test_a_void_the_books_do_not_allow_is_left_to_people(change, why):
    plan = reconcile(RULE, there(refunded(born_in_hubspot()), **change))
    assert (category(plan), plan.writes) == (("failing", why), ())


def test_a_partial_refund_is_left_to_people():
    plan = reconcile(RULE, here(born_in_hubspot(), hs_latest_status="partially_refunded"))
    assert (category(plan), plan.writes) == (("failing", "partial_refund"), ())


@pytest.mark.parametrize("presence", [Presence.GONE, Presence.VOIDED])
def test_removed_in_quickbooks_it_fails_and_nothing_is_made_again(presence):
    plan = reconcile(RULE, with_presence(born_in_hubspot(), Q, presence))
    assert (category(plan), plan.writes) == (("failing", "payment_removed"), ())
    assert plan.finding.facts["side"] == "QuickBooks"


@pytest.mark.parametrize("build", [born_in_hubspot, born_in_quickbooks])
@pytest.mark.parametrize("presence", [Presence.GONE, Presence.VOIDED])
def test_taken_back_on_both_sides_it_is_over(build, presence):
    plan = reconcile(RULE, with_presence(refunded(build()), Q, presence))
    assert (category(plan), plan.writes) == (("excluded", "taken_back"), ())


# Taken back: born in QuickBooks


@pytest.mark.parametrize("presence", [Presence.GONE, Presence.VOIDED])
def test_removed_in_quickbooks_its_copy_is_archived(presence):
    pair = with_presence(born_in_quickbooks(), Q, presence)
    (write,) = reconcile(RULE, pair).writes
    assert (write.side, write.operation) == (H, Operation.ARCHIVE)
    assert write.target == pair.hubspot.ref


@pytest.mark.parametrize(
    "taken_back", [refunded, lambda pair: with_presence(pair, H, Presence.GONE)]
)
def test_a_copy_removed_in_hubspot_is_let_go_and_the_books_stay(taken_back):
    plan = reconcile(RULE, taken_back(born_in_quickbooks()))
    assert (category(plan), plan.writes) == (("excluded", "deleted_there"), ())
    assert plan.finding.facts == {"side": "HubSpot"}


# Entered by people on both sides and recognised as one


def entered_twice():
    return replace(born_in_quickbooks(), origin=None)


@pytest.mark.parametrize(
    ("taken_back", "side"),
    [
        (lambda pair: with_presence(pair, Q, Presence.GONE), "QuickBooks"),
        (lambda pair: with_presence(pair, H, Presence.GONE), "HubSpot"),
        (refunded, "HubSpot"),
    ],
)
def test_neither_is_ours_to_take_away(taken_back, side):
    plan = reconcile(RULE, taken_back(entered_twice()))
    assert (category(plan), plan.writes) == (("failing", "payment_removed"), ())
    assert plan.finding.facts["side"] == side


def test_neither_overwrites_the_other():
    changed = here(entered_twice(), hs_reference_number="R-2", hs_initiated_date=date(2026, 3, 6))
    plan = reconcile(RULE, changed)
    assert (plan.writes, category(plan)) == ((), ("in_sync", "held"))
    assert "each app keeps its own" in plan.finding.facts["what"]


def test_a_payment_without_a_known_customer_is_sent_without_one():
    parent = replace(LINKED[INVOICE], customers={})
    assert "CustomerRef" not in decide(hubspot_payment(), parent).writes[0].fields
