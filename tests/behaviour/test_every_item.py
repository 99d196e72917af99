"""The list of behaviours and the tests that name its items belong together."""

from tests.behaviour.items import ITEMS
from tests.behaviour.table import PAGE, page, proofs


def test_every_documented_item_has_a_test_or_a_reason():
    found = proofs()
    unproven = {one.id for one in ITEMS.values() if one.must_be_proven and one.id not in found}
    assert not unproven


def test_no_test_names_an_item_that_is_not_on_the_list():
    assert not set(proofs()) - set(ITEMS)


def test_the_list_is_whole():
    counts = {"A": 17, "B": 16, "C": 15, "D": 43, "E": 11, "F": 10, "G": 23, "H": 11, "I": 8,
              "J": 10, "L": 20}  # fmt: skip
    assert {letter: sum(one[0] == letter for one in ITEMS) for letter in counts} == counts
    assert sum(counts.values()) == len(ITEMS)


def test_the_page_is_up_to_date():
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(proofs()), "python -m tests.behaviour.table > docs/behaviour.md"
