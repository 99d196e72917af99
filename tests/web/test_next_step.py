"""What the home page asks for next."""

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from syncapp.reporting.next_step import Facts, Step, next_step, todos

NAMES = [field.name for field in fields(Facts)]
ANY_FACTS = st.builds(Facts, **{name: st.booleans() for name in NAMES})
EVERYTHING = Facts(**dict.fromkeys(NAMES, True))


def test_it_begins_with_hubspot():
    assert next_step(Facts()) is Step.HUBSPOT


def test_it_ends_when_everything_runs():
    assert next_step(EVERYTHING) is None


def test_invoices_come_after_products_and_contacts():
    facts = replace(EVERYTHING, has_invoices=False)
    assert next_step(facts) is Step.INVOICES
    assert next_step(replace(facts, has_contacts=False)) is Step.CONTACTS
    assert next_step(replace(facts, has_products=False, has_contacts=False)) is Step.PRODUCTS


@given(ANY_FACTS)
def test_at_most_one_step_is_next_and_everything_before_it_is_done(facts):
    listed = todos(facts)
    following = [number for number, one in enumerate(listed) if one.is_next]

    assert len(following) == (facts != EVERYTHING)
    for number in following:
        assert not listed[number].is_done
        assert all(one.is_done for one in listed[:number])


@given(ANY_FACTS, st.sampled_from(NAMES))
def test_doing_something_never_leads_back(facts, name):
    order = [*Step, None]

    later = next_step(replace(facts, **{name: True}))

    assert order.index(later) >= order.index(next_step(facts))
