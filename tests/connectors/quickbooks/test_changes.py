from datetime import UTC, datetime, timedelta

import pytest

from syncapp.connectors.base import Cursor
from syncapp.connectors.quickbooks import changes
from syncapp.engine.records import Entity
from tests.connectors.quickbooks.factories import allocation, customer, invoice, ref
from tests.sandbox.quickbooks.books import applied, sale

EVERYTHING = {entity: Cursor() for entity in Entity}


def _cursors(pages):
    return {page.entity: page.cursor for page in pages}


def _refs(pages, entity):
    return [one for page in pages if page.entity is entity for one in page.refs]


def _calls(books, path):
    by_endpoint = books.sandbox.requests()["by_endpoint"]
    return sum(count for endpoint, count in by_endpoint.items() if endpoint.endswith(path))


def _many(books, entity, bodies):
    for start in range(0, len(bodies), 30):
        batch = enumerate(bodies[start : start + 30])
        books.batch(*({"bId": str(n), "operation": "create", entity: body} for n, body in batch))


def _many_customers(books, count):
    _many(books, "Customer", [{"DisplayName": f"Customer {number}"} for number in range(count)])


def _many_invoices(books, count, buyer, item):
    body = {"CustomerRef": {"value": buyer["Id"]}, "Line": [sale(item, 1)]}
    _many(books, "Invoice", [body] * count)


def test_an_idle_pass_is_one_call_for_all_entities(books, quickbooks):
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    books.sandbox.advance(60)
    books.sandbox.forget_requests()
    pages = list(quickbooks.changes(cursors))
    assert {page.entity: page.refs for page in pages} == dict.fromkeys(Entity, ())
    assert books.sandbox.requests()["total"] == 1
    assert _cursors(pages) == cursors  # nothing to store


def test_a_cursor_that_saw_nothing_goes_on_once_an_hour(books, quickbooks):
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    books.sandbox.advance(3700)
    later = _cursors(quickbooks.changes(cursors))
    assert all(later[entity].since > cursors[entity].since for entity in Entity)


def test_changes_come_with_full_snapshots(books, quickbooks):
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    buyer = books.customer()
    bill = books.invoice(buyer, sale(books.item(), 100))
    pages = list(quickbooks.changes(cursors))
    snapshots = {key: one for page in pages for key, one in page.snapshots.items()}
    assert snapshots[customer(buyer)].get("DisplayName") == "Nordwind"
    assert snapshots[invoice(bill)].get("CustomerRef") == customer(buyer)


def test_the_cursor_follows_the_clock_of_the_company(books, quickbooks):
    books.sandbox.advance(7200)
    (page,) = quickbooks.changes({Entity.CONTACT: Cursor()})
    assert page.cursor.since > datetime.now(UTC) + timedelta(seconds=7100)


def test_a_new_payment_is_its_allocations_and_a_changed_one_is_named_whole(books, quickbooks):
    buyer, item = books.customer(), books.item()
    bills = [books.invoice(buyer, sale(item, 100)) for _ in range(2)]
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    books.sandbox.advance(10)
    payment = books.payment(buyer, 150, applied(bills[0], 100), applied(bills[1], 50))
    pages = list(quickbooks.changes(cursors))
    both = [allocation(payment, bill) for bill in bills]
    assert _refs(pages, Entity.PAYMENT) == both
    books.update("Payment", payment, {"Line": [applied(bills[0], 100)]})
    pages = list(quickbooks.changes(_cursors(pages)))
    whole = ref(Entity.PAYMENT, payment["Id"])
    assert set(_refs(pages, Entity.PAYMENT)) == {both[0], whole}


def test_deletions_are_reported_as_removed(books, quickbooks):
    buyer = books.customer()
    bill = books.invoice(buyer, sale(books.item(), 100))
    payment = books.payment(buyer, 100, applied(bill, 100))
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    books.person("delete", "Payment", payment["Id"])
    books.person("delete", "Invoice", bill["Id"])
    removed = {one for page in quickbooks.changes(cursors) for one in page.removed}
    assert removed == {ref(Entity.PAYMENT, payment["Id"]), invoice(bill)}


def test_who_was_switched_off_is_listed_too(books, quickbooks):
    made = books.customer()
    books.person("deactivate", "Customer", made["Id"])
    assert customer(made) in _refs(quickbooks.changes(EVERYTHING), Entity.CONTACT)


def test_an_edit_shortly_before_the_cursor_is_read_again(books, connect):
    connector = connect(overlap_seconds=120)
    made = books.customer()
    cursors = _cursors(connector.changes(EVERYTHING))
    assert customer(made) in _refs(connector.changes(cursors), Entity.CONTACT)


def test_a_long_list_is_read_in_pages_of_a_thousand_and_resumed(books, quickbooks):
    _many_customers(books, 1205)
    books.sandbox.forget_requests()
    first, second = quickbooks.changes({Entity.CONTACT: Cursor()})
    assert (len(first.refs), len(second.refs)) == (1000, 205)
    assert books.sandbox.requests()["total"] == 2
    assert second.total == 1205
    (rest,) = quickbooks.changes({Entity.CONTACT: first.cursor})
    assert rest.refs == second.refs


def test_a_deletion_between_two_pages_skips_nobody(books, quickbooks):
    buyer, item = books.customer(), books.item()
    _many_invoices(books, 1020, buyer, item)
    pages = quickbooks.changes({Entity.INVOICE: Cursor()})
    first = next(pages)
    for gone in first.refs[:15]:
        books.person("delete", "Invoice", gone.id)
    rest = [one for page in pages for one in page.refs]
    assert len({*first.refs, *rest}) == 1020


@pytest.mark.parametrize("counts", ["answer", "entity"])
def test_a_full_answer_is_not_believed_to_be_complete(books, quickbooks, counts):
    books.options(cdc_limit_counts=counts)
    buyer, item = books.customer("Nordwind"), books.item()
    bill = books.invoice(buyer, sale(item, 100))
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    books.sandbox.advance(30)
    _many_customers(books, 1100)
    books.sandbox.advance(30)
    books.person("delete", "Invoice", bill["Id"])
    fresh = books.invoice(buyer, sale(item, 5))
    books.sandbox.forget_requests()
    pages = list(quickbooks.changes(cursors))
    assert len(set(_refs(pages, Entity.CONTACT))) >= 1100
    assert invoice(fresh) in _refs(pages, Entity.INVOICE)
    assert invoice(bill) in [one for page in pages for one in page.removed]
    assert books.sandbox.requests()["total"] <= 7
    assert {page.entity for page in pages} == set(Entity)


def test_a_deletion_hidden_by_a_full_answer_is_found(books, quickbooks):
    buyer, item = books.customer(), books.item()
    bill = books.invoice(buyer, sale(item, 100))
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    books.sandbox.advance(100)
    _many_invoices(books, 1050, buyer, item)
    books.sandbox.advance(1000)
    books.person("delete", "Invoice", bill["Id"])
    pages = list(quickbooks.changes(cursors))
    assert len(set(_refs(pages, Entity.INVOICE))) >= 1050
    assert invoice(bill) in [one for page in pages for one in page.removed]


def test_a_deletion_before_many_changes_of_two_kinds_is_found(books, quickbooks):
    books.options(cdc_limit_counts="answer")
    buyer, item = books.customer(), books.item()
    bill = books.invoice(buyer, sale(item, 100))
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    books.sandbox.advance(100)
    books.person("delete", "Invoice", bill["Id"])
    books.sandbox.advance(1000)
    _many_customers(books, 480)
    _many_invoices(books, 530, buyer, item)
    pages = list(quickbooks.changes(cursors))
    assert invoice(bill) in [one for page in pages for one in page.removed]


def _idle_pages(books, quickbooks, cursors):
    books.sandbox.advance(60)
    books.sandbox.forget_requests()
    pages = list(quickbooks.changes(cursors))
    cursors |= _cursors(pages)
    return pages


@pytest.mark.parametrize("counts", ["answer", "entity"])
def test_deletions_that_an_answer_had_no_room_for_are_found_by_who_is_there(
    books, quickbooks, monkeypatch, counts
):
    monkeypatch.setattr(changes, "FULL", 60)
    books.options(cdc_limit_counts=counts, cdc_max=60)
    buyer, item = books.customer(), books.item()
    bills = [books.invoice(buyer, sale(item, 100)) for _ in range(2)]
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    books.sandbox.advance(100)
    books.person("delete", "Invoice", bills[0]["Id"])
    books.sandbox.advance(1000)
    _many_invoices(books, 90, buyer, item)
    cursors |= _cursors(quickbooks.changes(cursors))
    _idle_pages(books, quickbooks, cursors)  # the overlap
    (there,) = [
        page.there for page in _idle_pages(books, quickbooks, cursors) if page.there is not None
    ]
    assert (bills[0]["Id"] in there, bills[1]["Id"] in there, len(there)) == (False, True, 91)
    assert books.sandbox.requests()["total"] == 2
    assert not any(page.there for page in _idle_pages(books, quickbooks, cursors))
    assert books.sandbox.requests()["total"] == 1


def test_a_cursor_from_long_ago_means_a_full_listing(books, quickbooks):
    made = books.customer()
    old = Cursor(since=datetime.now(UTC) - timedelta(days=40))
    books.sandbox.forget_requests()
    (page,) = quickbooks.changes({Entity.CONTACT: old})
    assert customer(made) in page.refs
    assert _calls(books, "/cdc") == 0


def test_a_look_back_that_quickbooks_finds_too_long_means_a_full_listing(books, quickbooks):
    """Its clock decides, and may not be ours."""
    made = books.customer()
    cursors = _cursors(quickbooks.changes({Entity.CONTACT: Cursor()}))
    books.sandbox.advance(40 * 86_400)
    (page,) = quickbooks.changes(cursors)
    assert customer(made) in page.refs
    assert page.cursor.since > cursors[Entity.CONTACT].since + timedelta(days=39)


def test_one_row_that_cannot_be_understood_hides_no_other(books, quickbooks):
    good, bad = books.customer("Good"), books.customer("Bad")
    rows = [books.fresh("Customer", good), books.fresh("Customer", bad) | {"MetaData": "soon"}]
    body = {"QueryResponse": {"Customer": rows}, "time": rows[0]["MetaData"]["CreateTime"]}
    books.sandbox.fault("status", status=200, path="/query$", times=1, body=body)
    (page,) = quickbooks.changes({Entity.CONTACT: Cursor()})
    assert list(page.snapshots) == [customer(good)]
    assert set(page.refs) == {customer(good), customer(bad)}
    assert page.unreadable == {customer(bad)}
    assert page.cursor.since is not None


@pytest.mark.parametrize(("late", "step"), [(2000, 700), (70_000, 7200)])
def test_a_change_that_is_told_late_is_found_by_looking_further_back(books, quickbooks, late, step):
    """Once an hour, and once a day."""
    cursors = _cursors(quickbooks.changes(EVERYTHING))
    books.options(cdc_lag_seconds=late)
    hidden = books.customer("Late")
    told = []
    for _ in range(14):
        books.sandbox.advance(step)
        pages = list(quickbooks.changes(cursors))
        told += _refs(pages, Entity.CONTACT)
        cursors = _cursors(pages)
    assert customer(hidden) in told
