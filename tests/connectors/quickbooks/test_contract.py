"""QuickBooks keeps the promises of every connector."""

import pytest

from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.engine.records import Entity, RecordRef, Side, Value
from tests.connectors.contract import ConnectorContract
from tests.connectors.quickbooks.conftest import Connect
from tests.sandbox.quickbooks.books import Books


class Customers:
    email_field = "PrimaryEmailAddr.Address"
    name_field = "DisplayName"

    def __init__(self, books: Books) -> None:
        self._books = books
        self.account_id = books.realm

    def make_contact(self, name: str, email: str) -> RecordRef:
        fields = {"DisplayName": name, "PrimaryEmailAddr": {"Address": email}}
        return customer(self._books.person("create", "Customer", fields=fields))

    def rename_contact(self, ref: RecordRef, name: str) -> None:
        self._books.person("edit", "Customer", ref.id, fields={"DisplayName": name})

    def absent_contact(self) -> RecordRef:
        return customer("999999")

    def new_contact(self, name: str, email: str) -> dict[str, Value]:
        return {"DisplayName": name, "PrimaryEmailAddr.Address": email}

    def refused_contact(self) -> dict[str, Value]:
        return {"DisplayName": "Bad: name", "PrimaryEmailAddr.Address": "no address"}

    def source(self, number: int) -> RecordRef:
        return RecordRef(Side.HUBSPOT, Entity.CONTACT, str(number))

    def contacts_named(self, name: str) -> int:
        customers = self._books.query("select * from Customer").get("Customer", [])
        return sum(customer["DisplayName"] == name for customer in customers)

    def break_writes(self, kind: str) -> None:
        path = "/(customer|batch)$"
        self._books.sandbox.fault(kind, vendor="quickbooks", method="POST", path=path, times=1)

    def calls(self) -> int:
        return int(self._books.sandbox.requests()["by_vendor"]["quickbooks"])


class TestQuickBooks(ConnectorContract):
    @pytest.fixture
    def world(self, books: Books) -> Customers:
        return Customers(books)

    @pytest.fixture
    def connector(self, connect: Connect) -> QuickBooksConnector:
        return connect()

    @pytest.fixture
    def rehearsal(self, connect: Connect) -> QuickBooksConnector:
        return connect(read_only=True)


def customer(id: str) -> RecordRef:
    return RecordRef(Side.QUICKBOOKS, Entity.CONTACT, id)
