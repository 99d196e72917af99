"""Filters in HubSpot's search language: they never find less than the engine lets through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncapp.connectors.base import Wanted
from syncapp.connectors.hubspot import filtering
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.connectors.hubspot.objects import CONTACTS
from syncapp.connectors.transport import Transport
from syncapp.engine.field_types import FieldType
from syncapp.engine.records import Entity, Side, Snapshot
from syncapp.engine.rules import Condition
from tests.connectors import filters
from tests.connectors.hubspot.conftest import REALM, Token
from tests.connectors.hubspot.factories import hubspot as ref
from tests.connectors.hubspot.portal import Portal
from tests.sandbox_process import SandboxProcess

CONTACT = Entity.CONTACT
ZONE = ZoneInfo("America/New_York")  # the sandbox's usual one
NOW = datetime(2026, 3, 10, 12, tzinfo=ZONE)
FIELDS = {
    "city": FieldType.TEXT,
    "lastname": FieldType.TEXT,
    "lifecyclestage": FieldType.CHOICE,
    "credit_limit": FieldType.NUMBER,
    "customer_since": FieldType.DATE,
    "called_at": FieldType.DATETIME,
    "is_vip": FieldType.BOOLEAN,
    "colours": FieldType.CHOICES,
}
VALUES = {
    "lifecyclestage": ("lead", "LEAD", "customer", "Customer", "nothing"),
    "colours": ("red", "blue", "Red"),
}
MOMENTS = (
    *("2026-03-08T04:59:59.999Z", "2026-03-08T05:00:00.000Z", "2026-03-09T03:59:59.999Z"),
    *("2026-03-09T04:00:00.000Z", "2026-03-10T15:00:00.000Z", "2026-11-01T04:00:00.000Z"),
)


@dataclass
class World:
    connector: HubSpotConnector
    records: dict[str, Snapshot]
    portal: Portal


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with SandboxProcess() as sandbox:
        portal = Portal(sandbox, sandbox.reset()["hubspot"])
        _define(portal)
        ids = [portal.create("contacts", **one) for one in _contacts()]
        transport = Transport(
            base_url=f"{sandbox.url}/hubspot",
            credentials=Token(portal.token),
            side=Side.HUBSPOT,
            timeout=20,
            allow_plain_http=True,
        )
        wanted = Wanted({CONTACT: frozenset(FIELDS)})
        connector = HubSpotConnector(transport, wanted=wanted, realm=REALM)
        refs = connector.fetch([ref(CONTACT, id) for id in ids])
        yield World(connector, {ref.id: one for ref, one in refs.items()}, portal)
        connector.close()


def _define(portal: Portal) -> None:
    own = portal.define
    own("contacts", name="credit_limit", type="number", fieldType="number")
    own("contacts", name="customer_since", type="date", fieldType="date")
    own("contacts", name="called_at", type="datetime", fieldType="date")
    own("contacts", name="is_vip", type="bool", fieldType="booleancheckbox")
    options = [{"label": one.title(), "value": one} for one in ("red", "blue", "green")]
    own("contacts", name="colours", type="enumeration", fieldType="checkbox", options=options)


def _contacts() -> Iterator[dict[str, str]]:
    """Every text once, the other values in turn, and gaps everywhere."""
    for number, text in enumerate((*filters.TEXTS, "", " ", "Kelvin \u212a")):
        yield {
            name: value
            for name, value in {
                "city": text,
                "lastname": filters.TEXTS[(number * 7) % len(filters.TEXTS)],
                "lifecyclestage": ("lead", "customer", "")[number % 3],
                "credit_limit": ("", *filters.NUMBERS)[number % 10],
                "customer_since": ("", *filters.DATES)[number % 7],
                "called_at": ("", *MOMENTS)[number % 7],
                "is_vip": ("true", "false", "")[number % 3],
                "colours": ("red;blue", "green", "", "blue")[number % 4],
            }.items()
            if value
        }


ANY = filters.filters(filters.conditions(CONTACT, FIELDS, VALUES))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(filter_=ANY)
def test_a_search_finds_all_that_pass_and_when_exact_nothing_else(world: World, filter_):
    filters.assert_agreement(world.connector, CONTACT, filter_, world.records, NOW)


@pytest.mark.parametrize(
    "condition",
    [
        ("city", "is", "oslo"),
        ("city", "is_any_of", ("Oslo", "50% off")),
        ("lifecyclestage", "is_any_of", ("LEAD",)),
        ("credit_limit", "between", ("9", "1000")),
        ("customer_since", "in_last_days", "7"),
        ("called_at", "is", "2026-03-08"),
        ("called_at", "is_today", None),
        ("is_vip", "is_true", None),
        ("credit_limit", "is_unknown", None),
    ],
)
def test_what_search_can_say_is_asked_for_exactly(world: World, condition):
    one = Condition(CONTACT, *condition)
    assert filters.assert_agreement(world.connector, CONTACT, ((one,),), world.records, NOW)


def test_the_total_needs_no_records_to_be_read(world: World):
    leads = ((Condition(CONTACT, "lifecyclestage", "is", "lead"),),)
    world.portal.forget_calls()
    found = world.connector.matching(CONTACT, leads, NOW, limit=1)
    expected = [one for one in world.records.values() if one.get("lifecyclestage") == "lead"]
    assert (found.total, len(found.snapshots)) == (len(expected), 1)
    assert sum(world.portal.calls().values()) == 1


# Limits: hubspot-api.md 8 [SEARCH]

DEFINITIONS = {"city": {"name": "city", "type": "string", "fieldType": "text"}}


def pushed(filter_):
    return filtering.pushed(CONTACTS, CONTACT, filter_, DEFINITIONS, NOW.astimezone(UTC))


def city(value):
    return Condition(CONTACT, "city", "is", value)


def test_too_many_groups_ask_for_everything():
    assert pushed(tuple((city(str(n)),) for n in range(5))).is_exact
    assert pushed(tuple((city(str(n)),) for n in range(6))) == filtering.EVERYTHING


def test_of_too_many_conditions_the_first_are_asked_for():
    result = pushed((tuple(city(str(n)) for n in range(7)),))
    assert [len(group) for group in result.groups] == [6]
    assert not result.is_exact


@given(sizes=st.lists(st.integers(1, 8), min_size=1, max_size=7), length=st.integers(1, 800))
def test_a_search_stays_within_its_limits(sizes, length):
    result = pushed(tuple(tuple(city("x" * length) for _ in range(size)) for size in sizes))
    counts = [len(group) for group in result.groups]
    assert len(counts) <= 5
    assert all(0 < count <= 6 for count in counts)
    assert sum(counts) <= 18
    assert len(str(result.filter_groups)) < 3000


def test_a_condition_on_an_associated_record_is_never_asked_for():
    there = Condition("company", "city", "is", "Oslo")
    assert pushed(((there,),)) == filtering.EVERYTHING
    assert len(pushed(((there, city("Oslo")),)).groups[0]) == 1
