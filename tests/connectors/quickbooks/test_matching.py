"""Filters in QuickBooks' query language: they never find less than the engine lets through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from syncapp.connectors.base import Wanted
from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.connectors.transport import Transport
from syncapp.engine.field_types import FieldType
from syncapp.engine.records import Entity, Side, Snapshot
from syncapp.engine.rules import Condition
from tests.connectors import filters
from tests.connectors.quickbooks.conftest import PORTAL, Tokens
from tests.connectors.quickbooks.factories import ref
from tests.sandbox.quickbooks.books import Books, sale
from tests.sandbox_process import SandboxProcess

CONTACT, PRODUCT, INVOICE = Entity.CONTACT, Entity.PRODUCT, Entity.INVOICE
NOW = datetime(2026, 3, 10, 12, tzinfo=ZoneInfo("America/New_York"))
TIME, TEXT, NUMBER = FieldType.DATETIME, FieldType.TEXT, FieldType.NUMBER
DATE, FLAG, CHOICE = FieldType.DATE, FieldType.BOOLEAN, FieldType.CHOICE
FIELDS = {
    CONTACT: {
        "DisplayName": TEXT,
        "CompanyName": TEXT,
        "PrimaryEmailAddr.Address": TEXT,
        "Notes": TEXT,
        "Balance": NUMBER,
        "Active": FLAG,
        "MetaData.CreateTime": TIME,
    },
    PRODUCT: {"Name": TEXT, "Sku": TEXT, "Type": CHOICE, "UnitPrice": NUMBER, "Active": FLAG},
    INVOICE: {
        "DocNumber": TEXT,
        "TxnDate": DATE,
        "DueDate": DATE,
        "TotalAmt": NUMBER,
        "Balance": NUMBER,
        "MetaData.LastUpdatedTime": TIME,
    },
}
VALUES = {
    "Type": ("Service", "service", "NonInventory", "Category"),
    "PrimaryEmailAddr.Address": ("ada@nordwind.test", "ADA@nordwind.test", "ben@nordwind.test"),
}


@dataclass
class World:
    connector: QuickBooksConnector
    records: dict[Entity, dict[str, Snapshot]]
    books: Books
    today: datetime


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with SandboxProcess() as sandbox:
        books = Books(sandbox, sandbox.reset())
        transport = Transport(
            base_url=f"{sandbox.url}/quickbooks",
            credentials=Tokens(books),
            side=Side.QUICKBOOKS,
            timeout=20,
            allow_plain_http=True,
        )
        wanted = Wanted({entity: frozenset(fields) for entity, fields in FIELDS.items()})
        connector = QuickBooksConnector(transport, wanted=wanted, realm=books.realm, portal=PORTAL)
        made = {CONTACT: _customers(books), PRODUCT: _items(books)}
        made[INVOICE] = _invoices(books, made)
        records = {
            entity: {
                r.id: one for r, one in connector.fetch([ref(entity, id) for id in ids]).items()
            }
            for entity, ids in made.items()
        }
        yield World(connector, records, books, NOW)
        connector.close()


def _customers(books: Books) -> list[str]:
    emails = ("ada@nordwind.test", "ADA@nordwind.test, ben@nordwind.test", "ben@nordwind.test", "")
    ids = []
    for number, text in enumerate(filters.TEXTS):
        more = {"PrimaryEmailAddr": {"Address": email}} if (email := emails[number % 4]) else {}
        name = f"{text.strip()} {number}" if number % 2 else f"{number}{text.strip()}"
        customer = books.customer(name, **more, **({"CompanyName": text} if number % 3 else {}))
        if number % 5 == 4:
            books.update("Customer", customer, {"Active": False})
        ids.append(customer["Id"])
        if number % 6 == 0:
            _half_a_day_later(books)
    return ids


def _half_a_day_later(books: Books) -> None:
    books.sandbox.advance(43_200)
    Tokens(books).renew("")


def _items(books: Books) -> list[str]:
    ids = []
    for number, text in enumerate(filters.TEXTS):
        sku = {"Sku": text} if number % 3 else {}
        kind = ("Service", "NonInventory")[number % 2]
        item = books.item(f"Item {number}", Type=kind, UnitPrice=number * 5, **sku)
        ids.append(item["Id"])
        if number % 7 == 6:
            books.update("Item", item, {"Active": False})
    books.create("Item", {"Name": "Shelf", "Type": "Category"})
    return ids


def _invoices(books: Books, made: dict[Entity, list[str]]) -> list[str]:
    customer, item = {"Id": made[CONTACT][0]}, {"Id": made[PRODUCT][0]}
    days = [day for day in filters.DATES if day > "2000"]
    ids = []
    for number, text in enumerate(filters.TEXTS[:21]):
        amount = ("10", "10.5", "9.99", "1000", "0")[number % 5]
        more = {"TxnDate": days[number % 5], "DueDate": days[(number * 3) % 5]}
        number_ = {"DocNumber": text[:21]} if number % 4 else {}
        ids.append(books.invoice(customer, sale(item, amount), **more, **number_)["Id"])
        if number % 5 == 0:
            _half_a_day_later(books)
    return ids


@pytest.mark.parametrize("entity", [CONTACT, PRODUCT, INVOICE])
def test_a_query_finds_all_that_pass_and_when_exact_nothing_else(world: World, entity):
    of = filters.filters(filters.conditions(entity, FIELDS[entity], VALUES))

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(filter_=of)
    def agree(filter_):
        now = _latest(world.records[entity]) if entity is CONTACT else NOW
        filters.assert_agreement(world.connector, entity, filter_, world.records[entity], now)

    agree()


def _latest(records: dict[str, Snapshot]) -> datetime:
    """So that the last days have something in them."""
    return max(one.created_at for one in records.values()).astimezone(NOW.tzinfo)


@pytest.mark.parametrize(
    ("entity", "condition"),
    [
        (CONTACT, ("Active", "is_true", None)),
        (CONTACT, ("Balance", "at_least", "10")),
        (CONTACT, ("MetaData.CreateTime", "is_today", None)),
        (INVOICE, ("TotalAmt", "between", ("10", "100"))),
        (INVOICE, ("TxnDate", "after", "2026-03-09")),
        (INVOICE, ("DueDate", "is", "2026-03-09")),
    ],
)
def test_what_a_query_can_say_is_asked_for_exactly(world: World, entity, condition):
    filter_ = ((Condition(entity, *condition),),)
    now = _latest(world.records[entity])
    assert filters.assert_agreement(world.connector, entity, filter_, world.records[entity], now)


def test_only_what_all_groups_share_is_asked_for(world: World):
    late, small = (
        Condition(INVOICE, "TxnDate", "after", "2026-03-09"),
        Condition(INVOICE, "TotalAmt", "less_than", "10"),
    )
    large = Condition(INVOICE, "TotalAmt", "greater_than", "500")
    either = ((late, small), (large, late))
    found = world.connector.matching(INVOICE, either, NOW, limit=100)
    everything = world.records[INVOICE]
    late_ones = [one for one in everything.values() if str(one.get("TxnDate")) > "2026-03-09"]
    assert 0 < found.total == len(late_ones) < len(everything)
    assert not found.is_exact


def test_a_total_beyond_the_limit_costs_one_count(world: World):
    world.books.sandbox.forget_requests()
    found = world.connector.matching(INVOICE, (), NOW, limit=5)
    assert (found.total, len(found.snapshots)) == (len(world.records[INVOICE]), 5)
    assert world.books.sandbox.requests()["total"] == 2
