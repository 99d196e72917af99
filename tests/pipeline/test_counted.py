"""Links by a bit each, as a set would have them."""

from hypothesis import given
from hypothesis import strategies as st

from syncapp.pipeline.guards.counted import Counted

IDS = st.integers(1, 5_000) | st.integers(1, 2**62)


@given(st.lists(st.lists(IDS)), IDS)
def test_each_link_counts_once(helpings: list[list[int]], other: int) -> None:
    counted, plain = Counted(), set[int]()
    for ids in helpings:
        counted.add(ids)
        plain.update(ids)
        assert len(counted) == len(plain)
    assert all(one in counted for one in plain)
    assert (other in counted) == (other in plain)
