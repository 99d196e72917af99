"""Single records: hubspot-api.md 4 and 5."""

import pytest

from tests.sandbox.hubspot.api import HubSpotApi

CONTACTS = "/crm/v3/objects/contacts"
# what a new record of each type needs: hubspot-api.md 4
NEEDED = {
    "contacts": {},
    "companies": {"name": "Nordwind"},
    "products": {"name": "Sail"},
    "line_items": {},
    "invoices": {"hs_currency": "USD"},
    "commerce_payments": {"hs_initial_amount": "5", "hs_initiated_date": "2026-03-01"},
    "discounts": {"hs_label": "Spring", "hs_value": "5"},
    "fees": {"hs_label": "Handling", "hs_value": "5"},
    "taxes": {"hs_label": "Sales tax", "hs_value": "5"},
}
TYPE_IDS = {
    "contacts": "0-1",
    "companies": "0-2",
    "products": "0-7",
    "line_items": "0-8",
    "invoices": "0-53",
    "commerce_payments": "0-101",
    "discounts": "0-84",
    "fees": "0-85",
    "taxes": "0-86",
}


@pytest.mark.parametrize("type_name", NEEDED)
def test_a_record_lives_from_creation_to_the_recycle_bin(
    hubspot: HubSpotApi, type_name: str
) -> None:
    record = hubspot.create(type_name, **NEEDED[type_name])
    path = f"/crm/v3/objects/{type_name}/{record}"
    assert hubspot.get(path).json()["archived"] is False
    assert hubspot.delete(path).status_code == 204
    assert hubspot.get(path).status_code == 404
    archived = hubspot.get(path, archived="true").json()
    assert archived["archived"] is True
    assert archived["archivedAt"]


@pytest.mark.parametrize(("type_name", "type_id"), TYPE_IDS.items())
def test_a_type_is_named_by_plural_or_id(hubspot: HubSpotApi, type_name: str, type_id: str) -> None:
    record = hubspot.create(type_name, **NEEDED[type_name])
    (listed,) = hubspot.get(f"/crm/v3/objects/{type_id}").json()["results"]
    assert listed["id"] == record


@pytest.mark.parametrize(
    ("type_name", "missing"),
    [
        ("companies", "name"),
        ("products", "name"),
        ("invoices", "hs_currency"),
        ("commerce_payments", "hs_initial_amount"),
    ],
)
def test_it_names_the_property_a_new_record_lacks(
    hubspot: HubSpotApi, type_name: str, missing: str
) -> None:
    response = hubspot.try_create(type_name)
    assert response.status_code == 400
    assert response.json()["category"] == "VALIDATION_ERROR"
    assert missing in response.json()["message"]


def test_it_refuses_a_second_contact_with_the_same_email(hubspot: HubSpotApi) -> None:
    first = hubspot.create("contacts", email="ada@nordwind.example")
    response = hubspot.try_create("contacts", email="Ada@Nordwind.example")
    assert response.status_code == 409
    assert response.json()["category"] == "CONFLICT"
    assert response.json()["message"] == f"Contact already exists. Existing ID: {first}"


def test_a_contact_is_found_by_its_email(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", email="ada@nordwind.example")
    path = f"{CONTACTS}/ada@nordwind.example"
    assert hubspot.get(path, idProperty="email").json()["id"] == record
    body = {"properties": {"firstname": "Ada"}}
    assert hubspot.patch(path, body, idProperty="email").status_code == 200
    assert hubspot.value("contacts", record, "firstname") == "Ada"


def test_only_a_unique_property_identifies(hubspot: HubSpotApi) -> None:
    hubspot.create("companies", name="Nordwind", domain="nordwind.example")
    response = hubspot.get("/crm/v3/objects/companies/nordwind.example", idProperty="domain")
    assert response.status_code == 400


def test_a_domain_identifies_where_the_account_takes_it_as_unique(hubspot: HubSpotApi) -> None:
    hubspot.options(company_domain_as_id=True)
    record = hubspot.create("companies", name="Nordwind", domain="nordwind.example")
    path = "/crm/v3/objects/companies/nordwind.example"
    assert hubspot.get(path, idProperty="domain").json()["id"] == record


@pytest.mark.parametrize(("option", "status"), [("allowed", 201), ("refused", 409)])
def test_a_second_company_with_the_same_domain(
    hubspot: HubSpotApi, option: str, status: int
) -> None:
    hubspot.options(company_duplicate_domains=option)
    hubspot.create("companies", name="Nordwind", domain="nordwind.example")
    second = hubspot.try_create("companies", name="Nordwind 2", domain="nordwind.example")
    assert second.status_code == status


@pytest.mark.parametrize(("option", "status"), [("new_record", 201), ("conflict", 409)])
def test_the_email_of_an_archived_contact(hubspot: HubSpotApi, option: str, status: int) -> None:
    hubspot.options(archived_email_reuse=option)
    record = hubspot.create("contacts", email="ada@nordwind.example")
    hubspot.delete(f"{CONTACTS}/{record}")
    assert hubspot.try_create("contacts", email="ada@nordwind.example").status_code == status


def test_without_properties_only_a_few_come_back(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", email="ada@nordwind.example", city="Oslo")
    shown = hubspot.get(f"{CONTACTS}/{record}").json()["properties"]
    assert set(shown) == {
        "createdate",
        "email",
        "firstname",
        "lastname",
        "hs_object_id",
        "lastmodifieddate",
    }


def test_unknown_names_are_ignored_on_reads(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", city="Oslo")
    shown = hubspot.get(f"{CONTACTS}/{record}", properties="city,shoe_size").json()["properties"]
    assert shown["city"] == "Oslo"
    assert "shoe_size" not in shown


def test_an_empty_text_clears_a_property(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", city="Oslo")
    hubspot.update("contacts", record, city="")
    assert hubspot.value("contacts", record, "city") is None


def test_a_change_moves_the_modification_time(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", city="Oslo")
    before = hubspot.value("contacts", record, "lastmodifieddate")
    hubspot.sandbox.advance(60)
    hubspot.update("contacts", record, city="Bergen")
    after = hubspot.value("contacts", record, "lastmodifieddate")
    assert (before or "") < (after or "")


def test_writing_the_same_value_changes_nothing(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", city="Oslo")
    before = hubspot.value("contacts", record, "lastmodifieddate")
    hubspot.sandbox.advance(60)
    hubspot.update("contacts", record, city="Oslo")
    assert hubspot.last_call()["is_noop"] is True
    assert hubspot.value("contacts", record, "lastmodifieddate") == before


def test_only_contacts_have_their_own_name_for_the_modification_time(hubspot: HubSpotApi) -> None:
    contact, company = hubspot.create("contacts"), hubspot.create("companies", name="Nordwind")
    names = "lastmodifieddate,hs_lastmodifieddate"
    shown = hubspot.get(f"{CONTACTS}/{contact}", properties=names).json()["properties"]
    assert "lastmodifieddate" in shown
    assert "hs_lastmodifieddate" not in shown
    other = hubspot.get(f"/crm/v3/objects/companies/{company}", properties=names).json()
    assert "hs_lastmodifieddate" in other["properties"]
    assert "lastmodifieddate" not in other["properties"]


def test_history_tells_apps_from_people(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", city="Oslo")
    hubspot.person("edit", "contacts", record, properties={"city": "Bergen"})
    answer = hubspot.get(f"{CONTACTS}/{record}", propertiesWithHistory="city").json()
    newest, oldest = answer["propertiesWithHistory"]["city"]
    assert (newest["value"], newest["sourceType"]) == ("Bergen", "CRM_UI")
    assert newest["sourceId"].startswith("userId:")
    assert newest["sourceId"] == f"userId:{newest['updatedByUserId']}"
    assert (oldest["value"], oldest["sourceType"]) == ("Oslo", "INTEGRATION")
    assert oldest["sourceId"] == hubspot.value("contacts", record, "hs_object_source_id")


@pytest.mark.parametrize("source", ["INTEGRATION", "API"])
def test_a_record_says_where_it_came_from(hubspot: HubSpotApi, source: str) -> None:
    hubspot.options(api_source_type=source)
    ours = hubspot.create("contacts")
    theirs = hubspot.person("create", "contacts")["id"]
    assert hubspot.value("contacts", ours, "hs_object_source") == source
    assert hubspot.value("contacts", theirs, "hs_object_source") == "CRM_UI"


def test_the_life_cycle_of_a_contact_moves_forward_unless_cleared(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", lifecyclestage="customer")
    hubspot.update("contacts", record, lifecyclestage="lead")
    assert hubspot.value("contacts", record, "lifecyclestage") == "customer"
    hubspot.update("contacts", record, lifecyclestage="")
    hubspot.update("contacts", record, lifecyclestage="lead")
    assert hubspot.value("contacts", record, "lifecyclestage") == "lead"


def test_pages_of_a_list_follow_the_record_id(hubspot: HubSpotApi) -> None:
    made = [hubspot.create("contacts") for _ in range(5)]
    first = hubspot.get(CONTACTS, limit=3).json()
    after = first["paging"]["next"]["after"]
    assert after == made[2]
    second = hubspot.get(CONTACTS, limit=3, after=after).json()
    assert [each["id"] for each in first["results"] + second["results"]] == made
    assert "paging" not in second
    assert hubspot.get(CONTACTS, limit=3, offset=after).json() == second


def test_a_list_holds_archived_records_only_when_asked(hubspot: HubSpotApi) -> None:
    kept, gone = hubspot.create("contacts"), hubspot.create("contacts")
    hubspot.delete(f"{CONTACTS}/{gone}")
    assert [each["id"] for each in hubspot.get(CONTACTS).json()["results"]] == [kept]
    archived = hubspot.get(CONTACTS, archived="true").json()["results"]
    assert [each["id"] for each in archived] == [gone]


@pytest.mark.parametrize(
    ("query", "largest"), [({}, 100), ({"propertiesWithHistory": "email"}, 50)]
)
def test_a_page_has_a_largest_size(
    hubspot: HubSpotApi, query: dict[str, str], largest: int
) -> None:
    assert hubspot.get(CONTACTS, limit=largest, **query).status_code == 200
    assert hubspot.get(CONTACTS, limit=largest + 1, **query).status_code == 400


@pytest.mark.parametrize(("spaced", "key"), [(True, "line items"), (False, "line_items")])
def test_the_associations_of_a_record_are_keyed_by_type(
    hubspot: HubSpotApi, spaced: bool, key: str
) -> None:
    hubspot.options(association_key_spaces=spaced)
    invoice = hubspot.draft("10")
    answer = hubspot.get(
        f"/crm/v3/objects/invoices/{invoice}", associations="line_items,contacts"
    ).json()
    assert set(answer["associations"]) == {key, "contacts"}
    (line,) = answer["associations"][key]["results"]
    assert line["type"] == "invoice_to_line_item"


def test_merging_keeps_the_primary_and_what_it_lacked(hubspot: HubSpotApi) -> None:
    primary = hubspot.create("contacts", email="ada@nordwind.example", city="Oslo")
    loser = hubspot.create("contacts", email="ada@home.example", city="Bergen", phone="555")
    merged = hubspot.post(
        f"{CONTACTS}/merge", {"primaryObjectId": primary, "objectIdToMerge": loser}
    ).json()
    assert merged["id"] == primary
    values = hubspot.values("contacts", primary, "city", "phone", "hs_merged_object_ids")
    assert values == {"city": "Oslo", "phone": "555", "hs_merged_object_ids": loser}
    assert hubspot.try_create("contacts", email="ada@home.example").status_code == 409


def test_single_calls_accept_a_merged_id_and_batches_do_not(hubspot: HubSpotApi) -> None:
    primary, loser = hubspot.create("contacts"), hubspot.create("contacts")
    hubspot.post(f"{CONTACTS}/merge", {"primaryObjectId": primary, "objectIdToMerge": loser})
    assert hubspot.update("contacts", loser, city="Oslo").json()["id"] == primary
    batch = hubspot.post(f"{CONTACTS}/batch/read", {"inputs": [{"id": loser}]})
    assert batch.status_code == 207
    assert [e["id"] for e in hubspot.get(CONTACTS, archived="true").json()["results"]] == []


def test_merging_moves_associations(hubspot: HubSpotApi) -> None:
    invoice = hubspot.draft("10")
    (contact,) = hubspot.world()["associations"]["invoices"][invoice]["contacts"]
    primary = hubspot.create("contacts")
    hubspot.person("merge", "contacts", primary, other_id=contact)
    assert hubspot.world()["associations"]["invoices"][invoice]["contacts"] == [primary]


def test_products_cannot_be_merged(hubspot: HubSpotApi) -> None:
    one, two = hubspot.create("products", name="Sail"), hubspot.create("products", name="Mast")
    body = {"primaryObjectId": one, "objectIdToMerge": two}
    assert hubspot.post("/crm/v3/objects/products/merge", body).status_code == 400


def test_an_erased_contact_leaves_nothing(hubspot: HubSpotApi) -> None:
    record = hubspot.create("contacts", email="ada@nordwind.example")
    response = hubspot.post(f"{CONTACTS}/gdpr-delete", {"objectId": record})
    assert response.status_code == 204
    assert hubspot.get(f"{CONTACTS}/{record}", archived="true").status_code == 404
    assert "nordwind" not in str(hubspot.world()["objects"]["contacts"])


def test_an_unknown_type_is_refused(hubspot: HubSpotApi) -> None:
    response = hubspot.get("/crm/v3/objects/spaceships")
    assert response.status_code == 400
    assert "spaceships" in response.json()["message"]


def test_a_body_that_is_not_json_is_refused(hubspot: HubSpotApi) -> None:
    headers = {"Authorization": f"Bearer {hubspot.token}"}
    response = hubspot.sandbox.call("POST", f"/hubspot{CONTACTS}", data="{", headers=headers)
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("form", "content"), [("json", "OBJECT_NOT_FOUND"), ("html", "<html>"), ("empty", "")]
)
def test_a_path_that_does_not_exist(hubspot: HubSpotApi, form: str, content: str) -> None:
    hubspot.options(unknown_path=form)
    response = hubspot.get("/crm/v9/objects/contacts")
    assert response.status_code == 404
    assert content in response.text


def test_products_need_all_listed_properties_where_the_account_says_so(
    hubspot: HubSpotApi,
) -> None:
    hubspot.options(product_required="all")
    assert hubspot.try_create("products", name="Sail").status_code == 400
    whole = {"name": "Sail", "price": "5", "hs_sku": "S", "description": "White", "hs_folder": "1"}
    assert hubspot.try_create("products", **whole).status_code == 201


def test_the_create_form_binds_2026_09_only(hubspot: HubSpotApi) -> None:
    hubspot.options(write_rules_2026_09=True, create_form_required={"contacts": ["lastname"]})
    body = {"properties": {"firstname": "Ada"}}
    assert hubspot.post("/crm/objects/2026-09/contacts", body).status_code == 400
    assert hubspot.post("/crm/objects/2026-03/contacts", body).status_code == 201
    assert hubspot.post(CONTACTS, body).status_code == 201
