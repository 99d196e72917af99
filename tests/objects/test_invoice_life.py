"""Voids and deletions, by origin: the table of the design."""

from dataclasses import replace
from decimal import Decimal

import pytest

from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, Presence
from syncapp.engine.rules import Direction
from syncapp.engine.writes import Operation
from tests.engine.factories import item
from tests.objects.factories import (
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
)

RULE = rule(Entity.INVOICE)
PAYMENT = ref(Q, Entity.PAYMENT, "200/145")
ZEROS = (replace(item("0"), quantity=Decimal(0), unit_price=None),)
BOTH_LIVE = (Presence.LIVE, Presence.LIVE)


def born_in_hubspot(*presences):
    return _with(copied(RULE, hubspot_invoice()), *presences)


def mirrored(*presences):
    return _with(copied(RULE, quickbooks_invoice()), *presences)


def _with(pair, here_is=Presence.LIVE, there_is=Presence.LIVE):
    if there_is is Presence.VOIDED:
        pair = there(pair, TotalAmt=Decimal(0), Balance=Decimal(0), Line=ZEROS)
    if here_is is Presence.VOIDED:
        pair = here(pair, hs_invoice_status="voided")
    return replace(
        pair,
        hubspot=replace(pair.hubspot, presence=here_is),
        quickbooks=replace(pair.quickbooks, presence=there_is),
    )


def decide(pair, **chosen):
    return reconcile(replace(RULE, **chosen), pair)


LIVE, VOIDED, GONE = Presence.LIVE, Presence.VOIDED, Presence.GONE


@pytest.mark.parametrize("build", [born_in_hubspot, mirrored])
def test_while_both_live_fields_decide(build):
    plan = decide(build(LIVE, LIVE))
    assert plan.fields
    assert plan.finding is None


@pytest.mark.parametrize("build", [born_in_hubspot, mirrored])
def test_voided_on_both_sides_is_agreement(build):
    plan = decide(build(VOIDED, VOIDED))
    assert (plan.writes, plan.finding) == ((), None)


@pytest.mark.parametrize("build", [born_in_hubspot, mirrored])
@pytest.mark.parametrize("there_is", [LIVE, VOIDED, GONE])
def test_deleted_in_hubspot_it_stays_in_quickbooks(build, there_is):
    plan = decide(build(GONE, there_is))
    assert (category(plan), plan.writes) == (("excluded", "deleted_there"), ())
    assert plan.finding.facts["side"] == "HubSpot"


# Born in HubSpot


def test_voided_in_hubspot_it_is_voided_in_quickbooks_alone():
    pair = born_in_hubspot(VOIDED, LIVE)
    (write,) = decide(pair).writes
    assert (write.side, write.operation, write.target) == (Q, Operation.VOID, pair.quickbooks.ref)
    assert (write.expected_version, write.fields) == (pair.quickbooks.version, {})


@pytest.mark.parametrize(
    "paid",
    [
        lambda pair: there(pair, Balance=Decimal("60.00")),
        lambda pair: replace(pair, quickbooks=replace(pair.quickbooks, payments=(PAYMENT,))),
    ],
)
def test_a_void_waits_until_the_payments_are_taken_off(paid):
    plan = decide(paid(born_in_hubspot(VOIDED, LIVE)))
    assert (category(plan), plan.writes) == (("failing", "payments_applied"), ())


def test_a_void_goes_whatever_the_filters_say_but_not_against_the_direction():
    pair = born_in_hubspot(VOIDED, LIVE)
    plan = decide(pair, direction=Direction.TO_HUBSPOT)
    assert (category(plan), plan.writes) == (("excluded", "direction"), ())
    assert decide(pair, direction=Direction.TO_QUICKBOOKS).writes


def test_a_void_does_not_go_while_the_rule_is_off():
    assert not decide(born_in_hubspot(VOIDED, LIVE), is_on=False).writes


def test_voided_in_quickbooks_it_fails_and_no_zeros_are_copied():
    plan = decide(born_in_hubspot(LIVE, VOIDED))
    assert (category(plan), plan.writes) == (("failing", "voided_there"), ())
    assert plan.finding.facts["side"] == "QuickBooks"


@pytest.mark.parametrize("here_is", [LIVE, VOIDED])
def test_deleted_in_quickbooks_a_person_decides(here_is):
    plan = decide(born_in_hubspot(here_is, GONE))
    assert (category(plan), plan.writes) == (("needs_decision", "deleted_in_quickbooks"), ())


# Born in QuickBooks


def test_voided_in_quickbooks_the_mirror_is_voided_and_keeps_its_amounts():
    pair = mirrored(LIVE, VOIDED)
    (write,) = decide(pair).writes
    assert (write.side, write.operation, write.target) == (H, Operation.UPDATE, pair.hubspot.ref)
    assert write.fields == {"hs_invoice_status": "voided", "ledgerline_status": "voided"}


def test_a_mirror_is_not_voided_against_the_direction():
    plan = decide(mirrored(LIVE, VOIDED), direction=Direction.TO_QUICKBOOKS)
    assert (category(plan), plan.writes) == (("excluded", "direction"), ())


def test_a_voided_mirror_never_voids_the_books():
    plan = decide(mirrored(VOIDED, LIVE))
    assert (category(plan), plan.writes) == (("failing", "voided_there"), ())
    assert plan.finding.facts["side"] == "HubSpot"


@pytest.mark.parametrize("here_is", [LIVE, VOIDED])
def test_deleted_in_quickbooks_the_mirror_is_kept(here_is):
    plan = decide(mirrored(here_is, GONE))
    assert (category(plan), plan.writes) == (("excluded", "deleted_there"), ())
    assert plan.finding.facts["side"] == "QuickBooks"


@pytest.mark.parametrize("there_is", [LIVE, VOIDED])
def test_a_mirror_made_billable_is_an_alarm_before_anything_else(there_is):
    pair = here(mirrored(LIVE, there_is), hs_invoice_billable=True)
    plan = decide(pair)
    assert (category(plan), plan.writes) == (("failing", "mirror_billable"), ())


def test_our_own_mirrors_are_not_billable():
    pair = here(mirrored(), hs_invoice_billable=False)
    assert decide(pair).finding is None
