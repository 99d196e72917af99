"""The order of the setup, as a function of facts."""

from hypothesis import given
from hypothesis import strategies as st

from syncapp.admin.wizard.flow import (
    RECOMMENDED_ORDER,
    Facts,
    Mark,
    Reason,
    Step,
    choices,
    next_step,
    steps,
)
from syncapp.engine.records import Entity

OBJECTS = st.sampled_from(RECOMMENDED_ORDER)
FACTS = st.builds(
    Facts,
    entity=st.none() | OBJECTS,
    set_up=st.frozensets(OBJECTS),
    reached=st.sampled_from(list(Step)),
    wrong=st.frozensets(st.sampled_from([Step.CONFIGURE, Step.LIMIT])),
)


@given(FACTS)
def test_there_is_always_one_next_step_with_a_reason(facts):
    following = next_step(facts)

    assert following.step in set(Step)
    assert following.reason in set(Reason)
    assert (following.step is Step.REVIEW) == (following.reason is Reason.READY)


@given(FACTS, st.sampled_from(list(Step)))
def test_exactly_one_step_is_now_and_nothing_wrong_is_done(facts, here):
    shown = steps(facts, here)

    assert [one.step for one in shown if one.mark is Mark.NOW] == [here]
    assert not any(one.mark is Mark.DONE for one in shown if one.is_wrong)


@given(FACTS)
def test_whatever_is_wrong_is_led_back_to_before_the_review(facts):
    if facts.wrong:
        assert next_step(facts).step is not Step.REVIEW


@given(FACTS)
def test_every_step_before_the_next_one_is_done(facts):
    following = next_step(facts).step
    order = list(Step)
    here = Step.OBJECT if following is Step.REVIEW else Step.REVIEW
    for one in steps(facts, here):
        if order.index(one.step) < order.index(following) and one.step is not here:
            assert one.mark is Mark.DONE


@given(FACTS)
def test_to_put_a_step_right_never_leads_further_back(facts):
    order = list(Step)
    for step in facts.wrong:
        better = Facts(facts.entity, facts.set_up, facts.reached, facts.wrong - {step})
        assert order.index(next_step(better).step) >= order.index(next_step(facts).step)


@given(st.frozensets(OBJECTS))
def test_invoices_are_locked_exactly_while_something_they_need_is_missing(done):
    (invoices,) = [one for one in choices(done) if one.entity is Entity.INVOICE]
    needed = {Entity.PRODUCT, Entity.CONTACT}

    assert bool(invoices.missing) == (Entity.INVOICE not in done and not needed <= done)


@given(st.frozensets(OBJECTS))
def test_what_is_recommended_next_is_never_locked_nor_set_up(done):
    following = [one for one in choices(done) if one.is_next]

    assert len(following) == (1 if len(done) < len(RECOMMENDED_ORDER) else 0)
    assert not any(one.missing or one.is_set_up for one in following)


def test_nothing_is_chosen_at_first():
    assert next_step(Facts()).reason is Reason.NOTHING_CHOSEN
