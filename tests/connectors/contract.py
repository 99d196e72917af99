"""What every connector promises, whatever the vendor. A vendor's tests derive from it and provide
the fixtures `connector` (prepared for writing), `rehearsal` (one that may only read) and `world`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import pytest

from syncapp.connectors.base import ChangePage, Connector, Cursor, Seen
from syncapp.engine.records import Entity, Presence, RecordRef, Snapshot, Value
from syncapp.engine.writes import Done, KeyedWrite, Operation, Refused, Unknown, Write
from syncapp.errors import InvariantBroken, Unavailable

FIRST = {Entity.CONTACT: Cursor()}


class World(Protocol):
    """One vendor's side, arranged by people and by tests."""

    account_id: str
    email_field: str
    name_field: str

    def make_contact(self, name: str, email: str) -> RecordRef: ...

    def rename_contact(self, ref: RecordRef, name: str) -> None: ...

    def absent_contact(self) -> RecordRef:
        """An id nobody has."""
        ...

    def new_contact(self, name: str, email: str) -> dict[str, Value]:
        """The fields of a contact to be created."""
        ...

    def refused_contact(self) -> dict[str, Value]:
        """Fields the vendor refuses."""
        ...

    def source(self, number: int) -> RecordRef:
        """The record on the other side whose copy a create makes."""
        ...

    def contacts_named(self, name: str) -> int: ...

    def break_writes(self, kind: str) -> None:
        """The next call that writes a record meets this fault of the sandbox."""
        ...

    def calls(self) -> int: ...


class ConnectorContract:
    def test_it_says_whose_account_it_opens(self, connector: Connector, world: World) -> None:
        assert connector.account().id == world.account_id

    def test_it_lists_everything_the_first_time(self, connector: Connector, world: World) -> None:
        made = {world.make_contact(f"Person {n}", f"p{n}@acme.test") for n in range(3)}
        pages = list(connector.changes(FIRST))
        assert made <= refs_of(pages)
        assert pages[-1].cursor.since is not None

    def test_it_sends_full_snapshots_or_fetches_the_same(
        self, connector: Connector, world: World
    ) -> None:
        ref = world.make_contact("Ada", "ada@acme.test")
        listed = [page.snapshots.get(ref) for page in connector.changes(FIRST)]
        fetched = connector.fetch([ref])[ref]
        assert all(snapshot in (None, fetched) for snapshot in listed)
        assert fetched.get(world.email_field) == "ada@acme.test"
        assert fetched.presence is Presence.LIVE

    def test_it_resumes_a_listing_where_it_was_left(
        self, connector: Connector, world: World
    ) -> None:
        made = {world.make_contact(f"Person {n}", f"p{n}@acme.test") for n in range(3)}
        first = next(iter(connector.changes(FIRST)))
        rest = list(connector.changes({Entity.CONTACT: first.cursor}))
        assert made <= refs_of([first, *rest])

    def test_it_reports_what_changed_since(self, connector: Connector, world: World) -> None:
        changed = world.make_contact("Ada", "ada@acme.test")
        cursor = list(connector.changes(FIRST))[-1].cursor
        world.rename_contact(changed, "Ada Berg")
        fresh = world.make_contact("Ben", "ben@acme.test")
        later = refs_of(connector.changes({Entity.CONTACT: cursor}))
        assert {changed, fresh} <= later

    def test_it_reports_a_change_made_while_listing(
        self, connector: Connector, world: World
    ) -> None:
        ref = world.make_contact("Ada", "ada@acme.test")
        pages = []
        for page in connector.changes(FIRST):
            world.rename_contact(ref, f"Ada {len(pages)}")
            pages.append(page)
        assert ref in refs_of(connector.changes({Entity.CONTACT: pages[-1].cursor}))

    def test_it_answers_every_ref_it_is_asked_for(self, connector: Connector, world: World) -> None:
        ref, absent = world.make_contact("Ada", "ada@acme.test"), world.absent_contact()
        found = connector.fetch([ref, absent])
        assert found[ref].presence is Presence.LIVE
        assert found[absent].presence is Presence.GONE

    def test_a_version_told_cheaply_is_that_of_the_snapshot(
        self, connector: Connector, world: World
    ) -> None:
        ref, absent = world.make_contact("Ada", "ada@acme.test"), world.absent_contact()
        before = world.calls()
        told = connector.versions([ref, absent])
        assert world.calls() - before <= 1
        assert told in ({}, {ref: Seen(connector.fetch([ref])[ref].version)})

    def test_it_asks_nobody_for_nothing(self, connector: Connector, world: World) -> None:
        before = world.calls()
        assert connector.fetch([]) == {}
        assert connector.find(Entity.CONTACT, world.email_field, []) == {}
        assert list(connector.apply([])) == []
        assert connector.find_applied([]) == {}
        assert world.calls() == before

    def test_it_raises_rather_than_call_a_record_gone(
        self, connector: Connector, world: World, sandbox: Any
    ) -> None:
        ref = world.make_contact("Ada", "ada@acme.test")
        sandbox.fault("status", status=503)
        with pytest.raises(Unavailable):
            connector.fetch([ref])

    def test_it_finds_by_value_whatever_the_case(self, connector: Connector, world: World) -> None:
        ref = world.make_contact("Ada", "ada@acme.test")
        world.make_contact("Ben", "ben@acme.test")
        values = ["ADA@acme.test", "nobody@acme.test"]
        found = connector.find(Entity.CONTACT, world.email_field, values)
        assert set(found) == {"ADA@acme.test"}
        assert [snapshot.ref for snapshot in found["ADA@acme.test"]] == [ref]

    def test_it_creates_and_answers_with_the_record(
        self, connector: Connector, world: World
    ) -> None:
        (answer,) = send(connector, creates(world, 1))
        snapshot = done(answer)
        assert snapshot == connector.fetch([snapshot.ref])[snapshot.ref]
        assert snapshot.get(world.email_field) == "new1@acme.test"

    def test_a_create_sent_twice_makes_one_record(self, connector: Connector, world: World) -> None:
        writes = connector.pack(creates(world, 1))
        connector.apply(writes)
        (again,) = connector.apply(writes)
        assert done(again).get(world.email_field) == "new1@acme.test"
        assert world.contacts_named("New 1") == 1

    def test_it_sends_many_creates_in_few_calls(self, connector: Connector, world: World) -> None:
        writes = creates(world, 20)
        before = world.calls()
        assert len([done(answer) for answer in send(connector, writes)]) == 20
        assert world.calls() - before <= 2

    def test_one_refused_record_does_not_stop_the_others(
        self, connector: Connector, world: World
    ) -> None:
        good, bad, other = creates(world, 3)
        bad = replace(bad, write=replace(bad.write, fields=world.refused_contact()))
        answers = send(connector, [good, bad, other])
        assert isinstance(answers[0], Done)
        assert isinstance(answers[1], Refused)
        assert isinstance(answers[2], Done)
        assert answers[1].fault.message

    def test_it_updates_what_changed_and_nothing_else(
        self, connector: Connector, world: World
    ) -> None:
        ref = world.make_contact("Ada", "ada@acme.test")
        before = connector.fetch([ref])[ref]
        (answer,) = send(connector, [update(world, before, "Ada Berg")])
        after = connector.fetch([ref])[ref]
        assert done(answer) == after
        assert after.get(world.name_field) == "Ada Berg"
        assert after.get(world.email_field) == "ada@acme.test"

    @pytest.mark.parametrize("kind", ["drop_after_commit", "drop_before_commit", "malformed"])
    def test_a_write_without_a_trustworthy_answer_is_unknown(
        self, connector: Connector, world: World, kind: str
    ) -> None:
        world.break_writes(kind)
        answers = send(connector, creates(world, 2))
        assert [type(answer) for answer in answers] == [Unknown, Unknown]

    def test_it_finds_a_write_whose_answer_was_lost(
        self, connector: Connector, world: World
    ) -> None:
        lost, never = creates(world, 2)
        world.break_writes("drop_after_commit")
        send(connector, [lost])
        found = connector.find_applied([lost, never])
        assert set(found) == {lost.request_id}
        assert found[lost.request_id].get(world.email_field) == "new1@acme.test"

    def test_it_knows_whether_an_update_has_happened(
        self, connector: Connector, world: World
    ) -> None:
        ref = world.make_contact("Ada", "ada@acme.test")
        keyed = update(world, connector.fetch([ref])[ref], "Ada Berg")
        assert connector.find_applied([keyed]) == {}
        send(connector, [keyed])
        assert set(connector.find_applied([keyed])) == {keyed.request_id}

    def test_a_rehearsal_writes_nothing(self, rehearsal: Connector, world: World) -> None:
        ref = world.make_contact("Ada", "ada@acme.test")
        assert rehearsal.fetch([ref])[ref].presence is Presence.LIVE
        with pytest.raises(InvariantBroken):
            send(rehearsal, creates(world, 1))
        assert world.contacts_named("New 1") == 0

    def test_it_describes_the_fields_the_tests_use(
        self, connector: Connector, world: World
    ) -> None:
        names = {info.name: info for info in connector.describe(Entity.CONTACT)}
        assert names[world.email_field].type == "text"
        assert not names[world.name_field].is_read_only


def send(connector: Connector, writes: Sequence[KeyedWrite]) -> Sequence[object]:
    """Single-step writes, as the pipeline sends them."""
    stepped = [replace(one, write=connector.steps(one.write)[0]) for one in writes]
    return connector.apply(connector.pack(stepped))


def creates(world: World, count: int) -> list[KeyedWrite]:
    side = world.source(1).side.other
    return [
        KeyedWrite(
            Write(
                side,
                Entity.CONTACT,
                Operation.CREATE,
                world.new_contact(f"New {number}", f"new{number}@acme.test"),
                source=world.source(number),
            ),
            f"create-{number}",
        )
        for number in range(1, count + 1)
    ]


def update(world: World, before: Snapshot, name: str) -> KeyedWrite:
    write = Write(
        before.ref.side,
        before.ref.entity,
        Operation.UPDATE,
        {world.name_field: name},
        target=before.ref,
        expected_version=before.version,
        before=before,
    )
    return KeyedWrite(write, "update-1")


def done(answer: object) -> Snapshot:
    assert isinstance(answer, Done), answer
    assert answer.snapshot is not None
    return answer.snapshot


def refs_of(pages: object) -> set[RecordRef]:
    found: set[RecordRef] = set()
    for page in pages:  # type: ignore[attr-defined]
        assert isinstance(page, ChangePage)
        found |= {*page.refs, *page.removed}
    return found
