"""Change data capture."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, sale


def ago(**distance: int) -> str:
    return (datetime.now(UTC) - timedelta(**distance)).isoformat(timespec="seconds")


def test_it_answers_changed_records_whole_with_deleted_ones_last(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    first, second = (books.invoice(acme, sale(item, n)) for n in (10, 20))
    books.delete("Invoice", first)
    changes = books.changes("Customer,Invoice,Payment", ago(minutes=5))
    assert changes["Customer"] == [books.fresh("Customer", acme)]
    live, gone = changes["Invoice"]
    assert live == second
    assert (gone["Id"], gone["status"], gone["domain"]) == (first["Id"], "Deleted", "QBO")
    assert gone["MetaData"]["LastUpdatedTime"]
    assert "Payment" not in changes


def test_every_entity_asked_for_has_its_place_in_the_answer(books: Books) -> None:
    books.customer("Acme")
    answer = books.ask("GET", "cdc", entities="Payment,Customer", changedSince=ago(minutes=5))
    payments, customers = answer["CDCResponse"][0]["QueryResponse"]
    assert payments == {}
    counts = {name: customers[name] for name in ("startPosition", "maxResults", "totalCount")}
    assert counts == {"startPosition": 1, "maxResults": 1, "totalCount": 1}
    assert answer["time"]
    books.options(cdc_order="alphabetical")
    answer = books.ask("GET", "cdc", entities="Payment,Customer", changedSince=ago(minutes=5))
    assert "Customer" in answer["CDCResponse"][0]["QueryResponse"][0]


def test_it_leaves_out_what_did_not_change_since(books: Books) -> None:
    books.customer("Acme")
    books.sandbox.advance(1800)
    nordwind = books.customer("Nordwind")
    since = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
    assert books.changes("Customer", since)["Customer"] == [nordwind]


def test_changes_come_oldest_first(books: Books) -> None:
    made = [books.customer(name) for name in ("Acme", "Nordwind", "Zoë")]
    books.sandbox.advance(5)
    books.update("Customer", made[0], {"Notes": "last"})
    ids = [one["Id"] for one in books.changes("Customer", ago(minutes=5))["Customer"]]
    assert ids == [made[1]["Id"], made[2]["Id"], made[0]["Id"]]


def test_a_payment_makes_its_invoice_a_change(books: Books) -> None:
    acme = books.customer("Acme")
    invoice = books.invoice(acme, sale(books.item(), 10))
    books.sandbox.advance(1800)
    books.person("pay", "Invoice", invoice["Id"])
    since = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
    (changed,) = books.changes("Invoice", since)["Invoice"]
    assert (changed["Balance"], changed["SyncToken"]) == (0, "1")


def test_inactive_entries_are_shown_or_not(books: Books) -> None:
    books.update("Customer", books.customer("Acme"), {"Active": False})
    (gone,) = books.changes("Customer", ago(minutes=5))["Customer"]
    assert gone["Active"] is False
    books.options(cdc_shows_inactive=False)
    assert books.changes("Customer", ago(minutes=5)) == {}


def test_it_looks_back_thirty_days_at_most(books: Books) -> None:
    books.changes("Customer", ago(days=29))
    with pytest.raises(Refused) as refused:
        books.changes("Customer", ago(days=31))
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("entities", "since"),
    [("TaxCode", "2026-11-01"), ("Colour", "2026-11-01"), ("", "2026-11-01"), ("Customer", "")],
)
def test_it_refuses_what_it_does_not_capture(books: Books, entities: str, since: str) -> None:
    with pytest.raises(Refused):
        books.changes(entities, since)


def test_an_answer_holds_a_limited_number_of_objects_and_does_not_say_so(books: Books) -> None:
    for n in range(4):
        books.customer(f"Customer {n}")
        books.item(f"Item {n}")
    books.options(cdc_max=5)
    changes = books.changes("Customer,Item", ago(minutes=5))
    assert [len(found) for found in changes.values()] == [4, 1]
    books.options(cdc_limit_counts="entity")
    changes = books.changes("Customer,Item", ago(minutes=5))
    assert [len(found) for found in changes.values()] == [4, 4]
