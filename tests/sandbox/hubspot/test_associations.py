"""Associations: hubspot-api.md 6 [ASSOC][SPEC]."""

from typing import Any

import pytest

from tests.sandbox.hubspot.api import HubSpotApi, association, error_codes

# from, to, id, reverse: hubspot-api.md 6.1
TYPE_TABLE = [
    ("contacts", "companies", 279, 280),
    ("invoices", "contacts", 177, 178),
    ("invoices", "companies", 179, 180),
    ("invoices", "line_items", 409, 410),
    ("invoices", "discounts", 411, 412),
    ("invoices", "fees", 413, 414),
    ("invoices", "taxes", 415, 416),
    ("invoices", "commerce_payments", 541, 542),
    ("commerce_payments", "contacts", 387, 388),
    ("commerce_payments", "companies", 389, 390),
    ("commerce_payments", "line_items", 395, 396),
    ("commerce_payments", "fees", 1326, 1327),
    ("line_items", "discounts", 368, 367),
]


@pytest.fixture
def pair(hubspot: HubSpotApi) -> tuple[str, str]:
    """A contact and a company."""
    return hubspot.create("contacts"), hubspot.create("companies", name="Nordwind")


def of_record(from_type: str, record: str, to_type: str, version: str = "v4") -> str:
    if version == "v4":
        return f"/crm/v4/objects/{from_type}/{record}/associations/{to_type}"
    return f"/crm/objects/{version}/{from_type}/{record}/associations/{to_type}"


def between(from_type: str, to_type: str, call: str, version: str = "v4") -> str:
    if version == "v4":
        return f"/crm/v4/associations/{from_type}/{to_type}/{call}"
    return f"/crm/associations/{version}/{from_type}/{to_type}/{call}"


def type_ids(hubspot: HubSpotApi, from_type: str, record: str, to_type: str) -> dict[str, set[int]]:
    results = hubspot.get(of_record(from_type, record, to_type)).json()["results"]
    return {
        each["toObjectId"]: {kind["typeId"] for kind in each["associationTypes"]}
        for each in results
    }


@pytest.mark.parametrize(("from_type", "to_type", "there", "back"), TYPE_TABLE)
def test_the_default_types_are_those_of_the_table(
    hubspot: HubSpotApi, from_type: str, to_type: str, there: int, back: int
) -> None:
    forth = hubspot.get(between(from_type, to_type, "labels")).json()["results"]
    assert forth[0] == {"category": "HUBSPOT_DEFINED", "typeId": there, "label": None}
    reverse = hubspot.get(between(to_type, from_type, "labels")).json()["results"]
    assert reverse[0]["typeId"] == back


@pytest.mark.parametrize("version", ["v4", "2026-03", "2026-09"])
def test_a_default_association_shows_both_directions(hubspot: HubSpotApi, version: str) -> None:
    invoice, contact = hubspot.create("invoices", hs_currency="USD"), hubspot.create("contacts")
    path = of_record("invoices", invoice, f"default/contacts/{contact}", version)
    answer = hubspot.put(path)
    assert answer.status_code == 200
    assert answer.json()["results"] == [
        {"from": {"id": invoice}, "to": {"id": contact}, "associationSpec": association(177)},
        {"from": {"id": contact}, "to": {"id": invoice}, "associationSpec": association(178)},
    ]
    assert type_ids(hubspot, "contacts", contact, "invoices") == {invoice: {178}}


def test_types_may_be_named_in_the_singular(hubspot: HubSpotApi, pair: tuple[str, str]) -> None:
    contact, company = pair
    path = of_record("contact", contact, f"default/company/{company}")
    assert hubspot.put(path).status_code == 200
    assert company in type_ids(hubspot, "0-1", contact, "0-2")


def test_labels_replace_the_ones_before(hubspot: HubSpotApi, pair: tuple[str, str]) -> None:
    contact, company = pair
    hubspot.put(of_record("contacts", contact, f"default/companies/{company}"))
    path = of_record("contacts", contact, f"companies/{company}")
    answer = hubspot.put(path, [association(931)])
    assert answer.status_code == 201
    assert answer.json()["labels"] == ["Billing contact"]
    assert type_ids(hubspot, "contacts", contact, "companies") == {company: {279, 931}}
    hubspot.put(path, [association(1)])
    assert type_ids(hubspot, "contacts", contact, "companies") == {company: {279, 1}}
    assert type_ids(hubspot, "companies", company, "contacts") == {contact: {280, 2}}


def test_a_contact_has_one_primary_company(hubspot: HubSpotApi, pair: tuple[str, str]) -> None:
    contact, first = pair
    second = hubspot.create("companies", name="Acme")
    for company in (first, second):
        hubspot.put(of_record("contacts", contact, f"companies/{company}"), [association(1)])
    assert type_ids(hubspot, "contacts", contact, "companies") == {
        first: {279},
        second: {279, 1},
    }


@pytest.mark.parametrize(("option", "types"), [(True, {279, 1}), (False, {279})])
def test_the_first_company_of_a_contact(
    hubspot: HubSpotApi, pair: tuple[str, str], option: bool, types: set[int]
) -> None:
    hubspot.options(first_company_becomes_primary=option)
    contact, company = pair
    hubspot.put(of_record("companies", company, f"default/contacts/{contact}"))
    assert type_ids(hubspot, "contacts", contact, "companies") == {company: types}


def test_removing_takes_all_types_of_the_pair(hubspot: HubSpotApi, pair: tuple[str, str]) -> None:
    contact, company = pair
    path = of_record("contacts", contact, f"companies/{company}")
    hubspot.put(path, [association(1), association(931)])
    assert hubspot.delete(path).status_code == 204
    assert type_ids(hubspot, "contacts", contact, "companies") == {}
    assert type_ids(hubspot, "companies", company, "contacts") == {}


def test_a_label_goes_alone_and_the_plain_type_takes_all(
    hubspot: HubSpotApi, pair: tuple[str, str]
) -> None:
    contact, company = pair
    hubspot.put(of_record("contacts", contact, f"companies/{company}"), [association(1)])
    path = between("contacts", "companies", "batch/labels/archive")
    ends = {"from": {"id": contact}, "to": {"id": company}}
    body = {"inputs": [{**ends, "types": [association(1)]}]}
    assert hubspot.post(path, body).status_code == 204
    assert type_ids(hubspot, "contacts", contact, "companies") == {company: {279}}
    hubspot.post(path, {"inputs": [{**ends, "types": [association(279)]}]})
    assert type_ids(hubspot, "contacts", contact, "companies") == {}


@pytest.mark.parametrize(
    ("version", "created", "archived"),
    [("v4", 201, 204), ("2026-03", 201, 200), ("2026-09", 200, 200)],
)
def test_generations_answer_batches_differently(
    hubspot: HubSpotApi, pair: tuple[str, str], version: str, created: int, archived: int
) -> None:
    contact, company = pair
    ends = {"from": {"id": contact}, "to": {"id": company}}
    body = {"inputs": [{**ends, "types": [association(279)]}]}
    path = between("contacts", "companies", "batch", version)
    made = hubspot.post(f"{path}/create", body)
    assert made.status_code == created
    assert made.json()["results"][0]["toObjectId"] == company
    gone = {"inputs": [{"from": {"id": contact}, "to": [{"id": company}]}]}
    assert hubspot.post(f"{path}/archive", gone).status_code == archived
    assert type_ids(hubspot, "contacts", contact, "companies") == {}


def test_a_batch_associates_by_default(hubspot: HubSpotApi) -> None:
    invoice = hubspot.create("invoices", hs_currency="USD")
    lines = [hubspot.create("line_items", name="Sail", price="5") for _ in range(3)]
    inputs = [{"from": {"id": invoice}, "to": {"id": line}} for line in lines]
    path = between("invoices", "line_items", "batch/associate/default")
    assert len(hubspot.post(path, {"inputs": inputs}).json()["results"]) == 6
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == "15.00"


@pytest.mark.parametrize(("option", "status"), [("error", 207), ("omitted", 200)])
def test_a_batch_read_of_records_without_associations(
    hubspot: HubSpotApi, pair: tuple[str, str], option: str, status: int
) -> None:
    hubspot.options(empty_association_reads=option)
    contact, company = pair
    lonely = hubspot.create("contacts")
    hubspot.put(of_record("contacts", contact, f"default/companies/{company}"))
    path = between("contacts", "companies", "batch/read")
    answer = hubspot.post(path, {"inputs": [{"id": contact}, {"id": lonely}]})
    assert answer.status_code == status
    (found,) = answer.json()["results"]
    assert found["from"]["id"] == contact
    assert found["to"][0]["toObjectId"] == company


@pytest.mark.parametrize(("call", "most"), [("read", 1000), ("create", 2000)])
def test_batches_have_their_own_limits(hubspot: HubSpotApi, call: str, most: int) -> None:
    path = between("contacts", "companies", f"batch/{call}")
    inputs = [{"id": "1"}] * (most + 1)
    response = hubspot.post(path, {"inputs": inputs})
    assert response.status_code == 400
    assert str(most) in response.json()["message"]


def test_many_associations_come_in_pages(hubspot: HubSpotApi) -> None:
    invoice = hubspot.create("invoices", hs_currency="USD")
    lines = [hubspot.create("line_items", {"invoices": [invoice]}) for _ in range(5)]
    path = of_record("invoices", invoice, "line_items")
    first = hubspot.get(path, limit=3).json()
    second = hubspot.get(path, limit=3, after=first["paging"]["next"]["after"]).json()
    found = [each["toObjectId"] for each in first["results"] + second["results"]]
    assert found == lines
    assert "paging" not in second


@pytest.mark.parametrize("product_side", ["from", "to"])
def test_products_are_associated_with_nothing(hubspot: HubSpotApi, product_side: str) -> None:
    product, contact = hubspot.create("products", name="Sail"), hubspot.create("contacts")
    path = (
        of_record("products", product, f"default/contacts/{contact}")
        if product_side == "from"
        else of_record("contacts", contact, f"default/products/{product}")
    )
    assert hubspot.put(path).status_code == 400


def test_a_type_of_another_pair_is_refused(hubspot: HubSpotApi, pair: tuple[str, str]) -> None:
    contact, company = pair
    path = of_record("contacts", contact, f"companies/{company}")
    assert error_codes(hubspot.put(path, [association(177)])) == ["INVALID_ASSOCIATION_TYPE"]
    wrong = [{"to": {"id": contact}, "types": [association(181)]}]  # 13: seen in foreign code
    body = {"properties": {"hs_currency": "USD"}, "associations": wrong}
    response = hubspot.post("/crm/v3/objects/invoices", body)
    assert error_codes(response) == ["INVALID_ASSOCIATION_TYPE"]


def test_what_does_not_exist_cannot_be_associated(hubspot: HubSpotApi) -> None:
    contact = hubspot.create("contacts")
    assert hubspot.put(of_record("contacts", contact, "default/companies/1")).status_code == 404
    ends = {"from": {"id": contact}, "to": {"id": "1"}}
    body = {"inputs": [{**ends, "types": [association(279)]}]}
    response = hubspot.post(between("contacts", "companies", "batch/create"), body)
    assert (response.status_code, response.json()["numErrors"]) == (207, 1)


def test_a_line_item_has_one_parent(hubspot: HubSpotApi) -> None:
    first = hubspot.draft("10")
    (line,) = hubspot.world()["associations"]["invoices"][first]["line_items"]
    second = hubspot.create("invoices", hs_currency="USD")
    path = of_record("invoices", second, f"default/line_items/{line}")
    assert error_codes(hubspot.put(path)) == ["ALREADY_ASSOCIATED"]
    inline = hubspot.try_create("invoices", {"line_items": [line]}, hs_currency="USD")
    assert error_codes(inline) == ["ALREADY_ASSOCIATED"]


def test_a_tax_belongs_to_one_invoice(hubspot: HubSpotApi) -> None:
    tax = hubspot.create("taxes", hs_label="Sales tax", hs_value="5", hs_type="FIXED")
    links: dict[str, Any] = {"taxes": [tax]}
    assert hubspot.try_create("invoices", links, hs_currency="USD").status_code == 201
    assert hubspot.try_create("invoices", links, hs_currency="USD").status_code == 400


def test_archived_partners_are_not_shown_and_come_back(
    hubspot: HubSpotApi, pair: tuple[str, str]
) -> None:
    contact, company = pair
    hubspot.put(of_record("contacts", contact, f"default/companies/{company}"))
    hubspot.delete(f"/crm/v3/objects/companies/{company}")
    assert type_ids(hubspot, "contacts", contact, "companies") == {}
    hubspot.person("restore", "companies", company)
    assert company in type_ids(hubspot, "contacts", contact, "companies")


def test_the_old_calls_go_by_name(hubspot: HubSpotApi, pair: tuple[str, str]) -> None:
    contact, company = pair
    old = "/crm/v3/associations/contacts/companies/batch"
    ends = {"from": {"id": contact}, "to": {"id": company}}
    body = {"inputs": [{**ends, "type": "contact_to_company_unlabeled"}]}
    assert hubspot.post(f"{old}/create", body).status_code == 201
    read = hubspot.post(f"{old}/read", {"inputs": [{"id": contact}]}).json()
    names = {each["type"] for each in read["results"][0]["to"]}
    assert names == {"contact_to_company_unlabeled", "contact_to_company"}
    assert hubspot.post(f"{old}/archive", body).status_code == 204
    single = f"/crm/v3/objects/contacts/{contact}/associations/companies/{company}/279"
    assert hubspot.put(single).status_code == 200
    assert company in type_ids(hubspot, "contacts", contact, "companies")
    assert hubspot.delete(single).status_code == 204
    assert type_ids(hubspot, "contacts", contact, "companies") == {}
