"""The latest of what was seen, and no more of it than it was allowed."""

from hypothesis import given
from hypothesis import strategies as st

from syncapp.connectors.recent import Recent


@given(st.lists(st.integers(0, 9)), st.integers(1, 5))
def test_those_kept_last_are_held_in_the_value_of_the_last_time(seen: list[int], most: int) -> None:
    recent: Recent[int, int] = Recent(most)
    for place, one in enumerate(seen):
        recent.keep(one, place)
    last = {one: place for place, one in enumerate(seen)}
    held = sorted(last, key=last.__getitem__)[-most:]
    assert {one: recent.get(one) for one in range(10) if one in recent} == {
        one: last[one] for one in held
    }
