"""Every record type through the client's typed calls: those it has a module for through that
module, all of them through its generic one."""

from typing import Any

import pytest
from hubspot import HubSpot
from hubspot.crm import companies, contacts, line_items, objects, products
from hubspot.crm.commerce import invoices
from hubspot.crm.objects import taxes
from hubspot.crm.properties import PropertyCreate

NEEDED: dict[str, dict[str, str]] = {
    "contacts": {"email": "ada@nordwind.example"},
    "companies": {"name": "Nordwind"},
    "products": {"name": "Sail", "price": "40"},
    "line_items": {"name": "Sail", "price": "40", "quantity": "2"},
    "invoices": {"hs_currency": "USD"},
    "commerce_payments": {"hs_initial_amount": "5", "hs_initiated_date": "2026-03-01"},
    "discounts": {"hs_label": "Spring", "hs_value": "5"},
    "fees": {"hs_label": "Handling", "hs_value": "5"},
    "taxes": {"hs_label": "Sales tax", "hs_value": "5"},
}
# a property anybody may change later, and its new value
EDITED = {
    "contacts": ("city", "Oslo"),
    "companies": ("city", "Oslo"),
    "products": ("price", "45"),
    "line_items": ("quantity", "3"),
    "invoices": ("hs_title", "March"),
    "commerce_payments": ("hs_reference_number", "7"),
    "discounts": ("hs_value", "6"),
    "fees": ("hs_value", "6"),
    "taxes": ("hs_value", "6"),
}
MODULES: dict[str, Any] = {
    "contacts": contacts,
    "companies": companies,
    "products": products,
    "line_items": line_items,
    "invoices": invoices,
    "taxes": taxes,
}


class Calls:
    """One type's calls; the generic module wants the type's name before everything else."""

    def __init__(self, client: HubSpot, type_name: str, *, generic: bool) -> None:
        self.models = objects if generic else MODULES[type_name]
        api = client.crm.objects if generic else self._own(client, type_name)
        self.basic, self.batch, self.search = api.basic_api, api.batch_api, api.search_api
        self.first = (type_name,) if generic else ()

    def create(self, **properties: str) -> Any:
        asked = self.models.SimplePublicObjectInputForCreate(properties=properties)
        return self.basic.create(*self.first, asked)

    @staticmethod
    def _own(client: HubSpot, type_name: str) -> Any:
        match type_name:
            case "invoices":
                return client.crm.commerce.invoices
            case "taxes":
                return client.crm.objects.taxes
            case _:
                return getattr(client.crm, type_name)


@pytest.fixture(params=[*((name, False) for name in MODULES), *((name, True) for name in NEEDED)])
def typed(client: HubSpot, request: pytest.FixtureRequest) -> tuple[str, Calls]:
    name, generic = request.param
    return name, Calls(client, name, generic=generic)


def test_a_record_is_created_read_changed_listed_and_archived(typed: tuple[str, Calls]) -> None:
    name, calls = typed
    made = calls.create(**NEEDED[name])
    changed, value = EDITED[name]
    asked = calls.models.SimplePublicObjectInput(properties={changed: value})
    assert calls.basic.update(*calls.first, made.id, asked).properties[changed] == value
    read = calls.basic.get_by_id(
        *calls.first, made.id, properties=[changed], properties_with_history=[changed]
    )
    assert read.properties[changed] == value
    assert read.properties_with_history[changed][0].value == value
    assert read.updated_at >= read.created_at == made.created_at
    assert [each.id for each in calls.basic.get_page(*calls.first).results] == [made.id]
    calls.basic.archive(*calls.first, made.id)
    assert calls.basic.get_page(*calls.first).results == []
    (gone,) = calls.basic.get_page(*calls.first, archived=True).results
    assert (gone.id, gone.archived) == (made.id, True)


def test_a_record_is_found(typed: tuple[str, Calls]) -> None:
    name, calls = typed
    made = calls.create(**NEEDED[name])
    wanted, value = next(iter(NEEDED[name].items()))
    models = calls.models
    spec = models.Filter(property_name=wanted, operator="EQ", value=value)
    asked = models.PublicObjectSearchRequest(
        filter_groups=[models.FilterGroup(filters=[spec])],
        sorts=["createdate"],
        properties=[wanted],
        limit=10,
        after="0",
        query="",
    )
    found = calls.search.do_search(*calls.first, asked)
    assert (found.total, found.results[0].id) == (1, made.id)
    assert found.results[0].properties[wanted].startswith(value)


def test_records_travel_in_batches(typed: tuple[str, Calls]) -> None:
    name, calls = typed
    models, first = calls.models, calls.first
    needed = {k: v for k, v in NEEDED[name].items() if k != "email"}
    inputs = [
        models.SimplePublicObjectBatchInputForCreate(
            properties=needed, associations=[], object_write_trace_id=str(number)
        )
        for number in range(3)
    ]
    asked = models.BatchInputSimplePublicObjectBatchInputForCreate(inputs=inputs)
    made = calls.batch.create(*first, asked)
    assert (made.status, len(made.results)) == ("COMPLETE", 3)
    ids = [each.id for each in made.results]
    changed, value = EDITED[name]
    edits = [
        models.SimplePublicObjectBatchInput(id=each, properties={changed: value}) for each in ids
    ]
    updated = calls.batch.update(
        *first, models.BatchInputSimplePublicObjectBatchInput(inputs=edits)
    )
    assert {each.properties[changed] for each in updated.results} == {value}
    keys = [models.SimplePublicObjectId(id=each) for each in ids]
    reading = models.BatchReadInputSimplePublicObjectId(
        inputs=[*keys, models.SimplePublicObjectId(id="1")],
        properties=[changed],
        properties_with_history=[changed],
    )
    read = calls.batch.read(*first, reading)
    assert [each.id for each in read.results] == ids
    assert read.num_errors == 1
    assert read.errors[0].context["ids"] == ["1"]
    calls.batch.archive(*first, models.BatchInputSimplePublicObjectId(inputs=keys))
    assert calls.basic.get_page(*first).results == []


def test_a_record_is_upserted_by_an_own_unique_property(
    client: HubSpot, typed: tuple[str, Calls]
) -> None:
    name, calls = typed
    _define_key(client, name)
    models = calls.models
    needed = {k: v for k, v in NEEDED[name].items() if k != "email"}

    def upsert() -> Any:
        each = models.SimplePublicObjectBatchInputUpsert(
            id="1:7", id_property="ledgerline_key", properties=needed, object_write_trace_id="t"
        )
        asked = models.BatchInputSimplePublicObjectBatchInputUpsert(inputs=[each])
        return calls.batch.upsert(*calls.first, asked).results[0]

    first, second = upsert(), upsert()
    assert (first.new, second.new) == (True, False)
    assert first.id == second.id
    read = calls.basic.get_by_id(*calls.first, "1:7", id_property="ledgerline_key")
    assert read.id == first.id


def test_all_records_are_fetched_page_by_page(client: HubSpot) -> None:
    calls = Calls(client, "contacts", generic=False)
    made = [calls.create(firstname=f"Ada {number}").id for number in range(105)]
    assert [each.id for each in client.crm.contacts.get_all()] == made
    history = client.crm.contacts.get_all(properties_with_history=["firstname"])
    assert [each.id for each in history] == made


def test_contacts_and_companies_are_merged(client: HubSpot) -> None:
    for name, module in (("contacts", contacts), ("companies", companies)):
        calls = Calls(client, name, generic=False)
        one, two = calls.create(**NEEDED[name]), calls.create(**_another(name))
        asked = module.PublicMergeInput(primary_object_id=one.id, object_id_to_merge=two.id)
        assert calls.basic.merge(asked).id == one.id
        assert [each.id for each in calls.basic.get_page().results] == [one.id]


def test_a_contact_is_erased(client: HubSpot) -> None:
    calls = Calls(client, "contacts", generic=False)
    made = calls.create(email="ada@nordwind.example")
    calls.basic.purge(contacts.PublicGdprDeleteInput(object_id=made.id))
    assert calls.basic.get_page(archived=True).results == []


def test_the_client_asks_by_hand_for_what_it_has_no_module_for(client: HubSpot) -> None:
    body = {"properties": NEEDED["commerce_payments"]}
    path = "/crm/objects/2026-09/commerce_payments"
    made = client.api_request({"method": "POST", "path": path, "body": body})
    assert made.status_code == 201
    read = client.api_request({"path": f"{path}/{made.json()['id']}"})
    assert read.json()["id"] == made.json()["id"]


def _another(name: str) -> dict[str, str]:
    return {"email": "ben@nordwind.example"} if name == "contacts" else {"name": "Acme"}


def _define_key(client: HubSpot, type_name: str) -> None:
    groups = client.crm.properties.groups_api.get_all(type_name).results
    asked = PropertyCreate(
        name="ledgerline_key",
        label="Key",
        type="string",
        field_type="text",
        group_name=groups[0].name,
        has_unique_value=True,
    )
    client.crm.properties.core_api.create(type_name, asked)
