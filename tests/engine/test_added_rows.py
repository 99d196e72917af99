"""Rows that people added: converted, transformed, and never written twice for their form."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.plan import Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Pair, RecordRef
from syncapp.engine.rules import ConflictPolicy, Direction, FieldKind, FieldMapping
from tests.engine.factories import H, Q, agreed, linked, rule, settled, snapshot

ROW = FieldMapping("po_number", "CustomField.1", is_added=True)


def transformed(text, direction=Direction.BOTH):
    return replace(ROW, transform=text, direction=direction)


def written(row, hubspot, quickbooks, base=None, **more):
    """What each side is given."""
    plan = reconcile(rule(row, **more), linked(row, hubspot, quickbooks, base))
    return {write.side: write.fields[row.field(write.side)] for write in plan.writes}


@pytest.mark.parametrize(
    ("kind", "value", "as_written"),
    [
        (FieldKind.TEXT, Decimal("12.50"), "12.5"),
        (FieldKind.TEXT, Decimal("1E+3"), "1000"),
        (FieldKind.TEXT, date(2026, 11, 25), "2026-11-25"),
        (FieldKind.TEXT, datetime(2026, 11, 25, 9, 30, tzinfo=UTC), "2026-11-25T09:30:00Z"),
        (FieldKind.TEXT, True, "true"),
        (FieldKind.NUMBER, Decimal("12.50"), Decimal("12.50")),
        (FieldKind.DATE, datetime(2026, 11, 25, 9, tzinfo=UTC), date(2026, 11, 25)),
    ],
)
def test_a_value_is_written_in_the_form_of_its_row(kind, value, as_written):
    row = replace(ROW, kind=kind)
    assert written(row, value, None) == {Q: as_written}
    assert written(row, None, value) == {H: as_written}


def test_an_instant_is_on_the_day_that_the_portal_has():
    row = replace(ROW, kind=FieldKind.DATE, zone=ZoneInfo("America/New_York"))
    late = datetime(2026, 11, 26, 3, tzinfo=UTC)
    assert written(row, late, None) == {Q: date(2026, 11, 25)}
    assert written(row, late, date(2026, 11, 25)) == {}


def test_a_transform_runs_to_quickbooks_and_is_undone_to_hubspot():
    row = transformed("map:Net 30=3;Due now=1")
    assert written(row, "Due now", "3", ("Net 30", "3")) == {Q: "1"}
    assert written(row, "Net 30", "1", ("Net 30", "3")) == {H: "Due now"}


def test_the_transform_of_a_row_into_hubspot_runs_to_hubspot():
    row = transformed("prefix:QB-", Direction.TO_HUBSPOT)
    assert written(row, None, "7") == {H: "QB-7"}
    assert written(row, "QB-7", "7") == {}


def test_a_form_alone_is_no_difference():
    row = transformed("phone:US")
    assert written(row, "(555) 010-0199", "555.010.0199") == {}
    assert written(row, "(555) 010-0199", "555 010 0200") == {Q: "+15550100199"}


@pytest.mark.parametrize("side", [H, Q])
def test_a_field_that_vanished_fails_and_is_named(side):
    pair = linked(ROW, "A", "B")
    gone = {side: frozenset({ROW.field(side)})}
    finding = reconcile(rule(ROW), replace(pair, missing=gone)).finding
    assert (finding.category, finding.facts["field"]) == ("field_missing", ROW.field(side))


@pytest.mark.parametrize("side", [H, Q])
def test_a_field_that_vanished_stops_a_create_too(side):
    missing = {side: frozenset({ROW.field(side)})}
    plan = reconcile(rule(ROW), Pair(snapshot(H), None, missing=missing))
    assert plan.finding.category == "field_missing"
    assert not plan.writes


@pytest.mark.parametrize("answer", [None, "4711-4"])
def test_a_value_that_was_dropped_or_cut_is_failing_until_it_changes(answer):
    pair = linked(ROW, "4711-4712", None)
    plan = reconcile(rule(ROW), pair)
    after = snapshot(Q, fields={ROW.quickbooks: answer})
    base = settled(rule(ROW), pair, plan, [after])
    again = reconcile(rule(ROW), Pair(pair.hubspot, after, base))
    assert not again.writes
    assert (again.finding.category, again.finding.facts["before"]) == ("not_kept", "4711-4712")
    shorter = snapshot(H, fields={ROW.hubspot: "4711"})
    assert reconcile(rule(ROW), Pair(shorter, after, base)).writes


transforms = st.lists(
    st.sampled_from(
        [
            "trim",
            "upper",
            "lower",
            "title",
            "phone:US",
            "country:alpha2",
            "country:alpha3=name",
            "prefix:a",
            "unprefix:a",
            "map:a=b",
            "map:a=b;b=a",
            "map:a=c;b=c",
        ]
    ),
    max_size=3,
).map("|".join)
words = st.none() | st.text("abcA ", max_size=4) | st.sampled_from(["Germany", "DE", "DEU"])
rows = st.builds(transformed, transforms, st.sampled_from(Direction))


@given(
    rows,
    words,
    words,
    st.none() | st.tuples(words, words),
    st.sampled_from([ConflictPolicy.HUBSPOT, ConflictPolicy.QUICKBOOKS]),
)
def test_a_second_pass_writes_nothing(row, hubspot, quickbooks, base, conflict):
    chosen = rule(row, conflict=conflict)
    pair = linked(row, hubspot, quickbooks)
    pair = replace(pair, baseline=agreed(row, *base) if base else None)
    plan = reconcile(chosen, pair)
    answers = [
        replace(pair.side(write.side), fields={**pair.side(write.side).fields, **write.fields})
        for write in plan.writes
    ]
    sides = {one.ref.side: one for one in answers}
    after = Pair(
        sides.get(H, pair.hubspot),
        sides.get(Q, pair.quickbooks),
        settled(chosen, pair, plan, answers),
    )
    assert not reconcile(chosen, after).writes
    for field in plan.fields:
        if field.verdict is Verdict.COPY:
            assert field.written not in ("", field.overwritten)


def test_a_create_carries_the_transformed_value():
    here = snapshot(H, fields={ROW.hubspot: "Net 30"})
    (write,) = reconcile(rule(transformed("map:Net 30=3")), Pair(here, None)).writes
    assert write.fields == {ROW.quickbooks: "3"}
    assert write.source == RecordRef(H, here.ref.entity, here.ref.id)
