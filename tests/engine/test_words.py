from datetime import date
from decimal import Decimal

import pytest

from syncapp.engine.records import Entity
from syncapp.engine.words import in_words, what_differs
from tests.engine.factories import H, discount, item, ref, text

SETUP = item("200.00", quantity="2.0", price="100.00", name="Setup")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        ("Oslo", "Oslo"),
        (Decimal("10.50"), "10.50"),
        (date(2026, 3, 1), "2026-03-01"),
        (ref(H, "9", Entity.INVOICE), "9"),
        ((SETUP,), "2 × 100.00 Setup = 200.00"),
        ((SETUP, discount("5.00", name="Loyalty")),
         "2 × 100.00 Setup = 200.00; discount Loyalty = 5.00"),
        ((discount("5.00"),), "discount = 5.00"),
    ],
)  # fmt: skip
def test_a_value_is_said_in_words(value, words):
    assert in_words(value) == words


def test_endless_text_is_cut():
    assert len(in_words("x" * 100_000)) < 10_000


def test_of_lines_only_those_that_moved_money_are_told():
    more = item("5.00", name="Call")
    assert what_differs((SETUP,), (SETUP, text("thanks"), more)) == (
        "nothing",
        "1 × 5.00 Call = 5.00",
    )
    assert what_differs((SETUP, more), (SETUP,)) == ("1 × 5.00 Call = 5.00", "nothing")


def test_one_of_two_equal_lines_is_told():
    assert what_differs((SETUP, SETUP), (SETUP,)) == ("2 × 100.00 Setup = 200.00", "nothing")


def test_plain_values_are_told_as_they_are():
    assert what_differs(Decimal(1), Decimal(2)) == ("1", "2")
    assert what_differs(None, "Oslo") == ("", "Oslo")
