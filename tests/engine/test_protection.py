"""Money belongs to the side on which the record was born."""

from dataclasses import replace

import pytest

from syncapp.engine.plan import Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Baseline, LineKind
from syncapp.engine.rules import ConflictPolicy, FieldKind, FieldMapping
from tests.engine.factories import CITY, H, Q, discount, item, linked, ref, rule, tax, text

LINES = FieldMapping("lines", "Line", kind=FieldKind.LINES, by_origin=True, is_protected=True)
SETUP = item("100.00", name="Setup")


def judge(pair, **chosen):
    plan = reconcile(rule(LINES, CITY, **chosen), pair)
    return plan, plan.fields[0].verdict


@pytest.mark.parametrize(
    "after",
    [
        (replace(SETUP, unit_price=SETUP.unit_price + 1),),
        (replace(SETUP, quantity=SETUP.quantity + 1),),
        (replace(SETUP, amount=SETUP.amount + 1),),
        (replace(SETUP, product=ref(Q, "7"), name="Repair"),),
        (SETUP, SETUP),
        (SETUP, tax("7.00")),
        (SETUP, discount("5.00")),
        (replace(SETUP, kind=LineKind.DISCOUNT),),
    ],
)
@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_money_changed_by_the_guest_is_refused_and_said_with_before_and_after(after, policy):
    pair = linked(LINES, (SETUP,), after, base=((SETUP,), (SETUP,)), origin=H)
    plan, verdict = judge(pair, conflict=policy)
    assert verdict is Verdict.PROTECTED
    assert not plan.writes
    assert (plan.finding.state, plan.finding.category) == ("failing", "protected_change")
    assert (plan.finding.facts["side"], plan.finding.facts["owner"]) == ("QuickBooks", "HubSpot")
    assert plan.finding.facts["before"] != plan.finding.facts["after"]


def test_it_protects_records_born_in_quickbooks_likewise():
    pair = linked(LINES, (SETUP, SETUP), (SETUP,), base=((SETUP,), (SETUP,)), origin=Q)
    plan, _ = judge(pair)
    assert plan.finding.facts["side"] == "HubSpot"


def test_it_stops_the_other_fields_of_the_record_too():
    pair = linked(LINES, (SETUP,), (SETUP, SETUP), base=((SETUP,), (SETUP,)), origin=H)
    pair = replace(
        pair,
        hubspot=replace(pair.hubspot, fields={**pair.hubspot.fields, "city": "Rome"}),
        baseline=Baseline(
            {**pair.baseline.hubspot, CITY.key: "Oslo"},
            {**pair.baseline.quickbooks, CITY.key: None},
        ),
    )
    assert not judge(pair)[0].writes


def test_it_heals_when_the_change_is_undone():
    pair = linked(LINES, (SETUP,), (replace(SETUP, id="new"),), base=((SETUP,), (SETUP,)), origin=H)
    plan, verdict = judge(pair)
    assert verdict is Verdict.SETTLED
    assert plan.finding is None


def test_it_heals_when_the_owner_comes_to_hold_the_same():
    doubled = (SETUP, SETUP)
    pair = linked(LINES, doubled, doubled, base=((SETUP,), (SETUP,)), origin=H)
    assert judge(pair)[1] is Verdict.CONVERGED


def test_even_a_change_of_the_owner_does_not_overwrite_money_that_the_guest_changed():
    pair = linked(LINES, (SETUP, tax("1")), (SETUP, SETUP), base=((SETUP,), (SETUP,)), origin=H)
    assert judge(pair)[1] is Verdict.PROTECTED


@pytest.mark.parametrize(
    "after",
    [
        (replace(SETUP, description="in March"),),
        (replace(SETUP, name="Set-up"),),
        (SETUP, text("Thank you")),
    ],
)
def test_the_guest_may_change_the_words_of_a_line(after):
    pair = linked(LINES, (SETUP,), after, base=((SETUP,), (SETUP,)), origin=H)
    plan, verdict = judge(pair)
    assert verdict is Verdict.HELD
    assert (plan.state, plan.finding.category) == ("in_sync", "held")
    assert "texts of its lines" in plan.finding.facts["what"]


def test_the_guest_may_put_the_lines_in_another_order():
    other = item("5.00")
    base = ((SETUP, other), (SETUP, other))
    pair = linked(LINES, (SETUP, other), (other, SETUP), base=base, origin=H)
    assert judge(pair)[1] is not Verdict.PROTECTED


def test_the_owner_may_change_its_money():
    pair = linked(LINES, (SETUP, SETUP), (SETUP,), base=((SETUP,), (SETUP,)), origin=H)
    plan, verdict = judge(pair)
    assert verdict is Verdict.COPY
    assert [one.side for one in plan.writes] == [Q]


def test_a_protected_amount_counts_like_lines():
    amount = FieldMapping(
        "amount", "Amount", kind=FieldKind.NUMBER, by_origin=True, is_protected=True
    )
    paid, more = item("100.00").amount, item("100.01").amount
    pair = linked(amount, paid, more, base=(paid, paid), origin=H)
    plan = reconcile(rule(amount), pair)
    assert plan.fields[0].verdict is Verdict.PROTECTED
    assert (plan.finding.facts["before"], plan.finding.facts["after"]) == ("100.00", "100.01")
