"""The account, our properties in it, and what it says about its own."""

import pytest

from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.engine.records import Entity
from syncapp.errors import Rejected
from tests.connectors.hubspot.conftest import Connect
from tests.connectors.hubspot.factories import hubspot as ref
from tests.connectors.hubspot.portal import Portal

EVERYTHING = tuple(Entity)


def test_it_says_what_the_engine_must_know_of_the_account(connect: Connect, portal: Portal) -> None:
    portal.options(time_zone="Europe/Paris", currency="EUR", additional_currencies=["USD"])
    account = connect().account()
    assert account.id == portal.id
    assert account.currency == "EUR"
    assert account.time_zone == "Europe/Paris"
    assert account.app_url == "https://app.hubspot.com"
    assert account.settings["additionalCurrencies"] == "USD"


def test_it_makes_the_properties_that_mark_our_copies(connect: Connect, portal: Portal) -> None:
    connect().prepare(EVERYTHING)
    defined = portal.sandbox.world()["hubspot"]["properties"]
    for type in ("contacts", "products", "line_items", "invoices", "commerce_payments"):
        assert defined[type]["ledgerline_key"]["hasUniqueValue"] is True
    invoice = {name: entry["type"] for name, entry in defined["invoices"].items()}
    assert invoice == {
        "ledgerline_key": "string",
        "ledgerline_total": "number",
        "ledgerline_balance": "number",
        "ledgerline_status": "string",
        "ledgerline_url": "string",
        "ledgerline_sync_state": "string",
        "ledgerline_sync_message": "string",
    }


def test_preparing_again_makes_nothing(connect: Connect, portal: Portal) -> None:
    connect().prepare(EVERYTHING)
    portal.forget_calls()
    connect().prepare(EVERYTHING)
    assert all(call.startswith("GET ") for call in portal.calls())


@pytest.mark.parametrize("category", ["OBJECT_ALREADY_EXISTS", "PROPERTY_EXISTS"])
def test_it_does_not_mind_that_another_worker_was_faster(
    connect: Connect, portal: Portal, category: str
) -> None:
    portal.options(duplicate_property_category=category)
    connect().prepare([Entity.PRODUCT])
    portal.sandbox.fault(  # what the slower one saw before the faster one wrote
        "status",
        status=200,
        body={"results": []},
        method="GET",
        path="/crm/properties/[^/]+/products$",
        times=1,
    )
    connect().prepare([Entity.PRODUCT])


def test_it_names_the_scope_that_products_need(connect: Connect, portal: Portal) -> None:
    portal.withdraw_scope("e-commerce")
    with pytest.raises(Rejected, match=r"products.*e-commerce") as refusal:
        connect().prepare([Entity.PRODUCT])
    assert refusal.value.status == 403


def test_line_items_may_do_without_a_key(connect: Connect, portal: Portal) -> None:
    portal.withdraw_scope("e-commerce")
    connect().prepare([Entity.INVOICE, Entity.CONTACT])
    defined = portal.sandbox.world()["hubspot"]["properties"]
    assert "ledgerline_key" in defined["invoices"]
    assert "ledgerline_key" not in defined["line_items"]


def test_a_key_that_is_not_unique_is_of_no_use(connect: Connect, portal: Portal) -> None:
    portal.define("contacts", name="ledgerline_key", type="string", fieldType="text")
    with pytest.raises(Rejected, match=r"ledgerline_key.*not unique"):
        connect().prepare([Entity.CONTACT])


def test_it_describes_own_properties_choices_and_associations(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    portal.define("contacts", name="vat_number", type="string", fieldType="text")
    contact = {info.name: info for info in hubspot.describe(Entity.CONTACT)}
    assert contact["vat_number"].type == "text"
    assert contact["lifecyclestage"].type == "choice"
    assert ("customer", "Customer") in contact["lifecyclestage"].options
    assert contact["lastmodifieddate"].is_read_only
    assert contact["associated_company"].is_read_only
    invoice = {info.name: info for info in hubspot.describe(Entity.INVOICE)}
    assert invoice["hs_due_date"].type == "date"
    assert invoice["hs_currency"].is_required
    assert invoice["hs_amount_billed"].type == "number"
    assert invoice["hs_invoice_billable"].type == "boolean"
    assert invoice["lines"].type == "lines"
    assert invoice["contact"].type == "reference"


def test_an_unknown_time_zone_is_not_guessed(connect: Connect, portal: Portal) -> None:
    id = portal.create("contacts", email="ada@acme.test")
    details = {"portalId": int(portal.id), "timeZone": "Mars/Olympus"}
    portal.sandbox.fault("status", status=200, body=details, path="/account-info/")
    with pytest.raises(Rejected, match="Mars/Olympus"):
        connect().fetch([ref(Entity.CONTACT, id)])
