"""HubSpot keeps the promises of every connector."""

import pytest

from syncapp.connectors.base import Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.engine.records import Entity, RecordRef, Side, Value
from tests.connectors.contract import ConnectorContract
from tests.connectors.hubspot.conftest import Connect
from tests.connectors.hubspot.portal import Portal

WANTED = Wanted({Entity.CONTACT: frozenset({"firstname", "email", "phone"})})


class People:
    email_field = "email"
    name_field = "firstname"

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self.account_id = portal.id

    def make_contact(self, name: str, email: str) -> RecordRef:
        return contact(self._portal.create("contacts", firstname=name, email=email))

    def rename_contact(self, ref: RecordRef, name: str) -> None:
        self._portal.edit("contacts", ref.id, firstname=name)

    def absent_contact(self) -> RecordRef:
        return contact("999999")

    def new_contact(self, name: str, email: str) -> dict[str, Value]:
        return {"firstname": name, "email": email}

    def refused_contact(self) -> dict[str, Value]:
        return {"firstname": "Bad", "no_such_property": "x"}

    def source(self, number: int) -> RecordRef:
        return RecordRef(Side.QUICKBOOKS, Entity.CONTACT, str(number))

    def contacts_named(self, name: str) -> int:
        values = [record["properties"] for record in self._portal.live("contacts")]
        return sum(properties.get("firstname") == name for properties in values)

    def break_writes(self, kind: str) -> None:
        path = "/batch/(create|update|upsert)$"
        self._portal.sandbox.fault(kind, vendor="hubspot", path=path, times=1)

    def calls(self) -> int:
        return sum(self._portal.calls().values())


class TestHubSpot(ConnectorContract):
    @pytest.fixture
    def world(self, portal: Portal) -> People:
        return People(portal)

    @pytest.fixture
    def connector(self, connect: Connect) -> HubSpotConnector:
        connector = connect(wanted=WANTED)
        connector.prepare(tuple(Entity))
        return connector

    @pytest.fixture
    def rehearsal(self, connect: Connect) -> HubSpotConnector:
        return connect(wanted=WANTED, read_only=True)


def contact(id: str) -> RecordRef:
    return RecordRef(Side.HUBSPOT, Entity.CONTACT, id)
