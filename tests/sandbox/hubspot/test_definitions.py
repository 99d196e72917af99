"""Property definitions: hubspot-api.md 9 [SPEC][PROPS]."""

from typing import Any

import pytest

from tests.sandbox.hubspot.api import HubSpotApi, error_codes

CONTACTS = "/crm/v3/properties/contacts"
KEY = {
    "name": "ledgerline_key",
    "label": "Ledgerline key",
    "type": "string",
    "fieldType": "text",
    "groupName": "contactinformation",
    "hasUniqueValue": True,
}


def definition(**more: Any) -> dict[str, Any]:
    return {**KEY, **more}


@pytest.mark.parametrize(
    ("type_name", "name", "type_", "read_only", "calculated"),
    [
        ("contacts", "email", "string", False, False),
        ("contacts", "lastmodifieddate", "datetime", True, False),
        ("companies", "domain", "string", False, False),
        ("products", "price", "number", False, False),
        ("line_items", "amount", "number", True, True),
        ("line_items", "hs_discount_percentage", "number", False, False),
        ("invoices", "hs_invoice_status", "enumeration", False, False),
        ("invoices", "hs_due_date", "datetime", False, False),
        ("invoices", "hs_balance_due", "number", True, False),
        ("invoices", "hs_invoice_billable", "bool", False, False),
        ("commerce_payments", "hs_latest_status", "enumeration", False, False),
        ("commerce_payments", "hs_net_amount", "number", True, True),
        ("taxes", "hs_value", "number", False, False),
        ("discounts", "hs_type", "enumeration", False, False),
        ("fees", "hs_sort_order", "number", False, False),
    ],
)
def test_hubspots_own_properties_are_described(
    hubspot: HubSpotApi, type_name: str, name: str, type_: str, read_only: bool, calculated: bool
) -> None:
    found = hubspot.get(f"/crm/v3/properties/{type_name}/{name}").json()
    assert found["type"] == type_
    assert found["modificationMetadata"]["readOnlyValue"] is read_only
    assert found["calculated"] is calculated
    assert found["hubspotDefined"] is True


def test_payments_know_their_statuses(hubspot: HubSpotApi) -> None:
    path = "/crm/v3/properties/commerce_payments/hs_latest_status"
    values = {option["value"] for option in hubspot.get(path).json()["options"]}
    assert {"processing", "succeeded", "refunded", "disputed_lost"} <= values
    assert len(values) == 10


def test_an_own_property_can_be_made_changed_and_archived(hubspot: HubSpotApi) -> None:
    made = hubspot.post(CONTACTS, definition())
    assert made.status_code == 201
    assert made.json()["hubspotDefined"] is False
    changed = hubspot.patch(f"{CONTACTS}/ledgerline_key", {"label": "Key", "hasUniqueValue": False})
    assert (changed.json()["label"], changed.json()["hasUniqueValue"]) == ("Key", True)
    assert hubspot.delete(f"{CONTACTS}/ledgerline_key").status_code == 204
    assert hubspot.get(f"{CONTACTS}/ledgerline_key").status_code == 404
    archived = hubspot.get(CONTACTS, archived="true").json()["results"]
    assert [each["name"] for each in archived] == ["ledgerline_key"]
    assert "ledgerline_key" in refusal_of_key(hubspot)
    assert hubspot.post(CONTACTS, definition()).status_code == 201


def refusal_of_key(hubspot: HubSpotApi) -> str:
    return str(hubspot.try_create("contacts", ledgerline_key="1").json()["message"])


@pytest.mark.parametrize("category", ["OBJECT_ALREADY_EXISTS", "PROPERTY_EXISTS"])
def test_a_second_property_of_the_same_name_is_a_conflict(
    hubspot: HubSpotApi, category: str
) -> None:
    hubspot.options(duplicate_property_category=category)
    hubspot.post(CONTACTS, definition())
    again = hubspot.post(CONTACTS, definition())
    assert (again.status_code, again.json()["category"]) == (409, category)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"groupName": "nowhere"}, "INVALID_GROUP"),
        ({"name": "Ledgerline Key"}, "INVALID_PROPERTY_NAME"),
        ({"type": "number"}, "INVALID_TYPE"),
        ({"type": "colour"}, "INVALID_TYPE"),
        ({"label": ""}, "REQUIRED_FIELD"),
        ({"type": "date", "fieldType": "date"}, "INVALID_TYPE"),
    ],
)
def test_a_definition_that_does_not_fit_is_refused(
    hubspot: HubSpotApi, wrong: dict[str, str], code: str
) -> None:
    assert error_codes(hubspot.post(CONTACTS, definition(**wrong))) == [code]


def test_names_may_be_free_where_the_account_takes_them(hubspot: HubSpotApi) -> None:
    hubspot.options(property_names="any")
    assert hubspot.post(CONTACTS, definition(name="Ledgerline Key")).status_code == 201


def test_ten_properties_of_a_type_can_be_unique(hubspot: HubSpotApi) -> None:
    for number in range(10):
        assert hubspot.post(CONTACTS, definition(name=f"key_{number}")).status_code == 201
    assert error_codes(hubspot.post(CONTACTS, definition())) == ["UNIQUE_PROPERTY_LIMIT"]
    assert hubspot.post(CONTACTS, definition(hasUniqueValue=False)).status_code == 201


def test_hubspots_own_properties_cannot_be_changed(hubspot: HubSpotApi) -> None:
    assert hubspot.patch(f"{CONTACTS}/email", {"label": "Mail"}).status_code == 400
    assert hubspot.delete(f"{CONTACTS}/email").status_code == 400


@pytest.mark.parametrize(("option", "status"), [("400", 400), ("409", 409)])
def test_a_taken_unique_value_is_refused_and_names_its_holder(
    hubspot: HubSpotApi, option: str, status: int
) -> None:
    hubspot.options(duplicate_unique_value=option)
    hubspot.post(CONTACTS, definition())
    holder = hubspot.create("contacts", ledgerline_key="1:contact:7")
    response = hubspot.try_create("contacts", ledgerline_key="1:contact:7")
    assert response.status_code == status
    assert holder in response.json()["message"]
    other = hubspot.create("contacts")
    assert hubspot.update("contacts", other, ledgerline_key="1:contact:7").status_code == status


def test_a_unique_property_identifies_a_record(hubspot: HubSpotApi) -> None:
    hubspot.post(CONTACTS, definition())
    record = hubspot.create("contacts", ledgerline_key="1:contact:7")
    path = "/crm/v3/objects/contacts/1:contact:7"
    assert hubspot.get(path, idProperty="ledgerline_key").json()["id"] == record


def test_a_unique_value_is_free_again_after_deletion(hubspot: HubSpotApi) -> None:
    hubspot.post(CONTACTS, definition())
    record = hubspot.create("contacts", ledgerline_key="1:contact:7")
    hubspot.delete(f"/crm/v3/objects/contacts/{record}")
    assert hubspot.try_create("contacts", ledgerline_key="1:contact:7").status_code == 201


def test_groups_can_be_made_and_used(hubspot: HubSpotApi) -> None:
    group = {"name": "ledgerline", "label": "Ledgerline"}
    assert hubspot.post(f"{CONTACTS}/groups", group).status_code == 201
    assert hubspot.post(f"{CONTACTS}/groups", group).status_code == 409
    assert hubspot.get(f"{CONTACTS}/groups/ledgerline").json()["label"] == "Ledgerline"
    hubspot.patch(f"{CONTACTS}/groups/ledgerline", {"label": "Books"})
    listed = {g["name"]: g["label"] for g in hubspot.get(f"{CONTACTS}/groups").json()["results"]}
    assert listed["ledgerline"] == "Books"
    assert hubspot.post(CONTACTS, definition(groupName="ledgerline")).status_code == 201
    assert hubspot.delete(f"{CONTACTS}/groups/ledgerline").status_code == 204
    assert hubspot.get(f"{CONTACTS}/groups/ledgerline").status_code == 404


def test_definitions_travel_in_batches(hubspot: HubSpotApi) -> None:
    inputs = [definition(name="key_1"), definition(name="key_2"), definition(name="Key 3")]
    made = hubspot.post(f"{CONTACTS}/batch/create", {"inputs": inputs})
    assert made.status_code == 207
    assert [each["name"] for each in made.json()["results"]] == ["key_1", "key_2"]
    names = {"inputs": [{"name": "key_1"}, {"name": "nothing"}], "archived": False}
    read = hubspot.post(f"{CONTACTS}/batch/read", names)
    assert (read.status_code, len(read.json()["results"])) == (207, 1)
    gone = hubspot.post(f"{CONTACTS}/batch/archive", {"inputs": [{"name": "key_1"}]})
    assert gone.status_code == 204
    assert hubspot.get(f"{CONTACTS}/key_1").status_code == 404


@pytest.mark.parametrize(
    ("type_name", "scope"),
    [
        ("contacts", "crm.schemas.contacts.write"),
        ("invoices", "crm.schemas.invoices.write"),
        ("products", "e-commerce"),
        ("line_items", "e-commerce"),
    ],
)
def test_making_a_property_needs_the_schema_scope_of_its_type(
    hubspot: HubSpotApi, type_name: str, scope: str
) -> None:
    granted = hubspot.world()["portal"]["options"]["scopes"]
    hubspot.options(scopes=[each for each in granted if each != scope])
    response = hubspot.post(f"/crm/v3/properties/{type_name}", definition())
    assert response.status_code == 403
    assert response.json()["category"] == "MISSING_SCOPES"
    assert response.json()["context"]["missingScopes"] == [scope]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_older_readers_get_a_bare_list(hubspot: HubSpotApi, version: str) -> None:
    found = hubspot.get(f"/properties/{version}/contact/properties").json()
    assert {"email", "lastmodifieddate"} <= {each["name"] for each in found}
    assert hubspot.get("/crm/v3/schemas").json() == {"results": []}
