"""A list that was asked for a moment ago is a look-up of each record of it."""

import time
from typing import Any

import pytest

from syncapp.connectors.base import Cursor
from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.engine.records import Entity
from syncapp.engine.writes import FaultKind, Unknown
from tests.connectors.quickbooks.factories import create, customer, read, refusal, sent, update
from tests.sandbox.quickbooks.books import Books

NAME, EMAIL = "DisplayName", "PrimaryEmailAddr.Address"
CUSTOMERS = {Entity.CONTACT: Cursor()}


def listed(connector: QuickBooksConnector) -> Cursor:
    """Where the next pass goes on."""
    return [page.cursor for page in connector.changes(CUSTOMERS)][-1]


def asked(books: Books, connector: QuickBooksConnector, *names: str) -> tuple[set[str], int]:
    """Who was found by name, and by how many calls."""
    books.sandbox.forget_requests()
    found = connector.find(Entity.CONTACT, NAME, names)
    return set(found), books.sandbox.requests()["total"]


@pytest.fixture
def fresh(connect: Any) -> QuickBooksConnector:
    return connect(fresh_seconds=60)


def test_what_was_listed_just_now_is_not_asked_for_again(books, fresh):
    before = time.monotonic()
    books.customer("Nordwind", PrimaryEmailAddr={"Address": "ap@nordwind.test, boss@x.test"})
    listed(fresh)
    assert asked(books, fresh, "NORDWIND", "Acme") == ({"NORDWIND"}, 0)
    assert set(fresh.find(Entity.CONTACT, EMAIL, ["ap@nordwind.test"])) == {"ap@nordwind.test"}
    at = fresh.asked_at(Entity.CONTACT)
    assert at is not None
    assert before <= at <= time.monotonic()


def test_a_list_is_relied_on_for_half_the_time_in_which_a_write_must_go(books, connect):
    connector = connect(fresh_seconds=1)
    listed(connector)
    books.customer("Acme")
    time.sleep(0.6)
    assert connector.asked_at(Entity.CONTACT) is None
    assert asked(books, connector, "Acme") == ({"Acme"}, 1)


def test_who_was_switched_off_has_no_name_that_counts(books, fresh):
    books.create("Customer", {"DisplayName": "Nordwind", "Active": False})
    listed(fresh)
    assert asked(books, fresh, "Nordwind") == (set(), 0)


def test_our_own_writes_are_added_to_it(books, fresh):
    made = books.customer("Nordwind")
    listed(fresh)
    sent(fresh, create(Entity.CONTACT, {NAME: "Acme"}))
    sent(fresh, update(read(fresh, customer(made)), {NAME: "Nordwind GmbH"}))
    names = ("Acme", "Nordwind", "Nordwind GmbH")
    assert asked(books, fresh, *names) == ({"Acme", "Nordwind GmbH"}, 0)
    books.sandbox.forget_requests()
    keyed = create(Entity.CONTACT, {NAME: "Acme"})
    assert set(fresh.find_applied([keyed])) == {keyed.request_id}
    assert books.sandbox.requests()["total"] == 0


def test_a_refused_write_leaves_it_as_it_is(books, fresh):
    books.customer("Nordwind")
    listed(fresh)
    fault = refusal(fresh, create(Entity.CONTACT, {NAME: "Nordwind"}))
    assert fault.kind is FaultKind.ALREADY_EXISTS
    assert asked(books, fresh, "Nordwind") == ({"Nordwind"}, 0)


def test_after_a_write_without_an_answer_it_is_forgotten(books, fresh):
    listed(fresh)
    books.sandbox.fault(kind="drop_after_commit", method="POST", path="/customer$", times=9)
    (answer,) = fresh.apply([create(Entity.CONTACT, {NAME: "Acme"})])
    assert isinstance(answer, Unknown)
    assert fresh.asked_at(Entity.CONTACT) is None
    books.sandbox.clear_faults()
    assert asked(books, fresh, "Acme") == ({"Acme"}, 1)


def test_after_a_change_was_shown_it_is_forgotten(books, fresh):
    cursor = listed(fresh)
    books.customer("Acme")
    assert any(page.refs for page in fresh.changes({Entity.CONTACT: cursor}))
    assert fresh.asked_at(Entity.CONTACT) is None
    assert asked(books, fresh, "Acme") == ({"Acme"}, 1)
