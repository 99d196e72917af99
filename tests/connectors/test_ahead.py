import threading
from collections.abc import Iterator

import pytest

from syncapp.connectors.ahead import ReadAhead


def test_one_page_is_read_ahead_and_no_more() -> None:
    read: list[int] = []

    def pages() -> Iterator[int]:
        for number in range(4):
            read.append(number)
            yield number

    with ReadAhead(1, "lists") as ahead:
        listing = ahead.of(pages())
        assert next(listing) == 0
        assert next(listing) == 1
    assert 3 not in read


def test_lists_are_begun_together_and_shown_one_after_the_other() -> None:
    met = threading.Barrier(2, timeout=5)  # broken where one list waits for the other

    def pages(name: str) -> Iterator[str]:
        met.wait()
        yield from (f"{name}{number}" for number in range(3))

    with ReadAhead(2, "lists") as ahead:
        lists = [ahead.of(pages(name)) for name in "ab"]
        assert [page for one in lists for page in one] == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_what_goes_wrong_in_a_list_is_raised_when_its_turn_comes() -> None:
    def pages() -> Iterator[int]:
        yield 1
        raise LookupError

    with ReadAhead(1, "lists") as ahead:
        listing = ahead.of(pages())
        assert next(listing) == 1
        with pytest.raises(LookupError):
            next(listing)


def test_without_a_list_no_thread_is_started() -> None:
    before = threading.active_count()
    with ReadAhead(0, "lists"):
        assert threading.active_count() == before
