"""Sentences that keep their template and facts: as text, stored, and put together."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.said import Said, joined, packed, said, said_many, unpacked

TEXTS = st.text(alphabet=st.characters(exclude_characters="\x1f{}", exclude_categories=("Cs",)))
SENTENCES = st.recursive(
    TEXTS,
    lambda inner: st.builds(
        lambda one, two: said("{one} belongs to {two}.", one=one, two=two), inner, inner
    ),
    max_leaves=5,
)


def test_it_is_its_sentence():
    sentence = said("It is {here} in {side}.", here=said("empty"), side="HubSpot")

    assert sentence == "It is empty in HubSpot."
    assert isinstance(sentence, Said)
    assert sentence.facts["here"].template == "empty"


@pytest.mark.parametrize(("number", "words"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_of_several_it_takes_the_other_template(number, words):
    assert said_many("{count} day", "{count} days", number) == words


def test_a_fact_that_is_missing_leaves_no_gap():
    assert said("It waits for {parent} ({reason}) now.", reason="") == "It waits for () now."
    assert joined(" ", said("One."), "", said("Two.")) == "One. Two."


@given(SENTENCES)
def test_what_is_stored_is_read_back_with_all_it_was_made_of(sentence):
    again = unpacked(packed(sentence))

    assert again == sentence
    assert repr(parts_of(again)) == repr(parts_of(sentence))


def parts_of(sentence):
    if not isinstance(sentence, Said):
        return str(sentence)
    facts = {name: parts_of(value) for name, value in sentence.facts.items()}
    return (sentence.template, facts)


@given(st.text())
def test_no_text_from_outside_breaks_or_becomes_a_template(text):
    assert unpacked(packed(text)) == text.replace("\x1f", "")
    assert isinstance(unpacked(text), str)
    assert isinstance(unpacked(f"a\x1f{text}"), str)


@given(SENTENCES)
def test_copies_are_equal(sentence):
    for again in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):  # noqa: S301
        assert again == sentence
        assert parts_of(again) == parts_of(sentence)
