"""A record without a partner: made on the other side, or why not."""

from dataclasses import replace

import pytest

from syncapp.engine.locked import Locked
from syncapp.engine.plan import Finding, State, Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, Pair, Parent
from syncapp.engine.rules import Direction, FieldKind, FieldMapping
from syncapp.engine.writes import Operation
from tests.engine.factories import (
    CITY,
    PHONE,
    ContactLike,
    H,
    Q,
    linked,
    only,
    ref,
    rule,
    snapshot,
    where,
)

ADA = snapshot(H, "1", fields={"phone": "1", "city": "Oslo"})
OWNER = FieldMapping("owner", "OwnerRef", kind=FieldKind.REFERENCE)


def create(record=ADA, *rows, special=None, parents=None, generation=0, **chosen):
    sides = {record.ref.side: record}
    pair = Pair(sides.get(H), sides.get(Q), parents=parents or {}, generation=generation)
    return reconcile(rule(*(rows or (PHONE, CITY)), special=special, **chosen), pair)


def test_it_makes_a_copy_that_names_its_source():
    (write,) = create(generation=3).writes
    assert (write.side, write.operation, write.source) == (Q, Operation.CREATE, ADA.ref)
    assert (write.target, write.generation) == (None, 3)
    assert write.fields == {"Phone": "1", "City": "Oslo"}


def test_it_makes_a_copy_in_the_other_direction():
    (write,) = create(snapshot(Q, fields={"Phone": "1"})).writes
    assert (write.side, write.fields) == (H, {"phone": "1"})


def test_it_sends_no_empty_values_but_settles_them_too():
    plan = create(snapshot(H, fields={"phone": "1", "city": ""}))
    assert plan.writes[0].fields == {"Phone": "1"}
    assert {field.verdict for field in plan.fields} == {Verdict.COPY}


def test_it_leaves_out_rows_that_run_the_other_way_or_belong_to_the_other_origin():
    inbound = FieldMapping("phone", "Phone", Direction.TO_HUBSPOT)
    foreign = FieldMapping("city", "City", origin=Q)
    plan = create(ADA, inbound, foreign, FieldMapping("phone", "Mobile", on_create=True))
    assert plan.writes[0].fields == {"Mobile": "1"}


def test_what_the_entity_adds_is_sent_along():
    class Typed(ContactLike):
        def extras(self, target, pair, rule):
            return {"Type": "Service"}

    assert create(special=Typed()).writes[0].fields["Type"] == "Service"


@pytest.mark.parametrize(
    ("chosen", "category", "facts"),
    [
        ({"is_on": False}, "rule_off", {}),
        ({"direction": Direction.TO_HUBSPOT}, "direction", {"side": "QuickBooks"}),
        (
            {"filters": {Direction.TO_QUICKBOOKS: only(where("city", "is", "Rome"))}},
            "filter",
            {"why": "contact city is Rome"},
        ),
    ],
)
def test_it_excludes_what_may_not_go_there_and_says_why(chosen, category, facts):
    plan = create(**chosen)
    assert (plan.writes, plan.finding) == ((), Finding(State.EXCLUDED, category, facts))


def test_a_filter_of_the_other_direction_does_not_matter():
    assert create(filters={Direction.TO_HUBSPOT: only(where("city", "is", "Rome"))}).writes


def test_keeping_linked_records_lets_no_new_ones_in():
    towards = Direction.TO_QUICKBOOKS
    plan = create(
        filters={towards: only(where("city", "is", "Rome"))}, keeps_linked=frozenset([towards])
    )
    assert plan.finding.category == "filter"


def test_automatic_filters_come_before_those_of_people():
    class Never(ContactLike):
        def locked(self, target, rule):
            return (Locked("draft", "that are finalized", lambda _record: False),)

    plan = create(
        special=Never(), filters={Direction.TO_QUICKBOOKS: only(where("city", "is", "Rome"))}
    )
    assert plan.finding.category == "draft"


def test_a_refusal_of_the_entity_sends_nothing():
    class Strict(ContactLike):
        def refusal(self, fields, target, pair, rule):
            return Finding(State.FAILING, "too_long") if fields["Phone"] == "1" else None

    plan = create(special=Strict())
    assert (plan.writes, plan.finding.category, plan.needs_catch_all) == ((), "too_long", False)


def test_it_asks_for_the_catch_all_item_where_that_is_missing():
    class Strict(ContactLike):
        def refusal(self, fields, target, pair, rule):
            return Finding(State.WAITING, "catch_all")

    assert create(special=Strict()).needs_catch_all


OWNED = snapshot(H, fields={"owner": ref(H, "9")})


def owned(**parent):
    return create(OWNED, OWNER, parents={ref(H, "9"): Parent(ref(H, "9"), **parent)})


def test_it_refers_to_the_partner_of_its_parent():
    assert owned(partner=ref(Q, "70")).writes[0].fields == {"OwnerRef": ref(Q, "70")}


@pytest.mark.parametrize("parents", [{}, {ref(H, "9"): Parent(ref(H, "9"))}])
def test_it_waits_while_its_parent_can_still_arrive(parents):
    plan = create(OWNED, OWNER, parents=parents)
    assert (plan.writes, plan.waiting_for) == ((), (ref(H, "9"),))
    assert (plan.finding.state, plan.finding.category) == (State.WAITING, "parent")


def test_it_fails_with_the_parents_own_reason_when_that_will_not_come():
    plan = owned(is_decided=True, state=State.EXCLUDED, label="Ada", reason="No e-mail.")
    assert plan.finding == Finding(
        State.FAILING, "contact_link", {"parent": "Ada", "reason": "No e-mail."}
    )


def test_a_change_waits_for_the_new_parent_whatever_else_goes_the_other_way():
    pair = linked(OWNER, ref(H, "9"), ref(Q, "70"), base=(ref(H, "7"), ref(Q, "70")))
    pair = replace(
        pair,
        quickbooks=replace(pair.quickbooks, fields={**pair.quickbooks.fields, "City": "Rome"}),
        parents={ref(Q, "70"): Parent(ref(Q, "70"), partner=ref(H, "7"))},
    )
    plan = reconcile(rule(CITY, OWNER), pair)
    assert (plan.writes, plan.waiting_for) == ((), (ref(H, "9"),))


def test_a_parent_that_did_not_change_holds_nothing_up():
    pair = linked(OWNER, ref(H, "9"), ref(Q, "70"), base=(ref(H, "9"), ref(Q, "70")))
    pair = replace(
        pair, hubspot=replace(pair.hubspot, fields={**pair.hubspot.fields, "city": "Rome"})
    )
    assert reconcile(rule(CITY, OWNER), pair).writes


def test_nothing_on_either_side_is_a_deleted_record():
    assert reconcile(rule(), Pair(None, None)).finding.category == "deleted_there"


def test_an_update_names_the_version_and_the_snapshot_it_was_decided_on():
    pair = linked(PHONE, "2", "1", base="1")
    (write,) = reconcile(rule(), pair).writes
    assert (write.operation, write.target) == (Operation.UPDATE, pair.quickbooks.ref)
    assert (write.expected_version, write.before) == ("q1", pair.quickbooks)


def test_both_sides_may_be_written_in_one_plan():
    pair = linked(PHONE, "2", "1", base="1")
    pair = replace(
        pair,
        quickbooks=replace(pair.quickbooks, fields={"Phone": "1", "City": "Rome"}),
    )
    writes = reconcile(rule(PHONE, CITY), pair).writes
    assert {one.side: dict(one.fields) for one in writes} == {
        Q: {"Phone": "2"},
        H: {"city": "Rome"},
    }


@pytest.mark.parametrize(
    ("entity", "category"), [(Entity.CONTACT, "contact_link"), (Entity.INVOICE, "invoice_link")]
)
def test_the_category_names_the_missing_parent(entity, category):
    parent = ref(H, "9", entity)
    record = snapshot(H, fields={"owner": parent})
    plan = create(record, OWNER, parents={parent: Parent(parent, is_decided=True)})
    assert plan.finding.category == category
