"""Batches, change data capture and queries, by python-quickbooks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import QuickbooksException, ValidationException
from quickbooks.objects.customer import Customer
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item


def named(name: str) -> Customer:
    customer = Customer()
    customer.DisplayName = name
    return customer


def test_a_batch_creates_and_tells_what_it_could_not(qb: QuickBooks) -> None:
    result = batch_create([named("Acme"), named("Nordwind"), named("acme")], qb=qb)
    assert [made.DisplayName for made in result.successes] == ["Acme", "Nordwind"]
    (fault,) = result.faults
    assert fault.Error[0].code == "6240"
    assert fault.original_object.DisplayName == "acme"


def test_more_than_thirty_go_in_several_batches(qb: QuickBooks) -> None:
    made = batch_create([named(f"Customer {n}") for n in range(35)], qb=qb).successes
    for customer in made:
        customer.Notes = "x"
    assert len(batch_update(made, qb=qb).successes) == 35
    assert {customer.Notes for customer in Customer.all(max_results=1000, qb=qb)} == {"x"}


def test_a_batch_deletes(qb: QuickBooks, bill: Callable[..., Invoice]) -> None:
    invoices = [bill(), bill()]
    assert batch_delete(invoices, qb=qb).faults == []
    assert Invoice.all(qb=qb) == []


def test_changes_are_captured_with_deletions(
    qb: QuickBooks, bill: Callable[..., Invoice], customer: Customer
) -> None:
    kept, gone = bill(), bill()
    gone.delete(qb=qb)
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="seconds")
    changes = change_data_capture([Customer, Invoice, Item], since, qb=qb)
    assert [one.Id for one in changes.Customer] == [customer.Id]
    live, deleted = changes.Invoice
    assert (live.Id, live.TotalAmt) == (kept.Id, 100)
    assert (deleted.Id, deleted.status) == (gone.Id, "Deleted")


def test_changes_of_long_ago_are_refused(qb: QuickBooks) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=40)
    with pytest.raises(QuickbooksException):
        change_data_capture([Customer], long_ago.isoformat(timespec="seconds"), qb=qb)


def test_pages_follow_each_other(qb: QuickBooks) -> None:
    batch_create([named(f"Customer {n:02}") for n in range(25)], qb=qb)
    names = []
    for start in (1, 11, 21):
        page = Customer.where(order_by="DisplayName", start_position=start, max_results=10, qb=qb)
        names += [customer.DisplayName for customer in page]
    assert names == [f"Customer {n:02}" for n in range(25)]


@pytest.mark.parametrize("where", ["DisplayName = 'a' OR Id = '1'", "Notes = 'x'"])
def test_what_cannot_be_asked_is_refused(qb: QuickBooks, where: str) -> None:
    with pytest.raises(ValidationException) as refused:
        Customer.where(where, qb=qb)
    assert refused.value.error_code in (4000, 4001)
