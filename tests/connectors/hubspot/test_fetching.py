"""Fresh snapshots of contacts and products, and records that are no more."""

from datetime import date
from decimal import Decimal

from syncapp.connectors.base import Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.engine.records import Entity, Presence
from tests.connectors.hubspot.conftest import Connect
from tests.connectors.hubspot.factories import hubspot as ref
from tests.connectors.hubspot.portal import Portal

BATCH_READ = "POST /crm/objects/2026-03/contacts/batch/read"
CONTACT, INVOICE = Entity.CONTACT, Entity.INVOICE


def test_it_reads_own_properties_by_their_definitions(connect: Connect, portal: Portal) -> None:
    portal.define("contacts", name="credit_limit", type="number", fieldType="number")
    portal.define("contacts", name="customer_since", type="date", fieldType="date")
    id = portal.create("contacts", credit_limit="1500.50", customer_since="2024-02-29")
    wanted = frozenset({"credit_limit", "customer_since", "hs_object_id"})
    contact = connect(wanted=Wanted({CONTACT: wanted})).fetch([ref(CONTACT, id)])[ref(CONTACT, id)]
    assert contact.get("credit_limit") == Decimal("1500.50")
    assert contact.get("customer_since") == date(2024, 2, 29)


def test_well_known_properties_cost_no_look_at_the_definitions(
    connect: Connect, portal: Portal
) -> None:
    id = portal.create("contacts", firstname="Ada", lifecyclestage="customer")
    connector = connect(
        wanted=Wanted({CONTACT: frozenset({"firstname", "lifecyclestage"})}),
        time_zone="US/Eastern",
    )
    portal.forget_calls()
    contact = connector.fetch([ref(CONTACT, id)])[ref(CONTACT, id)]
    assert contact.get("lifecyclestage") == "customer"
    assert portal.calls() == {BATCH_READ: 1}


def test_it_reads_a_hundred_records_a_call(hubspot: HubSpotConnector, portal: Portal) -> None:
    refs = [ref(CONTACT, portal.create("contacts", firstname=f"P{n}")) for n in range(150)]
    hubspot.fetch(refs[:1])
    portal.forget_calls()
    assert set(hubspot.fetch(refs)) == set(refs)
    assert portal.calls() == {BATCH_READ: 2}


def test_an_archived_record_is_gone(hubspot: HubSpotConnector, portal: Portal) -> None:
    id = portal.create("products", name="Chair", price="80")
    portal.person("delete", "products", id=id)
    product = hubspot.fetch([ref(Entity.PRODUCT, id)])[ref(Entity.PRODUCT, id)]
    assert product.presence is Presence.GONE
    assert "merged_into" not in product.fields


def test_a_record_that_batches_leave_out_is_not_gone(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    id = portal.create("products", name="Chair", price="80")
    empty = {"status": 200, "body": {"status": "COMPLETE", "results": []}}
    portal.sandbox.fault("status", path="/products/batch/read$", times=2, **empty)
    product = hubspot.fetch([ref(Entity.PRODUCT, id)])[ref(Entity.PRODUCT, id)]
    assert product.presence is Presence.LIVE


def test_a_merged_contact_is_gone_into_the_other(hubspot: HubSpotConnector, portal: Portal) -> None:
    stays = portal.create("contacts", email="ada@acme.test")
    goes = portal.create("contacts", email="ada@nordwind.test")
    portal.person("merge", "contacts", id=stays, other_id=goes)
    found = hubspot.fetch([ref(CONTACT, stays), ref(CONTACT, goes)])
    assert found[ref(CONTACT, goes)].presence is Presence.GONE
    assert found[ref(CONTACT, goes)].get("merged_into") == stays
    assert found[ref(CONTACT, stays)].merged_ids == (goes,)


def test_it_reads_the_primary_company_first(connect: Connect, portal: Portal) -> None:
    first = portal.create("companies", name="Acme", domain="acme.test")
    primary = portal.create("companies", name="Nordwind", domain="nordwind.test")
    id = portal.create("contacts", associations=[("companies", first)], email="ada@acme.test")
    portal.person(
        "associate", "contacts", id=id, to_type="companies", to_id=primary, label="Primary"
    )
    alone = portal.create("contacts", email="ben@acme.test")
    connector = connect(wanted=Wanted(related={CONTACT: {"company": frozenset()}}))
    found = connector.fetch([ref(CONTACT, id), ref(CONTACT, alone)])
    contact = found[ref(CONTACT, id)]
    assert [company["name"] for company in contact.related["company"]] == ["Nordwind", "Acme"]
    assert contact.related["company"][0]["domain"] == "nordwind.test"
    assert contact.get("associated_company") == "Nordwind"
    assert found[ref(CONTACT, alone)].related["company"] == ()
    assert found[ref(CONTACT, alone)].get("associated_company") is None


def test_it_reads_the_state_of_a_contacts_invoices(connect: Connect, portal: Portal) -> None:
    id = portal.create("contacts", email="ada@acme.test")
    portal.invoice({"name": "Chair", "price": "80"}, contact=id)
    portal.invoice(contact=id, hs_invoice_billable="false")
    connector = connect(wanted=Wanted(related={CONTACT: {"invoice": frozenset()}}))
    invoices = connector.fetch([ref(CONTACT, id)])[ref(CONTACT, id)].related["invoice"]
    assert sorted(invoice["hs_invoice_billable"] for invoice in invoices) == [False, True]
    assert {invoice["hs_invoice_status"] for invoice in invoices} == {"draft"}


def test_it_reads_what_a_filter_looks_at_beside_an_invoice(
    connect: Connect, portal: Portal
) -> None:
    portal.define(
        "companies",
        name="seats",
        type="number",
        fieldType="number",
        groupName="companyinformation",
    )
    company = portal.create("companies", name="Nordwind", seats="40")
    contact = portal.create("contacts", email="ada@acme.test", city="Oslo")
    product = portal.create("products", name="Chair", hs_sku="CH-1", price="80")
    line = {"name": "Chair", "price": "80", "quantity": "2", "hs_product_id": product}
    invoices = [portal.invoice(line, contact=contact, company=company) for _ in range(6)]
    looked_at = {
        "contact": frozenset({"city"}),
        "company": frozenset({"name", "seats"}),
        "line": frozenset({"quantity", "createdate"}),
        "product": frozenset({"hs_sku"}),
    }
    connector = connect(wanted=Wanted(related={INVOICE: looked_at}))
    found = connector.fetch([ref(INVOICE, id) for id in invoices])
    for invoice in found.values():
        assert invoice.related["contact"] == ({"city": "Oslo"},)
        assert invoice.related["company"] == ({"name": "Nordwind", "seats": Decimal(40)},)
        assert invoice.related["line"][0]["quantity"] == Decimal(2)
        assert invoice.related["product"] == ({"hs_sku": "CH-1"},)
    reads = {call: n for call, n in portal.calls().items() if "batch/read" in call}
    assert max(reads.values()) == 1, reads


def test_what_nobody_wants_is_not_read(hubspot: HubSpotConnector, portal: Portal) -> None:
    id = portal.create("contacts", email="ada@acme.test")
    portal.forget_calls()
    assert hubspot.fetch([ref(CONTACT, id)])[ref(CONTACT, id)].related == {}
    assert not any("associations" in call for call in portal.calls())


def test_a_payment_names_the_one_invoice_it_settles(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contact = portal.create("contacts", email="ada@acme.test")
    invoices = []
    for _ in range(2):
        id = portal.invoice({"name": "Chair", "price": "80"}, contact=contact)
        portal.person("finalize", "invoices", id=id)
        invoices.append(id)
    one = portal.person("pay", "invoices", id=invoices[0], amount="30", date="2026-03-05T03:00:00Z")
    both = portal.person("pay", "invoices", id=invoices[1], amount="20")
    portal.person(
        "associate", "commerce_payments", id=both["id"], to_type="invoices", to_id=invoices[0]
    )
    loose = portal.create(
        "commerce_payments",
        hs_initial_amount="5",
        hs_initiated_date="2026-03-05T12:00:00Z",
        hs_currency_code="USD",
    )
    refs = [ref(Entity.PAYMENT, id) for id in (one["id"], both["id"], loose)]
    found = [hubspot.fetch(refs)[each] for each in refs]
    assert [each.get("invoice_count") for each in found] == [Decimal(1), Decimal(2), Decimal(0)]
    assert found[0].get("invoice") == ref(Entity.INVOICE, invoices[0])
    assert found[1].get("invoice") is None
    assert found[0].get("hs_initial_amount") == Decimal("30")
    assert found[0].get("hs_initiated_date") == date(2026, 3, 4)  # still the evening over there


def test_the_latest_invoices_come_in_one_page_with_what_belongs_to_them(
    connect: Connect, portal: Portal
) -> None:
    chair = {"name": "Chair", "price": "80"}
    ids = [portal.invoice(chair) for _ in range(7)]
    connector = connect(latest=lambda _entity: ids[1:])
    refs = [ref(INVOICE, id) for id in ids]
    plain = connect().fetch(refs)
    portal.forget_calls()
    found = connector.fetch(refs[1:])
    assert found == {ref: plain[ref] for ref in refs[1:]}
    assert {call for call in portal.calls() if "/objects/" in call} == {
        "GET /crm/objects/2026-03/invoices",
        "POST /crm/objects/2026-03/line_items/batch/read",
    }


def test_with_an_older_invoice_among_them_batches_read_them_all(
    connect: Connect, portal: Portal
) -> None:
    ids = [portal.invoice({"name": "Chair", "price": "80"}) for _ in range(7)]
    connector = connect(latest=lambda _entity: ids[1:])
    portal.forget_calls()
    refs = [ref(INVOICE, id) for id in ids]
    assert set(connector.fetch(refs)) == set(refs)
    assert "GET /crm/objects/2026-03/invoices" not in portal.calls()
