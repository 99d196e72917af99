"""Repeating a single write with the same request id."""

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, identity, sale


def count(books: Books) -> int:
    return books.query("select count(*) from Customer")["totalCount"]


def test_a_repeated_create_gets_the_first_answer(books: Books) -> None:
    body = {"DisplayName": "Acme"}
    first = books.ask("POST", "customer", body, requestid="r1")
    assert books.ask("POST", "customer", body, requestid="r1") == first
    assert count(books) == 1


def test_a_repeated_create_is_answered_even_after_a_deletion(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    body = {"CustomerRef": {"value": acme["Id"]}, "Line": [sale(item, 10)]}
    first = books.create("Invoice", body, requestid="r1")
    books.delete("Invoice", first)
    assert books.create("Invoice", body, requestid="r1") == first
    assert books.query("select * from Invoice") == {}


def test_a_repeated_update_is_not_stale(books: Books) -> None:
    acme = books.customer("Acme")
    first, again = (
        books.update("Customer", acme, {"Notes": "x"}, requestid="r1") for _ in range(2)
    )
    assert first == again
    assert books.fresh("Customer", acme)["SyncToken"] == "1"


def test_the_same_id_for_something_else_is_refused_unless_switched(books: Books) -> None:
    first = books.create("Customer", {"DisplayName": "Acme"}, requestid="r1")
    with pytest.raises(Refused) as refused:
        books.create("Customer", {"DisplayName": "Nordwind"}, requestid="r1")
    assert refused.value.code == "600"
    books.options(requestid_reused="first_answer")
    assert books.create("Customer", {"DisplayName": "Nordwind"}, requestid="r1") == first


def test_a_refused_write_is_tried_again_unless_faults_are_remembered(books: Books) -> None:
    acme = books.customer("Acme")
    body = identity(acme) | {"sparse": True, "SyncToken": "1", "Notes": "x"}
    with pytest.raises(Refused):
        books.ask("POST", "customer", body, requestid="r1")
    books.update("Customer", acme, {"Title": "Dr"})
    assert books.ask("POST", "customer", body, requestid="r1")["Customer"]["Notes"] == "x"
    books.options(requestid_remembers_faults=True)
    taken = {"DisplayName": "Acme"}
    with pytest.raises(Refused):
        books.create("Customer", taken, requestid="r2")
    books.update("Customer", books.fresh("Customer", acme), {"DisplayName": "Acme Ltd"})
    with pytest.raises(Refused) as replayed:
        books.create("Customer", taken, requestid="r2")
    assert replayed.value.code == "6240"


def test_ids_are_forgotten_in_time(books: Books) -> None:
    books.options(requestid_memory_seconds=60)
    acme, item = books.customer("Acme"), books.item()
    body = {"CustomerRef": {"value": acme["Id"]}, "Line": [sale(item, 10)]}
    first = books.create("Invoice", body, requestid="r1")
    books.sandbox.advance(61)
    assert books.create("Invoice", body, requestid="r1")["Id"] != first["Id"]


def test_an_id_has_50_characters(books: Books) -> None:
    books.create("Customer", {"DisplayName": "Acme"}, requestid="x" * 50)
    with pytest.raises(Refused) as refused:
        books.create("Customer", {"DisplayName": "Nordwind"}, requestid="x" * 51)
    assert refused.value.code == "2130"
