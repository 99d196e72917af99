"""Associations through the client: its fourth version, its third, and inline on create."""

import pytest
from hubspot import HubSpot
from hubspot.crm.associations import BatchInputPublicAssociation, PublicAssociation
from hubspot.crm.associations import BatchInputPublicObjectId as OldIds
from hubspot.crm.associations import PublicObjectId as OldId
from hubspot.crm.associations.v4 import (
    AssociationSpec,
    BatchInputPublicAssociationMultiArchive,
    BatchInputPublicAssociationMultiPost,
    BatchInputPublicDefaultAssociationMultiPost,
    BatchInputPublicFetchAssociationsBatchRequest,
    PublicAssociationMultiArchive,
    PublicAssociationMultiPost,
    PublicDefaultAssociationMultiPost,
    PublicFetchAssociationsBatchRequest,
    PublicObjectId,
)
from hubspot.crm.objects import AssociationSpec as InlineSpec
from hubspot.crm.objects import PublicAssociationsForObject, SimplePublicObjectInputForCreate
from hubspot.crm.objects import PublicObjectId as InlineId

DEFAULT, PRIMARY, BILLING = 279, 1, 931


@pytest.fixture
def contact(client: HubSpot) -> str:
    return create(client, "contacts", email="ada@nordwind.example")


@pytest.fixture
def company(client: HubSpot) -> str:
    return create(client, "companies", name="Nordwind")


def create(client: HubSpot, type_name: str, links: dict[str, int] | None = None, **p: str) -> str:
    """`links`: association type by the other record's id."""
    associations = [
        PublicAssociationsForObject(
            to=InlineId(id=other),
            types=[InlineSpec(association_category="HUBSPOT_DEFINED", association_type_id=type_id)],
        )
        for other, type_id in (links or {}).items()
    ]
    asked = SimplePublicObjectInputForCreate(properties=p, associations=associations)
    return client.crm.objects.basic_api.create(type_name, asked).id


def spec(type_id: int) -> AssociationSpec:
    return AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=type_id)


def type_ids(client: HubSpot, contact: str) -> dict[str, set[int]]:
    page = client.crm.associations.v4.basic_api.get_page("contacts", contact, "companies")
    return {
        each.to_object_id: {kind.type_id for kind in each.association_types}
        for each in page.results
    }


def test_single_associations(client: HubSpot, contact: str, company: str) -> None:
    api = client.crm.associations.v4.basic_api
    default = api.create_default("contacts", contact, "companies", company)
    assert {each.association_spec.association_type_id for each in default.results} == {279, 280}
    labelled = api.create("contacts", contact, "companies", company, [spec(BILLING)])
    assert labelled.labels == ["Billing contact"]
    assert (labelled.from_object_id, labelled.to_object_type_id) == (contact, "0-2")
    assert type_ids(client, contact) == {company: {DEFAULT, BILLING}}
    api.archive("contacts", contact, "companies", company)
    assert type_ids(client, contact) == {}


def test_associations_in_batches(client: HubSpot, contact: str, company: str) -> None:
    api = client.crm.associations.v4.batch_api
    one, other = PublicObjectId(id=contact), PublicObjectId(id=company)
    api.create_default(
        "contacts",
        "companies",
        BatchInputPublicDefaultAssociationMultiPost(
            inputs=[PublicDefaultAssociationMultiPost(_from=one, to=other)]
        ),
    )
    post = PublicAssociationMultiPost(_from=one, to=other, types=[spec(BILLING)])
    made = api.create("contacts", "companies", BatchInputPublicAssociationMultiPost(inputs=[post]))
    assert "Billing contact" in made.results[0].labels
    asked = [PublicFetchAssociationsBatchRequest(id=contact)]
    (found,) = api.get_page(
        "contacts", "companies", BatchInputPublicFetchAssociationsBatchRequest(inputs=asked)
    ).results
    assert found._from.id == contact
    assert {kind.type_id for kind in found.to[0].association_types} == {DEFAULT, PRIMARY, BILLING}
    api.archive_labels("contacts", "companies", BatchInputPublicAssociationMultiPost(inputs=[post]))
    assert type_ids(client, contact) == {company: {DEFAULT, PRIMARY}}
    gone = PublicAssociationMultiArchive(_from=one, to=[other])
    api.archive("contacts", "companies", BatchInputPublicAssociationMultiArchive(inputs=[gone]))
    assert type_ids(client, contact) == {}


def test_a_batch_read_tells_who_has_none(client: HubSpot, contact: str) -> None:
    asked = [PublicFetchAssociationsBatchRequest(id=contact)]
    answer = client.crm.associations.v4.batch_api.get_page(
        "contacts", "companies", BatchInputPublicFetchAssociationsBatchRequest(inputs=asked)
    )
    assert answer.results == []
    assert answer.num_errors == 1
    assert answer.errors[0].context["fromObjectId"] == [contact]


def test_associations_of_the_third_version(client: HubSpot, contact: str, company: str) -> None:
    api = client.crm.associations.batch_api
    ends = {"_from": OldId(id=contact), "to": OldId(id=company)}
    asked = BatchInputPublicAssociation(
        inputs=[PublicAssociation(**ends, type="contact_to_company")]
    )
    assert api.create("contacts", "companies", asked).results[0].to.id == company
    (found,) = api.read("contacts", "companies", OldIds(inputs=[OldId(id=contact)])).results
    assert {each.type for each in found.to} == {
        "contact_to_company",
        "contact_to_company_unlabeled",
    }
    api.archive("contacts", "companies", asked)
    assert type_ids(client, contact) == {company: {DEFAULT}}
    names = client.crm.associations.schema.types_api.get_all("contacts", "companies").results
    assert "contact_to_company" in {each.name for each in names}


@pytest.mark.parametrize(
    ("from_type", "to_type", "type_id"),
    [
        ("invoices", "contacts", 177),
        ("invoices", "companies", 179),
        ("invoices", "line_items", 409),
        ("invoices", "discounts", 411),
        ("invoices", "fees", 413),
        ("invoices", "taxes", 415),
        ("commerce_payments", "invoices", 542),
        ("commerce_payments", "contacts", 387),
    ],
)
def test_the_types_of_a_pair_are_listed(
    client: HubSpot, from_type: str, to_type: str, type_id: int
) -> None:
    path = f"/crm/v4/associations/{from_type}/{to_type}/labels"
    (first, *_) = client.api_request({"path": path}).json()["results"]
    assert first == {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": None}


def test_a_record_shows_what_it_was_created_with(client: HubSpot, contact: str) -> None:
    line = create(client, "line_items", name="Sail", price="40")
    invoice = create(client, "invoices", {contact: 177, line: 409}, hs_currency="USD")
    read = client.crm.commerce.invoices.basic_api.get_by_id(
        invoice, associations=["contacts", "line_items"], properties=["hs_amount_billed"]
    )
    assert read.properties["hs_amount_billed"] == "40.00"
    assert [each.id for each in read.associations["contacts"].results] == [contact]
    assert [each.id for each in read.associations["line items"].results] == [line]


def test_an_invoice_is_opened_and_paid(client: HubSpot, contact: str) -> None:
    line = create(client, "line_items", name="Sail", price="40")
    invoice = create(client, "invoices", {contact: 177, line: 409}, hs_currency="USD")
    api = client.crm.commerce.invoices.basic_api
    opened = api.update(invoice, {"properties": {"hs_invoice_status": "open"}})
    assert opened.properties["hs_invoice_status"] == "open"
    create(
        client,
        "commerce_payments",
        {invoice: 542, contact: 387},
        hs_initial_amount="40",
        hs_initiated_date="2026-03-01",
        hs_latest_status="succeeded",
    )
    read = api.get_by_id(invoice, properties=["hs_invoice_status", "hs_balance_due"])
    assert read.properties["hs_invoice_status"] == "paid"
    assert read.properties["hs_balance_due"] == "0.00"
