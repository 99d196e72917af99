"""The lines of an invoice that was read or written a moment ago are not read again."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from syncapp.connectors.base import Cursor, Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.engine.records import Entity, Line
from tests.connectors.hubspot.conftest import Connect
from tests.connectors.hubspot.factories import TWO_HOURS, change, mirror, send, snapshot_of
from tests.connectors.hubspot.factories import hubspot as ref
from tests.connectors.hubspot.portal import Portal

READ = "POST /crm/objects/2026-03/line_items/batch/read"


@pytest.fixture
def fresh(connect: Connect) -> HubSpotConnector:
    connector = connect(fresh_seconds=60)
    connector.prepare(tuple(Entity))
    return connector


def lines(connector: HubSpotConnector, id: str) -> list[Line]:
    found = connector.fetch([ref(Entity.INVOICE, id)])[ref(Entity.INVOICE, id)].get("lines")
    assert isinstance(found, tuple)
    return list(found)


def reads(portal: Portal) -> int:
    return portal.calls().get(READ, 0)


def made(connector: HubSpotConnector, portal: Portal) -> str:
    contact = portal.create("contacts", email="ada@acme.test")
    (answer,) = send(connector, mirror(contact=contact, lines=[TWO_HOURS]))
    return snapshot_of(answer).ref.id


def test_lines_that_were_read_just_now_are_not_read_again(
    fresh: HubSpotConnector, portal: Portal
) -> None:
    id = portal.invoice({"name": "Chair", "price": "50"})
    first = lines(fresh, id)
    portal.create("line_items", associations=[("invoices", id)], name="Lamp", price="20")
    before = reads(portal)
    now = lines(fresh, id)
    assert now[: len(first)] == first
    assert [line.name for line in now] == ["Chair", "Lamp"]
    assert reads(portal) == before + 1  # the new one
    assert lines(fresh, id) == now
    assert reads(portal) == before + 1


def test_lines_that_we_wrote_just_now_are_not_read_again(
    fresh: HubSpotConnector, portal: Portal, connect: Connect
) -> None:
    id = made(fresh, portal)
    assert lines(fresh, id) == lines(connect(), id)
    assert reads(portal) == 1  # by the other one


def test_they_are_read_again_when_they_are_old(connect: Connect, portal: Portal) -> None:
    connector = connect(fresh_seconds=0.5)
    id = portal.invoice({"name": "Chair", "price": "50"})
    (line,) = lines(connector, id)
    portal.edit("line_items", line.id, price="60")
    time.sleep(0.6)
    assert [one.unit_price for one in lines(connector, id)] == [Decimal(60)]


def test_a_change_of_ours_is_read(fresh: HubSpotConnector, portal: Portal) -> None:
    id = made(fresh, portal)
    before = fresh.fetch([ref(Entity.INVOICE, id)])[ref(Entity.INVOICE, id)]
    (line,) = lines(fresh, id)
    more = replace(line, unit_price=Decimal(70), amount=Decimal(140))
    send(fresh, change(before, lines=(more,)))
    assert [one.unit_price for one in lines(fresh, id)] == [Decimal(70)]


def test_a_change_that_the_search_shows_is_read(fresh: HubSpotConnector, portal: Portal) -> None:
    id = portal.invoice({"name": "Chair", "price": "50"})
    (line,) = lines(fresh, id)
    portal.edit("line_items", line.id, price="60")
    cursor = Cursor(datetime.now(UTC) - timedelta(seconds=2))
    shown = [one for page in fresh.changes({Entity.INVOICE: cursor}) for one in page.refs]
    assert ref(Entity.INVOICE, id) in shown
    assert [one.unit_price for one in lines(fresh, id)] == [Decimal(60)]


def test_a_change_that_was_announced_is_read(fresh: HubSpotConnector, portal: Portal) -> None:
    id = portal.invoice({"name": "Chair", "price": "50"})
    (line,) = lines(fresh, id)
    portal.edit("line_items", line.id, price="60")
    fresh.forget([Entity.INVOICE])
    assert [one.unit_price for one in lines(fresh, id)] == [Decimal(60)]


def test_a_filter_that_looks_at_lines_sees_them_as_they_are(
    connect: Connect, portal: Portal
) -> None:
    wanted = Wanted(related={Entity.INVOICE: {"line": frozenset({"hs_sku"})}})
    connector = connect(fresh_seconds=60, wanted=wanted)
    id = portal.invoice({"name": "Chair", "price": "50"})
    (line,) = lines(connector, id)
    portal.edit("line_items", line.id, price="60")
    assert [one.unit_price for one in lines(connector, id)] == [Decimal(60)]
