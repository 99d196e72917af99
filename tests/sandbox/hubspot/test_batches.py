"""Batches of records: hubspot-api.md 4 [SPEC][ERR]."""

from typing import Any

import pytest

from tests.sandbox.hubspot.api import HubSpotApi, association

BATCH = "/crm/v3/objects/contacts/batch"
FOLDING = "/crm/objects/2026-09/contacts/batch"


def emails(*names: str, traced: bool = False) -> list[dict[str, Any]]:
    inputs: list[dict[str, Any]] = [
        {"properties": {"email": f"{name}@nordwind.example"}} for name in names
    ]
    if traced:
        for number, each in enumerate(inputs):
            each["objectWriteTraceId"] = f"trace-{number}"
    return inputs


def own_key(hubspot: HubSpotApi, type_name: str = "contacts", group: str = "") -> None:
    definition = {
        "name": "ledgerline_key",
        "label": "Key",
        "type": "string",
        "fieldType": "text",
        "groupName": group or "contactinformation",
        "hasUniqueValue": True,
    }
    assert hubspot.post(f"/crm/v3/properties/{type_name}", definition).status_code == 201


def upsert(key: str, trace: str = "", **values: str) -> dict[str, Any]:
    each: dict[str, Any] = {"id": key, "idProperty": "ledgerline_key", "properties": values}
    return {**each, "objectWriteTraceId": trace} if trace else each


def contact_count(hubspot: HubSpotApi) -> int:
    return len(hubspot.get("/crm/v3/objects/contacts", limit=100).json()["results"])


def test_a_batch_creates_what_it_is_given(hubspot: HubSpotApi) -> None:
    response = hubspot.post(f"{BATCH}/create", {"inputs": emails("ada", "ben", traced=True)})
    assert response.status_code == 201
    body = response.json()
    assert body["status"] == "COMPLETE"
    assert [each["objectWriteTraceId"] for each in body["results"]] == ["trace-0", "trace-1"]
    assert contact_count(hubspot) == 2


@pytest.mark.parametrize("operation", ["create", "read", "update", "upsert", "archive"])
def test_a_batch_holds_a_hundred_inputs(hubspot: HubSpotApi, operation: str) -> None:
    inputs = [{"id": str(number), "properties": {}} for number in range(101)]
    response = hubspot.post(f"{BATCH}/{operation}", {"inputs": inputs})
    assert response.status_code == 400
    assert "100" in response.json()["message"]


def test_with_trace_ids_only_the_bad_inputs_fail(hubspot: HubSpotApi) -> None:
    hubspot.create("contacts", email="ada@nordwind.example")
    response = hubspot.post(f"{BATCH}/create", {"inputs": emails("ada", "ben", traced=True)})
    assert response.status_code == 207
    body = response.json()
    assert [each["objectWriteTraceId"] for each in body["results"]] == ["trace-1"]
    assert body["numErrors"] == 1
    (error,) = body["errors"]
    assert error["category"] == "CONFLICT"
    assert error["context"]["objectWriteTraceId"] == ["trace-0"]


def test_without_trace_ids_one_bad_input_fails_all(hubspot: HubSpotApi) -> None:
    hubspot.create("contacts", email="ada@nordwind.example")
    response = hubspot.post(f"{BATCH}/create", {"inputs": emails("ben", "ada")})
    assert response.status_code == 409
    assert contact_count(hubspot) == 1


def test_equal_trace_ids_count_as_none(hubspot: HubSpotApi) -> None:
    inputs = emails("ada", "ada")
    for each in inputs:
        each["objectWriteTraceId"] = "same"
    assert hubspot.post(f"{BATCH}/create", {"inputs": inputs}).status_code == 409
    assert contact_count(hubspot) == 0


def test_a_batch_that_repeats_a_unique_value_creates_nothing(hubspot: HubSpotApi) -> None:
    response = hubspot.post(f"{BATCH}/create", {"inputs": emails("ada", "ada")})
    assert response.status_code == 409
    assert contact_count(hubspot) == 0


def test_2026_09_folds_errors_into_the_normal_answer(hubspot: HubSpotApi) -> None:
    inputs = emails("ada", "ada", traced=True)
    response = hubspot.post(f"{FOLDING}/create", {"inputs": inputs})
    assert response.status_code == 201
    assert (len(response.json()["results"]), response.json()["numErrors"]) == (1, 1)
    missing = hubspot.post(f"{FOLDING}/read", {"inputs": [{"id": "1"}]})
    assert (missing.status_code, missing.json()["numErrors"]) == (200, 1)


def test_2026_09_may_answer_207_all_the_same(hubspot: HubSpotApi) -> None:
    hubspot.options(dated_batches_follow_spec=False)
    inputs = emails("ada", "ada", traced=True)
    assert hubspot.post(f"{FOLDING}/create", {"inputs": inputs}).status_code == 207


def test_a_batch_creates_with_associations(hubspot: HubSpotApi) -> None:
    company = hubspot.create("companies", name="Nordwind")
    (each,) = emails("ada")
    each["associations"] = [{"to": {"id": company}, "types": [association(279)]}]
    (contact,) = hubspot.post(f"{BATCH}/create", {"inputs": [each]}).json()["results"]
    path = f"/crm/v4/objects/contacts/{contact['id']}/associations/companies"
    assert [e["toObjectId"] for e in hubspot.get(path).json()["results"]] == [company]


def test_a_batch_reads_what_is_there_and_names_what_is_not(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", email="ada@nordwind.example", city="Oslo")
    body = {"inputs": [{"id": record}, {"id": "1"}], "properties": ["city"]}
    response = hubspot.post(f"{BATCH}/read", body)
    assert response.status_code == 207
    (found,) = response.json()["results"]
    assert found["properties"]["city"] == "Oslo"
    assert response.json()["errors"][0]["context"]["ids"] == ["1"]


def test_a_batch_reads_by_unique_property_with_history(hubspot: HubSpotApi) -> None:
    own_key(hubspot)
    hubspot.create("contacts", ledgerline_key="1:contact:7", city="Oslo")
    body = {
        "inputs": [{"id": "1:contact:7"}],
        "idProperty": "ledgerline_key",
        "properties": ["city"],
        "propertiesWithHistory": ["city"],
    }
    response = hubspot.post(f"{BATCH}/read", body)
    assert response.status_code == 200
    (found,) = response.json()["results"]
    assert found["propertiesWithHistory"]["city"][0]["value"] == "Oslo"


def test_a_batch_reads_archived_records_when_asked(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts")
    hubspot.post(f"{BATCH}/archive", {"inputs": [{"id": record}]})
    body = {"inputs": [{"id": record}]}
    assert hubspot.post(f"{BATCH}/read", body).status_code == 207
    answer = hubspot.call("POST", f"{BATCH}/read", body, archived="true").json()
    assert [each["id"] for each in answer["results"]] == [record]


def test_a_batch_archives_and_does_not_mind_repetition(hubspot: HubSpotApi) -> None:
    ids = [hubspot.create("contacts") for _ in range(2)]
    body = {"inputs": [{"id": each} for each in [*ids, "1"]]}
    assert hubspot.post(f"{BATCH}/archive", body).status_code == 204
    assert hubspot.post(f"{BATCH}/archive", body).status_code == 204
    assert hubspot.last_call()["is_noop"] is True
    assert contact_count(hubspot) == 0


@pytest.mark.parametrize(("option", "status"), [("fails_whole", 404), ("per_record", 207)])
def test_an_update_batch_without_trace_ids(hubspot: HubSpotApi, option: str, status: int) -> None:
    hubspot.options(batch_without_trace=option)
    record = hubspot.create("contacts", city="Oslo")
    inputs = [
        {"id": record, "properties": {"city": "Bergen"}},
        {"id": "1", "properties": {"city": "Bergen"}},
    ]
    assert hubspot.post(f"{BATCH}/update", {"inputs": inputs}).status_code == status
    expected = "Oslo" if option == "fails_whole" else "Bergen"
    assert hubspot.value("contacts", record, "city") == expected


def test_an_update_batch_goes_by_unique_property_too(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", email="ada@nordwind.example")
    each = {"id": "ada@nordwind.example", "idProperty": "email", "properties": {"city": "Oslo"}}
    response = hubspot.post(f"{BATCH}/update", {"inputs": [each]})
    assert response.status_code == 200
    assert response.json()["results"][0]["id"] == record


def test_an_upsert_creates_once_and_updates_then(hubspot: HubSpotApi) -> None:
    own_key(hubspot)
    body = {"inputs": [upsert("1:contact:7", "a", city="Oslo")]}
    (first,) = hubspot.post(f"{BATCH}/upsert", body).json()["results"]
    body = {"inputs": [upsert("1:contact:7", "a", city="Bergen")]}
    (second,) = hubspot.post(f"{BATCH}/upsert", body).json()["results"]
    assert (first["new"], second["new"]) == (True, False)
    assert first["id"] == second["id"]
    assert hubspot.value("contacts", first["id"], "ledgerline_key") == "1:contact:7"
    assert second["properties"]["city"] == "Bergen"


def test_an_upsert_needs_a_unique_property(hubspot: HubSpotApi) -> None:
    each = {"id": "Oslo", "idProperty": "city", "properties": {}}
    assert hubspot.post(f"{BATCH}/upsert", {"inputs": [each]}).status_code == 400


def test_an_upsert_by_email_is_never_partial(hubspot: HubSpotApi) -> None:
    inputs = [
        {"id": f"{name}@nordwind.example", "idProperty": "email", "properties": values}
        for name, values in (("ada", {}), ("ben", {"shoe_size": "38"}))
    ]
    for number, each in enumerate(inputs):
        each["objectWriteTraceId"] = str(number)
    assert hubspot.post(f"{BATCH}/upsert", {"inputs": inputs}).status_code == 400
    assert contact_count(hubspot) == 0


@pytest.mark.parametrize(
    ("type_name", "group"),
    [
        ("products", "productinformation"),
        ("line_items", "lineiteminformation"),
        ("invoices", "invoiceinformation"),
        ("commerce_payments", "paymentinformation"),
    ],
)
def test_every_commerce_type_can_be_upserted(
    hubspot: HubSpotApi, type_name: str, group: str
) -> None:
    own_key(hubspot, type_name, group)
    needed = {
        "products": {"name": "Sail"},
        "line_items": {"name": "Sail"},
        "invoices": {"hs_currency": "USD"},
        "commerce_payments": {"hs_initial_amount": "5", "hs_initiated_date": "2026-03-01"},
    }
    body = {"inputs": [upsert("1:7", **needed[type_name])]}
    path = f"/crm/v3/objects/{type_name}/batch/upsert"
    assert hubspot.post(path, body).json()["results"][0]["new"] is True
    assert hubspot.post(path, body).json()["results"][0]["new"] is False


def test_the_log_names_the_records_of_a_batch(hubspot: HubSpotApi) -> None:
    hubspot.post(f"{BATCH}/create", {"inputs": emails("ada", "ben", "cleo", traced=True)})
    entry = hubspot.last_call()
    assert len(entry["object_ids"]) == 3
    assert entry["request_id"] == "trace-0,trace-1,trace-2"
    assert entry["endpoint"] == "POST /crm/v3/objects/contacts/batch/create"
