"""A connector onto a fresh company, and the company itself as its owner uses it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from syncapp.connectors import oauth
from syncapp.connectors.base import Wanted
from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.connectors.transport import Transport
from syncapp.engine.records import Side
from tests.sandbox.quickbooks.books import Books
from tests.sandbox_process import SandboxProcess

PORTAL = "77001"

Connect = Callable[..., QuickBooksConnector]


class Tokens:
    """Renewed at the sandbox when its clock was moved on."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._client = oauth.quickbooks(
            client_id=books.app["client_id"],
            client_secret=books.app["client_secret"],
            base=f"{books.sandbox.url}/quickbooks",
            allow_plain_http=True,
        )

    def access_token(self) -> str:
        return self._books.token

    def renew(self, rejected_token: str) -> str:
        grant = self._client.refresh(self._books.app["companies"][0]["refresh_token"])
        self._books.token = grant.access_token
        return grant.access_token


@pytest.fixture
def books(sandbox: SandboxProcess, accounts: dict[str, Any]) -> Books:
    return Books(sandbox, accounts)


@pytest.fixture
def connect(books: Books) -> Iterator[Connect]:
    """Makes connectors; keyword arguments are those of `QuickBooksConnector`."""
    made: list[QuickBooksConnector] = []

    def connect(*, timeout: float = 20, read_only: bool = False, **more: Any):
        transport = Transport(
            base_url=f"{books.sandbox.url}/quickbooks",
            credentials=Tokens(books),
            side=Side.QUICKBOOKS,
            timeout=timeout,
            read_only=read_only,
            allow_plain_http=True,
        )
        usual = {"wanted": Wanted(), "realm": books.realm, "portal": PORTAL, "overlap_seconds": 2}
        connector = QuickBooksConnector(transport, **usual | more)
        made.append(connector)
        return connector

    yield connect
    for connector in made:
        connector.close()


@pytest.fixture
def quickbooks(connect: Connect) -> QuickBooksConnector:
    return connect()
