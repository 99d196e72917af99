"""The table of the design: one field, what each side did, and what follows."""

from dataclasses import replace

import pytest

from syncapp.engine.plan import Hold, Plan, Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Baseline, Pair
from syncapp.engine.rules import ConflictPolicy, Direction, FieldMapping
from syncapp.engine.writes import Operation, Write
from tests.engine.factories import (
    CITY,
    PHONE,
    ContactLike,
    H,
    Q,
    agreed,
    linked,
    only,
    rule,
    settled,
    snapshot,
    where,
)

BOTH, TO_H, TO_Q = Direction.BOTH, Direction.TO_HUBSPOT, Direction.TO_QUICKBOOKS
OURS, THEIRS, ASK = ConflictPolicy.HUBSPOT, ConflictPolicy.QUICKBOOKS, ConflictPolicy.ASK
WIPES = FieldMapping("phone", "Phone", may_wipe=True)


def decide(pair, *rows, decision=None, **chosen):
    """The plan, its first field, and what is written where."""
    rows = rows or (PHONE,)
    decisions = {rows[0].key: decision} if decision else None
    plan = reconcile(rule(*rows, **chosen), pair, decisions)
    return plan, plan.fields[0], {one.side: dict(one.fields) for one in plan.writes}


def verdict(pair, *rows, **chosen):
    return decide(pair, *rows, **chosen)[1].verdict


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_it_leaves_alone_what_nobody_changed(direction, policy):
    pair = linked(PHONE, "1", "1", base="1")
    assert verdict(pair, direction=direction, conflict=policy) is Verdict.SETTLED


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("policy", list(ConflictPolicy))
@pytest.mark.parametrize("base", [None, "1", ("1", "2"), ("2", "1")])
def test_it_writes_nothing_where_both_sides_came_to_hold_the_same(direction, policy, base):
    plan, field, writes = decide(
        linked(PHONE, "2", "2", base=base), direction=direction, conflict=policy
    )
    assert field.verdict is Verdict.CONVERGED
    assert not writes
    assert plan.finding is None


@pytest.mark.parametrize("direction", list(Direction))
def test_it_accepts_a_value_that_one_side_could_not_store_exactly(direction):
    pair = linked(PHONE, "a long value", "a long", base=("a long value", "a long"))
    plan, field, writes = decide(pair, direction=direction)
    assert (field.verdict, field.hold) == (Verdict.SETTLED, Hold.STORED)
    assert not writes
    assert (plan.state, plan.finding.category) == ("in_sync", "held")


@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_it_copies_a_change_in_hubspot_to_quickbooks(policy):
    _, field, writes = decide(linked(PHONE, "2", "1", base="1"), conflict=policy)
    assert (field.verdict, field.target, field.overwritten, field.lost) == (
        Verdict.COPY, Q, "1", False,
    )  # fmt: skip
    assert writes == {Q: {"Phone": "2"}}


@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_it_copies_a_change_in_quickbooks_to_hubspot(policy):
    _, field, writes = decide(linked(PHONE, "1", "2", base="1"), conflict=policy)
    assert (field.verdict, field.target, field.lost) == (Verdict.COPY, H, False)
    assert writes == {H: {"phone": "2"}}


@pytest.mark.parametrize(("policy", "loser", "winner"), [(OURS, Q, "2"), (THEIRS, H, "3")])
def test_the_policy_decides_where_both_changed_and_the_lost_value_is_kept(policy, loser, winner):
    _, field, writes = decide(linked(PHONE, "2", "3", base="1"), conflict=policy)
    assert (field.verdict, field.target, field.lost) == (Verdict.COPY, loser, True)
    assert field.written == winner
    assert field.overwritten == {"2": "3", "3": "2"}[winner]
    assert list(writes) == [loser]


def test_ask_leaves_both_values_to_a_person():
    plan, field, writes = decide(linked(PHONE, "2", "3", base="1"), conflict=ASK)
    assert (field.verdict, field.hubspot, field.quickbooks) == (Verdict.CONFLICT, "2", "3")
    assert (plan.finding.state, plan.finding.category) == ("needs_decision", "conflict")
    assert plan.finding.facts == {
        "field": "phone=Phone",
        "values": "phone is “2” in HubSpot and “3” in QuickBooks",
    }
    assert not writes


@pytest.mark.parametrize(("winner", "loser", "value"), [(H, Q, "2"), (Q, H, "3")])
def test_a_persons_decision_is_carried_out(winner, loser, value):
    plan, field, writes = decide(linked(PHONE, "2", "3", base="1"), conflict=ASK, decision=winner)
    assert (field.verdict, field.target, field.lost) == (Verdict.COPY, loser, True)
    assert list(writes) == [loser]
    assert list(writes[loser].values()) == [value]
    assert plan.finding is None


def test_a_decision_that_is_out_of_date_does_not_reverse_a_one_sided_change():
    _, field, _ = decide(linked(PHONE, "1", "3", base="1"), conflict=ASK, decision=H)
    assert (field.verdict, field.target) == (Verdict.COPY, H)


def test_other_fields_go_on_while_one_waits_for_a_person():
    pair = Pair(
        snapshot(H, fields={"phone": "2", "city": "Rome"}),
        snapshot(Q, fields={"Phone": "3", "City": "Oslo"}),
        Baseline(*[{PHONE.key: "1", CITY.key: "Oslo"}] * 2),
    )
    plan, _, writes = decide(pair, PHONE, CITY, conflict=ASK)
    assert writes == {Q: {"City": "Rome"}}
    assert plan.finding.category == "conflict"


@pytest.mark.parametrize("there", ["1", "9"])
@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_one_way_the_source_wins_whatever_the_target_did(there, policy):
    _, field, writes = decide(linked(PHONE, "2", there, base="1"), direction=TO_Q, conflict=policy)
    assert writes == {Q: {"Phone": "2"}}
    assert (field.overwritten, field.lost) == (there, there == "9")


@pytest.mark.parametrize(
    ("direction", "pair"),
    [(TO_Q, linked(PHONE, "1", "9", base="1")), (TO_H, linked(PHONE, "9", "1", base="1"))],
)
@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_one_way_drift_of_the_target_is_neither_repaired_nor_taken_over(direction, pair, policy):
    plan, field, writes = decide(pair, direction=direction, conflict=policy)
    assert (field.verdict, field.hold) == (Verdict.HELD, Hold.DIRECTION)
    assert not writes
    assert (plan.state, plan.finding.category) == ("in_sync", "held")


def test_a_row_may_be_one_way_in_a_two_way_rule():
    row = FieldMapping("phone", "Phone", TO_H)
    assert verdict(linked(row, "2", "1", base="1"), row) is Verdict.HELD
    assert decide(linked(row, "1", "2", base="1"), row)[2] == {H: {"phone": "2"}}


def test_a_row_and_its_rule_that_point_apart_move_nothing():
    row = FieldMapping("phone", "Phone", TO_H)
    assert verdict(linked(row, "2", "3", base="1"), row, direction=TO_Q) is Verdict.HELD


def test_without_a_baseline_the_policy_decides_and_nothing_counts_as_lost():
    _, field, writes = decide(linked(PHONE, "2", "3"))
    assert writes == {Q: {"Phone": "2"}}
    assert (field.overwritten, field.lost) == ("3", False)
    assert verdict(linked(PHONE, "2", "3"), conflict=ASK) is Verdict.CONFLICT


@pytest.mark.parametrize("policy", list(ConflictPolicy))
@pytest.mark.parametrize("empty", [None, "", "  "])
@pytest.mark.parametrize("row", [PHONE, WIPES])
def test_without_a_baseline_an_empty_value_never_beats_a_filled_one(policy, empty, row):
    assert decide(linked(row, empty, "3"), row, conflict=policy)[2] == {H: {"phone": "3"}}
    assert decide(linked(row, "2", empty), row, conflict=policy)[2] == {Q: {"Phone": "2"}}


@pytest.mark.parametrize("row", [PHONE, WIPES])
def test_without_a_baseline_one_way_an_empty_source_wipes_nothing(row):
    assert verdict(linked(row, None, "3"), row, direction=TO_Q) is Verdict.HELD
    assert verdict(linked(row, "2", None), row, direction=TO_H) is Verdict.HELD


def test_two_rows_with_one_field_in_common_agree_each_for_itself():
    mobile = FieldMapping("mobile", "Phone", TO_H)
    asks = rule(PHONE, mobile, conflict=ASK)
    pair = Pair(
        snapshot(H, fields={"phone": "2", "mobile": "1"}),
        snapshot(Q, fields={"Phone": "3"}),
        Baseline(*[{PHONE.key: "1", mobile.key: "1"}] * 2),
    )
    plan = reconcile(asks, pair)
    answer = snapshot(H, fields={"phone": "2", "mobile": "3"})
    base = settled(asks, pair, plan, [answer])

    again = reconcile(asks, replace(pair, hubspot=answer, baseline=base))

    assert not again.writes
    assert again.fields[0].verdict is Verdict.CONFLICT


def test_a_row_added_to_a_linked_record_counts_as_changed_on_both_sides():
    pair = Pair(
        snapshot(H, fields={"phone": "1", "mobile": None}),
        snapshot(Q, fields={"Phone": "1"}),
        agreed(PHONE, "1", "1"),
    )
    added = FieldMapping("mobile", "Phone", TO_H)
    assert decide(pair, added, PHONE)[2] == {H: {"mobile": "1"}}


@pytest.mark.parametrize("policy", list(ConflictPolicy))
@pytest.mark.parametrize("base", ["3", None])
def test_a_cleared_value_is_not_wiped_on_the_other_side(policy, base):
    pair = linked(PHONE, None, "3", base="3")
    assert verdict(pair, conflict=policy) is Verdict.HELD
    assert verdict(pair, conflict=policy, direction=TO_Q) is Verdict.HELD


@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_a_cleared_value_is_filled_by_a_change_on_the_other_side(policy):
    assert decide(linked(PHONE, None, "4", base="3"), conflict=policy)[2] == {H: {"phone": "4"}}


def test_a_value_filled_for_the_first_time_is_copied():
    assert decide(linked(PHONE, "4", None, base=("", "")))[2] == {Q: {"Phone": "4"}}


def test_a_row_may_say_that_clearing_travels():
    pair = linked(WIPES, None, "3", base="3")
    _, field, writes = decide(pair, WIPES)
    assert writes == {Q: {"Phone": None}}
    assert field.overwritten == "3"
    assert decide(pair, WIPES, direction=TO_Q)[2] == {Q: {"Phone": None}}


def test_clearing_against_a_change_is_a_conflict_like_any_other():
    pair = linked(WIPES, None, "4", base="3")
    assert verdict(pair, WIPES, conflict=ASK) is Verdict.CONFLICT
    assert decide(pair, WIPES, conflict=OURS)[2] == {Q: {"Phone": None}}
    assert decide(pair, WIPES, conflict=THEIRS)[2] == {H: {"phone": "4"}}


# Rows that belong to the side on which the record was born

BY_ORIGIN = FieldMapping("phone", "Phone", by_origin=True)


@pytest.mark.parametrize("policy", list(ConflictPolicy))
@pytest.mark.parametrize("decision", [None, H, Q])
def test_what_belongs_to_the_origin_ignores_policy_and_decision(policy, decision):
    pair = linked(BY_ORIGIN, "2", "3", base="1", origin=Q)
    _, field, writes = decide(pair, BY_ORIGIN, conflict=policy, decision=decision)
    assert writes == {H: {"phone": "3"}}
    assert field.lost


def test_what_belongs_to_the_origin_is_not_taken_over_from_the_other_side():
    pair = linked(BY_ORIGIN, "1", "3", base="1", origin=H)
    assert verdict(pair, BY_ORIGIN) is Verdict.HELD


def test_what_belongs_to_the_origin_still_obeys_directions():
    pair = linked(BY_ORIGIN, "2", "1", base="1", origin=H)
    assert verdict(pair, BY_ORIGIN, direction=TO_H) is Verdict.HELD
    one_way = FieldMapping("phone", "Phone", TO_H, by_origin=True)
    assert verdict(linked(one_way, "2", "1", base="1", origin=H), one_way) is Verdict.HELD


def test_what_belongs_to_an_unknown_origin_stays_where_it_is():
    pair = linked(BY_ORIGIN, "2", "3", base="1")
    _, field, writes = decide(pair, BY_ORIGIN)
    assert field.verdict is Verdict.HELD
    assert not writes


def test_a_row_for_records_of_one_origin_is_left_out_for_the_others():
    row = FieldMapping("phone", "Phone", origin=Q)
    assert not reconcile(rule(row), linked(row, "2", "3", base="1", origin=H)).fields
    assert reconcile(rule(row), linked(row, "2", "3", base="1", origin=Q)).fields


def test_a_row_for_creates_is_never_compared_afterwards():
    row = FieldMapping("phone", "Phone", on_create=True)
    plan = reconcile(rule(row), linked(row, "2", "3", base="1"))
    assert (plan.fields, plan.writes, plan.finding) == ((), (), None)


# What may not go there any more


class AlwaysVoids(ContactLike):
    def lifecycle(self, pair, rule):
        return Plan(writes=(Write(Q, self.entity, Operation.VOID, target=pair.quickbooks.ref),))


def blocked(pair, side, **chosen):
    """Towards that side only records from Oslo go, and this one is not."""
    filter_ = {Direction.towards(side): only(where("city", "is", "Oslo"))}
    return decide(pair, filters=filter_, **chosen)


def test_a_filter_holds_back_later_changes_of_its_direction_only():
    plan, field, writes = blocked(linked(PHONE, "2", "1", base="1"), Q)
    assert (field.verdict, field.hold) == (Verdict.HELD, Hold.FILTER)
    assert not writes
    assert plan.state == "in_sync"
    assert plan.finding.facts["what"] == (
        "phone is “2” in HubSpot and “1” in QuickBooks"
        " (a filter holds it back: contact city is Oslo)"
    )
    assert blocked(linked(PHONE, "1", "2", base="1"), Q)[2] == {H: {"phone": "2"}}


def test_a_record_that_no_direction_lets_through_is_excluded_and_says_why():
    plan, field, _ = blocked(linked(PHONE, "2", "1", base="1"), Q, direction=TO_Q)
    assert field.verdict is Verdict.HELD
    assert (plan.finding.state, plan.finding.category) == ("excluded", "filter")
    assert plan.finding.facts == {"why": "contact city is Oslo"}


@pytest.mark.parametrize("direction", [BOTH, TO_Q])
def test_linked_records_go_on_where_the_filter_says_so(direction):
    pair = linked(PHONE, "2", "1", base="1")
    plan, _, writes = blocked(pair, Q, direction=direction, keeps_linked=frozenset([TO_Q]))
    assert writes == {Q: {"Phone": "2"}}
    assert plan.finding is None


@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_a_rule_that_is_off_writes_and_asks_nothing(policy):
    off = rule(is_on=False, conflict=policy)
    plan = reconcile(off, linked(PHONE, "2", "3", base="1"))
    assert (plan.writes, plan.fields) == ((), ())
    assert (plan.finding.state, plan.finding.category) == ("excluded", "rule_off")


def test_a_rule_that_is_off_voids_and_archives_nothing():
    pair = linked(PHONE, "1", "1", base="1")
    assert reconcile(rule(special=AlwaysVoids()), pair).writes
    plan = reconcile(rule(special=AlwaysVoids(), is_on=False), pair)
    assert (plan.writes, plan.finding.category) == ((), "rule_off")
