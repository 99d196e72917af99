"""A change of several calls that we left in the middle is ours, whatever of it stands there."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.plan import Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.rules import FieldKind, FieldMapping
from tests.engine.factories import H, Q, item, linked, rule

LINES = FieldMapping("lines", "Line", kind=FieldKind.LINES, by_origin=True, is_protected=True)
BEFORE = (item("100.00", name="Setup"), item("20.00", name="Travel"))
WANTED = (item("120.00", name="Setup"), item("7.00", name="Taxi"))


def judged(now, *, begun):
    """A mirror that both sides agreed on as `BEFORE`; QuickBooks holds `WANTED` since."""
    pair = linked(LINES, tuple(now), WANTED, base=(BEFORE, BEFORE), origin=Q)
    pair = replace(pair, begun={"lines": (WANTED,)} if begun else {})
    return reconcile(rule(LINES), pair)


@given(st.lists(st.sampled_from([*BEFORE, *WANTED]), unique=True, max_size=4))
def test_any_mixture_of_old_and_wanted_lines_is_finished(now):
    plan = judged(now, begun=True)
    assert plan.finding is None
    assert all(write.side is H and write.fields["lines"] == WANTED for write in plan.writes)


@given(st.lists(st.sampled_from([*BEFORE, *WANTED]), unique=True, max_size=4))
def test_a_line_that_is_neither_is_somebody_s(now):
    plan = judged([*now, item("13.00", name="Extra")], begun=True)
    assert plan.fields[0].verdict is Verdict.PROTECTED
    assert not plan.writes


def test_without_anything_begun_the_same_lines_are_refused():
    assert judged(WANTED[:1], begun=False).fields[0].verdict is Verdict.PROTECTED
