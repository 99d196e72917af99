"""The baseline advances for confirmed fields only, with what was answered."""

from dataclasses import replace

import pytest

from syncapp.engine.baseline import settle
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Pair
from syncapp.engine.rules import ConflictPolicy, Direction, FieldMapping
from tests.engine.factories import CITY, PHONE, H, Q, agreed, linked, rule, settled, snapshot

KEY = PHONE.key


def both(baseline):
    return baseline.hubspot.get(KEY), baseline.quickbooks.get(KEY)


def test_a_confirmed_copy_advances_with_what_the_remote_answered():
    pair = linked(PHONE, "12345", "1", base="1")
    plan = reconcile(rule(), pair)
    after = settled(rule(), pair, plan, [snapshot(Q, fields={"Phone": "123"})])
    assert both(after) == ("12345", "123")


def test_what_the_remote_made_of_a_value_is_not_written_again():
    pair = linked(PHONE, "12345", "1", base="1")
    answer = snapshot(Q, fields={"Phone": "123"})
    after = settled(rule(), pair, reconcile(rule(), pair), [answer])
    assert not reconcile(rule(), replace(pair, quickbooks=answer, baseline=after)).writes


def test_an_unconfirmed_copy_does_not_advance():
    pair = linked(PHONE, "2", "1", base="1")
    assert both(settled(rule(), pair, reconcile(rule(), pair))) == ("1", "1")


def test_only_the_confirmed_side_of_a_plan_advances():
    pair = linked(PHONE, "2", "1", base="1")
    pair = replace(pair, quickbooks=replace(pair.quickbooks, fields={"Phone": "1", "City": "Rome"}))
    both_ways = rule(PHONE, CITY)
    plan = reconcile(both_ways, pair)
    after = settled(both_ways, pair, plan, [snapshot(H, fields={"phone": "2", "city": "Rome"})])
    assert both(after) == ("1", "1")
    assert (after.hubspot[CITY.key], after.quickbooks[CITY.key]) == ("Rome", "Rome")


def test_an_edit_at_the_source_between_decision_and_answer_still_counts():
    pair = linked(PHONE, "2", "1", base="1")
    plan = reconcile(rule(), pair)
    edited, answer = snapshot(H, fields={"phone": "3"}), snapshot(Q, fields={"Phone": "2"})
    after = settled(rule(), pair, plan, [answer])
    (write,) = reconcile(
        rule(), replace(pair, hubspot=edited, quickbooks=answer, baseline=after)
    ).writes
    assert (write.side, write.fields) == (Q, {"Phone": "3"})


def test_agreement_without_a_write_advances():
    pair = linked(PHONE, "2", "2", base="1")
    assert both(settled(rule(), pair, reconcile(rule(), pair))) == ("2", "2")


def test_the_first_agreement_makes_a_baseline():
    pair = linked(PHONE, "2", "2")
    assert both(settled(rule(), pair, reconcile(rule(), pair))) == ("2", "2")


@pytest.mark.parametrize(
    "chosen", [{"conflict": ConflictPolicy.ASK}, {"direction": Direction.TO_HUBSPOT}]
)
def test_what_was_held_back_or_asked_does_not_advance(chosen):
    pair = linked(PHONE, "2", "3" if "conflict" in chosen else "1", base="1")
    asked = rule(**chosen)
    assert both(settled(asked, pair, reconcile(asked, pair))) == ("1", "1")


def test_a_held_change_travels_when_the_direction_is_widened():
    pair = linked(PHONE, "2", "1", base="1")
    inbound = rule(direction=Direction.TO_HUBSPOT)
    after = settled(inbound, pair, reconcile(inbound, pair))
    assert reconcile(rule(), replace(pair, baseline=after)).writes


def test_a_create_settles_every_field_it_sent_and_those_left_empty():
    pair = Pair(snapshot(H, fields={"phone": "2"}), None)
    chosen = rule(PHONE, CITY)
    plan = reconcile(chosen, pair)
    after = settled(chosen, pair, plan, [snapshot(Q, fields={"Phone": "2"})])
    assert both(after) == ("2", "2")
    assert (after.hubspot[CITY.key], after.quickbooks[CITY.key]) == (None, None)


def test_what_other_rows_agreed_on_is_kept():
    pair = linked(PHONE, "2", "2", base="1")
    pair = replace(pair, baseline=agreed(CITY, "Oslo", "Oslo"))
    after = settled(rule(), pair, reconcile(rule(), pair))
    assert after.hubspot == {KEY: "2", CITY.key: "Oslo"}


def test_a_row_that_is_no_longer_mapped_is_not_settled():
    pair = linked(PHONE, "2", "2", base="1")
    plan = reconcile(rule(), pair)
    other = rule(FieldMapping("mobile", "Phone"))
    assert both(settled(other, pair, plan)) == ("1", "1")


# Found by recovery: the record may have been edited since our write

FOUND = agreed(PHONE, "1", "1")


def recovered(answer, base=FOUND):
    pair = replace(linked(PHONE, "2", "1", base="1"), baseline=base)
    plan = reconcile(rule(), pair)
    after = replace(pair, quickbooks=answer)
    return settle(rule(), base, plan.fields, frozenset([Q]), after, is_recovered=True)


@pytest.mark.parametrize("base", [FOUND, None])
def test_a_recovered_write_advances_where_the_record_still_holds_it(base):
    assert both(recovered(snapshot(Q, fields={"Phone": "2"}), base)) == ("2", "2")


def test_money_that_was_changed_before_recovery_is_refused_and_not_overwritten():
    money = FieldMapping("amount", "Amount", by_origin=True, is_protected=True)
    pair = Pair(snapshot(H, fields={"amount": "100"}), None, origin=H)
    changed = snapshot(Q, fields={"Amount": "90"})
    after = replace(pair, quickbooks=changed)
    plan = reconcile(rule(money), pair)
    base = settle(rule(money), None, plan.fields, frozenset([Q]), after, is_recovered=True)
    again = reconcile(rule(money), replace(after, baseline=base))
    assert (again.writes, again.finding.category) == ((), "protected_change")


@pytest.mark.parametrize(("base", "kept"), [(FOUND, ("1", "1")), (None, (None, None))])
def test_a_recovered_write_does_not_swallow_what_a_person_made_of_it_since(base, kept):
    assert both(recovered(snapshot(Q, fields={"Phone": "7"}), base)) == kept
