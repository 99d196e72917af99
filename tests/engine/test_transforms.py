"""What a mapping does to a text on its way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.transforms import TransformError, parsed


@pytest.mark.parametrize(
    ("transform", "before", "after"),
    [
        ("", " as it is ", " as it is "),
        ("trim", "  Nordwind ", "Nordwind"),
        ("upper", "straße", "STRASSE"),
        ("lower", "ÅSA", "åsa"),
        ("title", "ada o'neil-BERG", "Ada O'neil-berg"),
        ("phone:US", "(555) 010-0199", "+15550100199"),
        ("phone:us", "+49 30 901820", "+4930901820"),
        ("phone:US", "555-010-0199 ext. 12", "+15550100199 ext. 12"),
        ("phone:US", "call me", "call me"),
        ("country:alpha2", "Germany", "DE"),
        ("country:alpha2", "usa", "US"),
        ("country:alpha3", "UK", "GBR"),
        ("country:name", "KR", "South Korea"),
        ("country:alpha2", "Atlantis", "Atlantis"),
        ("country:alpha3=name", "DEU", "Germany"),
        ("prefix:HS-", "7", "HS-7"),
        ("prefix:HS-", "HS-7", "HS-7"),
        ("unprefix:HS-", "HS-7", "7"),
        ("map:Net 30=3;Due on receipt=1", "Net 30", "3"),
        ("map:Net 30=3", "Net 60", "Net 60"),
        (r"map:a\;b=c\|d\=e", "a;b", "c|d=e"),
        ("trim|upper|prefix:X-", " ab ", "X-AB"),
    ],
)
def test_a_transform_brings_a_value_to_the_other_side(
    transform: str, before: str, after: str
) -> None:
    assert parsed(transform).apply(before) == after


@pytest.mark.parametrize(
    ("transform", "there", "back"),
    [
        ("map:Net 30=3", "3", "Net 30"),
        ("map:Net 30=3;30 days=3", "3", "Net 30"),
        ("country:alpha2", "DE", "Germany"),
        ("country:alpha3=alpha2", "DE", "DEU"),
        ("prefix:HS-", "HS-7", "7"),
        ("unprefix:HS-", "7", "HS-7"),
        ("upper", "abc", "abc"),
        ("phone:US", "555 010 0199", "555 010 0199"),
        ("trim|prefix:X-|map:X-a=1", "1", "a"),
    ],
)
def test_it_is_undone_on_the_way_back(transform: str, there: str, back: str) -> None:
    assert parsed(transform).undo(there) == back


@pytest.mark.parametrize(
    ("transform", "sentence"),
    [
        ("shout", "“shout” is no transform; there are trim, upper,"),
        ("trim|", "“” is no transform"),
        ("trim:left", "“trim” takes nothing after it"),
        ("phone", "needs the usual country"),
        ("phone:Atlantis", "needs the usual country"),
        ("country", "needs a form"),
        ("country:iso=name", "needs a form"),
        ("prefix:", "“prefix” needs a text"),
        ("map:", "“” in “map” is no pair"),
        ("map:Net 30", "“Net 30” in “map” is no pair"),
        ("map:a=1;a=2", "names “a” twice"),
    ],
)
def test_what_cannot_be_understood_is_said(transform: str, sentence: str) -> None:
    with pytest.raises(TransformError, match=sentence):
        parsed(transform)


forms = st.sampled_from(["trim", "upper", "lower", "title", "phone:US", "phone:DE"])
steps = forms | st.sampled_from(
    ["country:alpha2", "country:alpha3=name", "prefix:HS-", "unprefix:HS-"]
)
texts = st.text(max_size=30) | st.sampled_from(["Germany", "DE", "(555) 010-0199", "HS-7"])


@given(steps, texts)
def test_a_step_done_twice_is_a_step_done_once(step: str, text: str) -> None:
    once = parsed(step).apply(text)
    assert parsed(step).apply(once) == once


@given(forms, texts)
def test_a_value_brought_to_its_form_compares_as_it_did_before(step: str, text: str) -> None:
    transform = parsed(step)
    assert transform.form(transform.apply(text)) == transform.form(text)


_words = st.text("abcdefgh -;|=\\", min_size=1, max_size=6).map(str.strip).filter(bool)


def _escaped(text: str) -> str:
    return "".join(f"\\{one}" if one in ";|=\\" else one for one in text)


@given(st.lists(st.tuples(_words, _words), min_size=1, unique_by=(lambda p: p[0], lambda p: p[1])))
def test_options_map_there_and_back_whatever_is_in_their_names(
    pairs: list[tuple[str, str]],
) -> None:
    text = "map:" + ";".join(f"{_escaped(before)}={_escaped(after)}" for before, after in pairs)
    transform = parsed(text)
    for before, after in pairs:
        assert transform.apply(before) == after
        assert transform.undo(after) == before
