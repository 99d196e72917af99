"""What a pass remembers of what it read, however much that is."""

from collections.abc import Iterator

import pytest

from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.pipeline.memory import Memory

AT_HAND = 3


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(clock: Clock) -> Iterator[Memory]:
    memory = Memory(at_hand=AT_HAND, clock=clock)
    yield memory
    memory.close()


def contact(number: int, version: str = "1", side: Side = Side.HUBSPOT) -> Snapshot:
    return Snapshot(RecordRef(side, Entity.CONTACT, str(number)), {"email": "a@b.no"}, version)


def test_what_was_put_away_comes_back_as_it_was(memory: Memory) -> None:
    read = [contact(number) for number in range(10)]
    for one in read:
        memory.keep(one)
    assert [memory.get(one.ref) for one in read] == read
    assert memory.get(RecordRef(Side.QUICKBOOKS, Entity.CONTACT, "1")) is None
    assert memory.get(RecordRef(Side.HUBSPOT, Entity.PRODUCT, "1")) is None


def test_the_latest_reading_counts_wherever_the_older_one_lies(memory: Memory) -> None:
    for number in range(10):
        memory.keep(contact(number))
    memory.keep(contact(0, "2"))
    assert memory.get(contact(0).ref) == contact(0, "2")
    for number in range(1, 10):
        memory.keep(contact(number))
    assert memory.get(contact(0).ref) == contact(0, "2")


def test_what_was_forgotten_is_gone_at_hand_and_put_away(memory: Memory) -> None:
    for number in range(5):
        memory.keep(contact(number))
    memory.forget([contact(0).ref, contact(4).ref])
    assert memory.get(contact(0).ref) is None
    assert memory.get(contact(4).ref) is None
    assert memory.is_older(contact(0).ref, 60)


def test_age_is_that_of_the_reading_and_not_of_putting_it_away(
    memory: Memory, clock: Clock
) -> None:
    memory.keep(contact(0))
    clock.now = 50
    for number in range(1, 5):
        memory.keep(contact(number))
    clock.now = 70
    assert memory.get(contact(0).ref, within=60) is None
    assert memory.get(contact(0).ref, within=80) == contact(0)
    assert memory.is_older(contact(0).ref, 60)
    assert not memory.is_older(contact(1).ref, 60)


def test_records_are_found_by_their_keys_on_their_own_side(memory: Memory) -> None:
    assert memory.known_by(Side.HUBSPOT, ["a@b.no"]) == set()
    here, too = contact(1), contact(2)
    there = contact(1, side=Side.QUICKBOOKS)
    for one in (here, too, there, here):
        memory.note(one.ref, "a@b.no")
    memory.note(contact(3).ref, "c@d.no")
    memory.forget([here.ref])
    assert memory.known_by(Side.HUBSPOT, ["a@b.no", "x"]) == {here.ref, too.ref}
    assert memory.known_by(Side.QUICKBOOKS, ["a@b.no", "c@d.no"]) == {there.ref}
