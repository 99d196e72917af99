"""What the safety brake lets through."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.safety import Deed, Kind, Limits, deed_of, in_words, stops
from syncapp.engine.writes import Operation, Write

DEEDS = st.builds(Deed, st.sampled_from(Kind), st.sampled_from(Entity), st.sampled_from(Side))
H = Side.HUBSPOT
MIRROR = RecordRef(H, Entity.INVOICE, "7")


def test_the_larger_of_number_and_share_counts() -> None:
    limits = Limits()
    assert [limits.of(Kind.MAKE, links) for links in (0, 500, 501, 1000)] == [100, 100, 100, 200]
    assert [limits.of(Kind.REMOVE, links) for links in (0, 200, 1000)] == [10, 10, 50]


def test_creates_voids_and_archives_are_counted_and_updates_are_not() -> None:
    def write(operation: Operation, **fields: str) -> Write:
        return Write(H, Entity.INVOICE, operation, fields, target=MIRROR)

    assert deed_of(write(Operation.CREATE)) == Deed(Kind.MAKE, Entity.INVOICE, H)
    assert deed_of(write(Operation.ARCHIVE)) == Deed(Kind.REMOVE, Entity.INVOICE, H)
    assert deed_of(write(Operation.VOID)) == Deed(Kind.REMOVE, Entity.INVOICE, H)
    voided = write(Operation.UPDATE, hs_invoice_status="voided")
    assert deed_of(voided) == Deed(Kind.REMOVE, Entity.INVOICE, H)
    assert deed_of(write(Operation.UPDATE, hs_invoice_status="paid")) is None


@given(st.dictionaries(DEEDS, st.integers(0, 50)), st.dictionaries(DEEDS, st.integers(0, 50)))
def test_exactly_what_goes_beyond_its_limit_is_stopped(planned, allowed) -> None:
    found = stops(Counter(planned), allowed)
    assert {one.deed for one in found} == {
        deed for deed, number in planned.items() if number > allowed.get(deed, 0)
    }
    assert all(one.planned > one.allowed for one in found)


@given(st.dictionaries(DEEDS, st.integers(0, 10**6)))
def test_no_limit_stops_nothing(planned) -> None:
    assert stops(Counter(planned), dict.fromkeys(planned)) == ()


def test_the_sentence_names_number_place_and_limit() -> None:
    deed = Deed(Kind.REMOVE, Entity.PAYMENT, H)
    assert in_words(stops({deed: 1200}, {deed: 10})) == (
        "void or archive 1,200 payments in HubSpot, and 10 may go without asking"
    )
