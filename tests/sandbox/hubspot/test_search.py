"""Searching: hubspot-api.md 8 [SEARCH]."""

from datetime import datetime
from typing import Any

import pytest

from tests.sandbox.hubspot.api import HubSpotApi, error_codes, spec

SEARCH = "/crm/v3/objects/contacts/search"


@pytest.fixture
def people(hubspot: HubSpotApi) -> dict[str, str]:
    """Three contacts by first name."""
    cast = {
        "Ada": {"email": "ada@nordwind.example", "city": "Oslo", "lifecyclestage": "customer"},
        "Ben": {"email": "ben@acme.example", "city": "Bergen", "lifecyclestage": "lead"},
        "Cleo": {"email": "cleo@acme.example"},
    }
    return {name: hubspot.create("contacts", firstname=name, **v) for name, v in cast.items()}


@pytest.mark.parametrize(
    ("name", "operator", "value", "found"),
    [
        ("city", "EQ", "oslo", ["Ada"]),
        ("city", "NEQ", "Oslo", ["Ben"]),
        ("firstname", "IN", ["ada", "cleo"], ["Ada", "Cleo"]),
        ("firstname", "IN", ["Ada"], []),
        ("firstname", "NOT_IN", ["ada"], ["Ben", "Cleo"]),
        ("city", "HAS_PROPERTY", None, ["Ada", "Ben"]),
        ("city", "NOT_HAS_PROPERTY", None, ["Cleo"]),
        ("email", "CONTAINS_TOKEN", "*@acme.example", ["Ben", "Cleo"]),
        ("email", "CONTAINS_TOKEN", "nordwind", ["Ada"]),
        ("email", "NOT_CONTAINS_TOKEN", "acme", ["Ada"]),
        ("lifecyclestage", "EQ", "customer", ["Ada"]),
        ("lifecyclestage", "EQ", "Customer", []),
        ("lifecyclestage", "IN", ["lead", "customer"], ["Ada", "Ben"]),
        ("firstname", "GT", "ada", ["Ben", "Cleo"]),
        ("firstname", "BETWEEN", ("b", "bz"), ["Ben"]),
    ],
)
def test_a_filter_finds(
    hubspot: HubSpotApi,
    people: dict[str, str],
    name: str,
    operator: str,
    value: Any,
    found: list[str],
) -> None:
    assert hubspot.found("contacts", (name, operator, value)) == [people[each] for each in found]


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("LT", 20, ["9.50"]),
        ("LTE", "20", ["9.50", "20"]),
        ("GT", "20.0", ["100"]),
        ("GTE", "20.0", ["20", "100"]),
        ("EQ", "20.00", ["20"]),
        ("BETWEEN", ("10", "100"), ["20", "100"]),
        ("IN", ["9.5", "100.0"], ["9.50", "100"]),
    ],
)
def test_numbers_are_compared_by_size(
    hubspot: HubSpotApi, operator: str, value: Any, found: list[str]
) -> None:
    made = {p: hubspot.create("products", name=p, price=p) for p in ("9.50", "20", "100")}
    hits = hubspot.found("products", ("price", operator, value))
    assert hits == [made[price] for price in found]


def test_times_are_taken_as_milliseconds_or_iso(hubspot: HubSpotApi) -> None:
    old = hubspot.create("contacts")
    hubspot.sandbox.advance(3600)
    new = hubspot.create("contacts")
    border = hubspot.value("contacts", new, "createdate") or ""
    milliseconds = str(round(datetime.fromisoformat(border).timestamp() * 1000))
    for value in (border, milliseconds):
        assert hubspot.found("contacts", ("createdate", "GTE", value)) == [new]
        assert hubspot.found("contacts", ("createdate", "LT", value)) == [old]


def test_a_poll_sees_each_changed_record_once(hubspot: HubSpotApi) -> None:
    quiet, gone, busy = (hubspot.create("contacts") for _ in range(3))
    hubspot.sandbox.advance(3600)
    since = hubspot.value("contacts", hubspot.create("contacts"), "createdate")
    hubspot.sandbox.advance(1)
    for city in ("Oslo", "Bergen", "Tromsø"):
        hubspot.update("contacts", busy, city=city)
    hubspot.delete(f"/crm/v3/objects/contacts/{gone}")
    changed = ("lastmodifieddate", "GT", since)
    assert hubspot.found("contacts", changed) == [busy]
    assert hubspot.found("contacts", changed, ("city", "EQ", "Bergen")) == []
    unchanged = ("lastmodifieddate", "LT", since)
    assert hubspot.found("contacts", unchanged) == [quiet]
    groups = [{"filters": [spec(*changed)]}, {"filters": [spec("hs_object_id", "EQ", quiet)]}]
    answer = hubspot.post(SEARCH, {"filterGroups": groups}).json()
    assert [each["id"] for each in answer["results"]] == [quiet, busy]


def test_groups_are_alternatives_and_filters_of_a_group_are_not(
    hubspot: HubSpotApi, people: dict[str, str]
) -> None:
    groups = [
        {"filters": [spec("city", "EQ", "Oslo"), spec("firstname", "EQ", "Ada")]},
        {"filters": [spec("city", "EQ", "Oslo"), spec("firstname", "EQ", "Ben")]},
        {"filters": [spec("firstname", "EQ", "Cleo")]},
    ]
    answer = hubspot.post(SEARCH, {"filterGroups": groups}).json()
    assert [each["id"] for each in answer["results"]] == [people["Ada"], people["Cleo"]]
    assert answer["total"] == 2


@pytest.mark.parametrize("sizes", [[1] * 6, [7], [6, 6, 6, 1]])
def test_more_groups_or_filters_than_allowed_are_refused(
    hubspot: HubSpotApi, sizes: list[int]
) -> None:
    groups = [{"filters": [spec("city", "EQ", "x")] * size} for size in sizes]
    assert error_codes(hubspot.post(SEARCH, {"filterGroups": groups})) == ["TOO_MANY_FILTERS"]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 100, "after": "9901"},
        {"after": "x"},
        {"sorts": ["city", "firstname"]},
        {"sorts": [{"propertyName": "shoe_size"}]},
        {"query": "x" * 3000},
        {"filterGroups": [{"filters": [spec("shoe_size", "EQ", "38")]}]},
        {"filterGroups": [{"filters": [spec("city", "LIKE", "x")]}]},
        {"filterGroups": [{"filters": [spec("city", "EQ")]}]},
        {"filterGroups": [{"filters": [spec("createdate", "GT", "soon")]}]},
        {"filterGroups": [{"filters": [spec("hs_object_id", "GT", "many")]}]},
    ],
)
def test_a_search_that_cannot_be_is_refused(hubspot: HubSpotApi, body: dict[str, Any]) -> None:
    response = hubspot.post(SEARCH, body)
    assert response.status_code == 400
    assert response.json()["category"] == "VALIDATION_ERROR"


def test_pages_of_a_search_are_counted_from_the_start(hubspot: HubSpotApi) -> None:
    made = [hubspot.create("contacts") for _ in range(5)]
    first = hubspot.post(SEARCH, {"limit": 3}).json()
    assert (first["total"], first["paging"]["next"]["after"]) == (5, "3")
    second = hubspot.post(SEARCH, {"limit": 3, "after": "3"}).json()
    assert [each["id"] for each in first["results"] + second["results"]] == made
    assert "paging" not in second


@pytest.mark.parametrize(
    "sort",
    [{"propertyName": "firstname", "direction": "DESCENDING"}, "-firstname"],
)
def test_results_are_sorted_as_asked_with_empty_values_last(
    hubspot: HubSpotApi, people: dict[str, str], sort: Any
) -> None:
    nobody = hubspot.create("contacts", email="x@nordwind.example")
    expected = [people["Cleo"], people["Ben"], people["Ada"], nobody]
    assert hubspot.found("contacts", sorts=[sort]) == expected


def test_record_ids_sort_as_numbers(hubspot: HubSpotApi, people: dict[str, str]) -> None:
    after = ("hs_object_id", "GT", people["Ada"])
    sort = {"propertyName": "hs_object_id", "direction": "ASCENDING"}
    assert hubspot.found("contacts", after, sorts=[sort]) == [people["Ben"], people["Cleo"]]


def test_a_query_looks_into_the_usual_properties(
    hubspot: HubSpotApi, people: dict[str, str]
) -> None:
    assert hubspot.found("contacts", query="acme cleo") == [people["Cleo"]]
    assert hubspot.found("contacts", query="oslo") == []


def test_archived_records_are_never_found(hubspot: HubSpotApi, people: dict[str, str]) -> None:
    hubspot.delete(f"/crm/v3/objects/contacts/{people['Ada']}")
    assert hubspot.found("contacts") == [people["Ben"], people["Cleo"]]


def test_associated_records_can_be_searched_by(hubspot: HubSpotApi) -> None:
    invoice = hubspot.draft("10", "20")
    world = hubspot.world()["associations"]["invoices"][invoice]
    assert hubspot.found("line_items", ("associations.invoices", "EQ", invoice)) == list(
        world["line_items"]
    )
    assert hubspot.found("invoices", ("associations.contact", "IN", world["contacts"])) == [invoice]
    stray = hubspot.create("line_items", name="Stray")
    assert hubspot.found("line_items", ("associations.invoices", "NOT_HAS_PROPERTY")) == [stray]


def test_search_lags_behind_when_told_to(hubspot: HubSpotApi) -> None:
    old = hubspot.create("contacts", city="Oslo")
    hubspot.options(search_lag_seconds=20)
    hubspot.update("contacts", old, city="Bergen")
    new = hubspot.create("contacts", city="Bergen")
    assert hubspot.found("contacts", ("city", "EQ", "Bergen")) == []
    assert hubspot.found("contacts", ("city", "EQ", "Oslo")) == [old]
    hubspot.sandbox.advance(21)
    assert hubspot.found("contacts", ("city", "EQ", "Bergen")) == [old, new]
    hubspot.delete(f"/crm/v3/objects/contacts/{old}")
    assert hubspot.found("contacts", ("city", "EQ", "Bergen")) == [old, new]
    hubspot.sandbox.advance(21)
    assert hubspot.found("contacts", ("city", "EQ", "Bergen")) == [new]


def test_a_read_by_id_does_not_lag(hubspot: HubSpotApi) -> None:
    hubspot.options(search_lag_seconds=20)
    record = hubspot.create("contacts", city="Oslo")
    assert hubspot.value("contacts", record, "city") == "Oslo"
