"""Whatever both sides and the last agreement look like."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from syncapp.engine.compare import changed, fold, is_empty, money_fold
from syncapp.engine.plan import Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Baseline, Pair
from syncapp.engine.rules import ConflictPolicy, Direction, FieldKind, FieldMapping
from tests.engine.factories import H, Q, rule, settled, snapshot
from tests.engine.strategies import values

few_texts = st.sampled_from([None, "", "1", "2", " 2 ", "3", "Ada", "ADA"])
few_numbers = st.sampled_from([None, Decimal(0), Decimal("1.0"), Decimal(1), Decimal(2)])
kinds = {
    FieldKind.TEXT: few_texts,
    FieldKind.NAME: few_texts,
    FieldKind.PHONE: few_texts,
    FieldKind.NUMBER: few_numbers,
}


@st.composite
def situations(draw):
    """A rule with some rows and a pair in any state, agreed on before or not."""
    rows, here, there, base = [], {}, {}, Baseline({}, {})
    for number in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(list(kinds)))
        row = FieldMapping(
            f"h{number}",
            f"q{number}",
            draw(st.sampled_from(Direction)),
            kind,
            by_origin=draw(st.booleans()),
            may_wipe=draw(st.booleans()),
            origin=draw(st.sampled_from([None, None, H, Q])),
        )
        rows.append(row)
        here[row.hubspot], there[row.quickbooks] = draw(kinds[kind]), draw(kinds[kind])
        if draw(st.booleans()):
            base.hubspot[row.key], base.quickbooks[row.key] = draw(kinds[kind]), draw(kinds[kind])
    chosen = rule(
        *rows,
        direction=draw(st.sampled_from(Direction)),
        conflict=draw(st.sampled_from(ConflictPolicy)),
    )
    pair = Pair(
        snapshot(H, fields=here),
        snapshot(Q, fields=there),
        draw(st.sampled_from([base, None])),
        origin=draw(st.sampled_from([None, H, Q])),
    )
    return chosen, pair


def carry_out(chosen, pair, plan):
    """Both remotes store exactly what they are told."""
    answers = {one.side: one.fields for one in plan.writes}
    after = {
        side: replace(pair.side(side), fields={**pair.side(side).fields, **answers.get(side, {})})
        for side in (H, Q)
    }
    base = settled(chosen, pair, plan, [after[side] for side in answers])
    return replace(pair, hubspot=after[H], quickbooks=after[Q], baseline=base)


def rows_of(chosen, plan):
    by_key = {row.key: row for row in chosen.mappings}
    return [(by_key[field.mapping], field) for field in plan.fields]


def was_changed(row, pair, side):
    base = pair.baseline
    if base is None or row.key not in base.hubspot:
        return True
    return changed(row.kind, pair.value(side, row.field(side)), base.side(side)[row.key])


@given(situations())
def test_one_round_converges_and_a_second_does_nothing(situation):
    chosen, pair = situation
    after = carry_out(chosen, pair, reconcile(chosen, pair))
    again = reconcile(chosen, after)
    assert not again.writes
    assert not {field.verdict for field in again.fields} & {Verdict.COPY, Verdict.CONVERGED}


@given(situations())
def test_the_same_situation_gives_the_same_plan(situation):
    assert reconcile(*situation) == reconcile(*situation)


@given(situations())
def test_equal_values_cause_no_write(situation):
    chosen, pair = situation
    for row, field in rows_of(chosen, reconcile(chosen, pair)):
        if fold(row.kind, field.hubspot) == fold(row.kind, field.quickbooks):
            assert field.verdict in (Verdict.CONVERGED, Verdict.SETTLED)


@given(situations())
def test_every_write_changes_something(situation):
    chosen, pair = situation
    plan = reconcile(chosen, pair)
    for row, field in rows_of(chosen, plan):
        if field.verdict is Verdict.COPY:
            assert fold(row.kind, field.written) != fold(row.kind, field.overwritten)


@given(situations())
def test_a_one_sided_change_is_copied_or_kept_and_never_reversed(situation):
    chosen, pair = situation
    plan = reconcile(chosen, pair)
    after = carry_out(chosen, pair, plan)
    for row, field in rows_of(chosen, plan):
        edited = [side for side in (H, Q) if was_changed(row, pair, side)]
        if len(edited) != 1:
            continue
        (side,) = edited
        held = fold(row.kind, after.value(side, row.field(side)))
        assert held == fold(row.kind, pair.value(side, row.field(side)))
        if field.verdict is Verdict.HELD:  # and it goes on counting as a change
            assert was_changed(row, after, side)


@given(situations())
def test_two_way_a_one_sided_change_arrives_unless_it_would_wipe(situation):
    chosen, pair = situation
    assume(chosen.direction is Direction.BOTH)
    for row, field in rows_of(chosen, reconcile(chosen, pair)):
        edited = [side for side in (H, Q) if was_changed(row, pair, side)]
        if row.by_origin or row.direction is not Direction.BOTH or len(edited) != 1:
            continue
        value = pair.value(edited[0], row.field(edited[0]))
        if is_empty(value) and not row.may_wipe:
            continue
        assert field.verdict in (Verdict.COPY, Verdict.CONVERGED)


@given(situations())
def test_nothing_is_copied_from_a_side_that_nobody_changed(situation):
    chosen, pair = situation
    for row, field in rows_of(chosen, reconcile(chosen, pair)):
        if field.verdict is Verdict.COPY:
            assert was_changed(row, pair, field.target.other)


@given(situations())
def test_nothing_is_wiped_unless_the_row_says_so(situation):
    chosen, pair = situation
    for row, field in rows_of(chosen, reconcile(chosen, pair)):
        if field.verdict is Verdict.COPY and is_empty(field.written):
            assert row.may_wipe
            assert row.key in pair.baseline.hubspot


@given(situations())
def test_writes_go_only_where_rule_and_row_point(situation):
    chosen, pair = situation
    for row, field in rows_of(chosen, reconcile(chosen, pair)):
        if field.target is not None:
            assert chosen.direction.reaches(field.target)
            assert row.direction.reaches(field.target)
            assert not (row.by_origin and pair.origin is not field.target.other)


@given(situations())
def test_asking_never_overwrites_what_both_changed(situation):
    chosen, pair = situation
    asking = replace(chosen, conflict=ConflictPolicy.ASK)
    for row, field in rows_of(asking, reconcile(asking, pair)):
        both = all(was_changed(row, pair, side) for side in (H, Q))
        two_way = asking.direction is row.direction is Direction.BOTH and not row.by_origin
        filled = not is_empty(field.hubspot) and not is_empty(field.quickbooks)
        if both and two_way and filled:
            assert field.verdict in (Verdict.CONFLICT, Verdict.CONVERGED)


@given(situations(), st.sampled_from([H, Q]))
def test_a_person_settles_every_conflict(situation, winner):
    chosen, pair = situation
    plan = reconcile(chosen, pair)
    open_ones = {one.mapping for one in plan.fields if one.verdict is Verdict.CONFLICT}
    decided = reconcile(chosen, pair, dict.fromkeys(open_ones, winner))
    for field in decided.fields:
        if field.mapping in open_ones:
            assert (field.verdict, field.target) == (Verdict.COPY, winner.other)


@given(st.sampled_from(FieldKind), values)
def test_a_value_has_one_folded_form(kind, value):
    assert fold(kind, value) == fold(kind, value)
    hash(fold(kind, value))
    hash(money_fold(value))


@given(st.sampled_from(FieldKind), st.text() | st.decimals(allow_nan=False, allow_infinity=False))
def test_folding_twice_is_folding_once(kind, value):
    once = fold(kind, value)
    assert fold(kind, once) == once
