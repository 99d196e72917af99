"""What filters look at beside an invoice: its customer and the items of its lines."""

import pytest

from syncapp.connectors.base import Cursor, Wanted
from syncapp.engine.records import Entity
from tests.connectors.quickbooks.factories import ref
from tests.sandbox.quickbooks.books import sale

INVOICE = Entity.INVOICE
LOOKED_AT = {
    "contact": frozenset({"CompanyName", "PrimaryEmailAddr.Address"}),
    "product": frozenset({"Sku", "Active"}),
}


@pytest.fixture
def invoices(books):
    """Six of them for one customer, each with two items."""
    customer = books.customer("Nordwind", CompanyName="Nordwind AS")
    items = [books.item("Setup", Sku="SET-1"), books.item("Travel", Sku="TRA-1")]
    return [books.invoice(customer, *(sale(one, 10) for one in items)) for _ in range(6)]


def queries(books):
    return books.sandbox.requests()["by_vendor"]["quickbooks"]


def test_it_reads_customer_and_items_in_one_query_each(books, connect, invoices):
    connector = connect(wanted=Wanted(related={INVOICE: LOOKED_AT}))
    books.sandbox.forget_requests()
    found = connector.fetch([ref(INVOICE, one["Id"]) for one in invoices])
    assert queries(books) == 3
    for invoice in found.values():
        assert [one["CompanyName"] for one in invoice.related["contact"]] == ["Nordwind AS"]
        assert [one["Sku"] for one in invoice.related["product"]] == ["SET-1", "TRA-1"]


def test_an_item_switched_off_since_is_still_read(books, connect, invoices):
    item = books.one("SELECT * FROM Item WHERE Sku = 'SET-1'")
    books.update("Item", item, {"Active": False, "Name": item["Name"]})
    connector = connect(wanted=Wanted(related={INVOICE: LOOKED_AT}))
    invoice = ref(INVOICE, invoices[0]["Id"])
    read = connector.fetch([invoice])[invoice].related["product"]
    assert [one["Active"] for one in read] == [False, True]


def test_a_listing_brings_them_along(books, connect, invoices):
    connector = connect(wanted=Wanted(related={INVOICE: LOOKED_AT}))
    (page,) = connector.changes({INVOICE: Cursor()})
    assert all(one.related["contact"] for one in page.snapshots.values())


def test_what_no_filter_looks_at_is_not_read(books, quickbooks, invoices):
    books.sandbox.forget_requests()
    found = quickbooks.fetch([ref(INVOICE, one["Id"]) for one in invoices])
    assert queries(books) == 1
    assert all(one.related == {} for one in found.values())
