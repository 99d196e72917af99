"""A connector onto a fresh portal, and the portal itself as a person in it would use it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from syncapp.connectors.base import Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.connectors.transport import Transport
from syncapp.engine.records import Entity, Side
from tests.connectors.hubspot.portal import Portal
from tests.sandbox_process import SandboxProcess

REALM = "4620816365"

Connect = Callable[..., HubSpotConnector]


class Token:
    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        return self._token

    def renew(self, _rejected: str) -> str:
        raise AssertionError("the sandbox refused a token that is good")


@pytest.fixture
def portal(sandbox: SandboxProcess, accounts: dict[str, Any]) -> Portal:
    return Portal(sandbox, accounts["hubspot"])


@pytest.fixture
def connect(portal: Portal) -> Iterator[Connect]:
    """Makes connectors; keyword arguments are those of `HubSpotConnector`."""
    made: list[HubSpotConnector] = []

    def connect(*, timeout: float = 20, read_only: bool = False, **more: Any) -> HubSpotConnector:
        transport = Transport(
            base_url=f"{portal.sandbox.url}/hubspot",
            credentials=Token(portal.token),
            side=Side.HUBSPOT,
            timeout=timeout,
            read_only=read_only,
            allow_plain_http=True,
            sleep=lambda _seconds: None,  # between the attempts of a read
        )
        connector = HubSpotConnector(
            transport, **{"wanted": Wanted(), "realm": REALM, "overlap_seconds": 5} | more
        )
        made.append(connector)
        return connector

    yield connect
    for connector in made:
        connector.close()


@pytest.fixture
def hubspot(connect: Connect) -> HubSpotConnector:
    """A connector onto a portal that holds what our copies need."""
    connector = connect()
    connector.prepare(tuple(Entity))
    return connector
