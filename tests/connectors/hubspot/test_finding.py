from syncapp.connectors.base import Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.engine.records import Entity
from tests.connectors.hubspot.conftest import Connect
from tests.connectors.hubspot.factories import create, send
from tests.connectors.hubspot.factories import hubspot as ref
from tests.connectors.hubspot.portal import Portal

SEARCH = "POST /crm/objects/2026-03/products/search"


def test_it_finds_products_by_sku_in_one_search(connect: Connect, portal: Portal) -> None:
    chair = portal.create("products", name="Chair", hs_sku="CH-1", price="80")
    twin = portal.create("products", name="Chair, blue", hs_sku="ch-1", price="85")
    portal.create("products", name="Table", hs_sku="TA-1")
    connector = connect(wanted=Wanted({Entity.PRODUCT: frozenset({"name"})}))
    portal.forget_calls()
    found = connector.find(Entity.PRODUCT, "hs_sku", ["CH-1", "LA-1"])
    assert {one.ref.id for one in found["CH-1"]} == {chair, twin}
    assert {one.get("name") for one in found["CH-1"]} == {"Chair", "Chair, blue"}
    assert set(found) == {"CH-1"}
    assert portal.calls()[SEARCH] == 2  # and what is the newest that search knows


def test_many_long_values_are_spread_over_searches(connect: Connect, portal: Portal) -> None:
    skus = [f"A-RATHER-LONG-STOCK-KEEPING-UNIT-{n:04}" for n in range(150)]
    wanted = portal.create("products", name="Lamp", hs_sku=skus[149])
    found = connect().find(Entity.PRODUCT, "hs_sku", skus)
    assert {sku: [one.ref.id for one in some] for sku, some in found.items()} == {
        skus[149]: [wanted]
    }
    assert portal.calls()[SEARCH] == 4  # a hundred values at most, and here half of that fits


def test_a_fresh_product_is_found_although_search_is_late(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    portal.create("products", name="Table", hs_sku="TA-1")
    portal.options(search_lag_seconds=60)
    ids = {portal.create("products", name=f"Chair {n}", hs_sku="CH-1") for n in range(3)}
    found = hubspot.find(Entity.PRODUCT, "hs_sku", ["CH-1"])
    assert {one.ref.id for one in found["CH-1"]} == ids


def test_a_fresh_contact_is_found_although_search_is_late(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    portal.options(search_lag_seconds=60)
    id = portal.create("contacts", email="ada@acme.test")
    found = hubspot.find(Entity.CONTACT, "email", ["Ada@Acme.test"])
    assert [one.ref.id for one in found["Ada@Acme.test"]] == [id]


def test_it_finds_our_copy_by_its_key(hubspot: HubSpotConnector, portal: Portal) -> None:
    portal.options(search_lag_seconds=60)
    send(hubspot, create(Entity.PRODUCT, "9", name="Chair"))
    found = hubspot.find(Entity.PRODUCT, "ledgerline_key", ["4620816365:product:9", "x"])
    assert [one.get("ledgerline_key") for one in found["4620816365:product:9"]] == [
        "4620816365:product:9"
    ]


def test_a_value_that_was_changed_since_it_was_indexed_does_not_match(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    id = portal.create("products", name="Chair", hs_sku="CH-1")
    portal.options(search_lag_seconds=60)
    portal.edit("products", id, hs_sku="CH-2")
    assert hubspot.find(Entity.PRODUCT, "hs_sku", ["CH-1"]) == {}


def test_an_archived_record_is_not_found(hubspot: HubSpotConnector, portal: Portal) -> None:
    id = portal.create("contacts", email="ada@acme.test")
    portal.person("delete", "contacts", id=id)
    assert hubspot.find(Entity.CONTACT, "email", ["ada@acme.test"]) == {}


def test_it_finds_an_invoice_with_its_lines(hubspot: HubSpotConnector, portal: Portal) -> None:
    contact = portal.create("contacts", email="ada@acme.test")
    id = portal.invoice({"name": "Chair", "price": "80"}, contact=contact)
    portal.person("finalize", "invoices", id=id)
    number = portal.values("invoices", id)["hs_number"]
    found = hubspot.find(Entity.INVOICE, "hs_number", [number])
    assert found[number] == (hubspot.fetch([ref(Entity.INVOICE, id)])[ref(Entity.INVOICE, id)],)
