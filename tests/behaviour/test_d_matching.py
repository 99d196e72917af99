"""D1-D7 and A10: who is whose partner, and never a second record for the same key."""

from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.models import RecordLink, SyncActivity, WriteIntent
from syncapp.pipeline.dossier import absorb
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade, Worlds
from tests.sandbox_process import SandboxProcess


def customer(worlds: Worlds, name: str, email: str, **more: Any) -> str:
    return worlds.customer(DisplayName=name, PrimaryEmailAddr={"Address": email}, **more)


def product(worlds: Worlds, name: str, sku: str = "CONS-1") -> str:
    return worlds.in_hubspot("products", properties={"name": name, "hs_sku": sku, "price": "10"})


def state(worlds: Worlds, side: Side, entity: Entity, id_: str) -> tuple[str, str]:
    link = worlds.link(side, entity, id_)
    return (link.state, link.category)


def products_outbound(trade: Trade) -> None:
    options = {"income_account": trade.income_account}
    trade.rule(Entity.PRODUCT, direction=Direction.TO_QUICKBOOKS, options=options)


@item("D1", "D2")
def test_by_default_contacts_are_matched_by_email_and_products_by_sku(trade: Trade) -> None:
    customer_id = customer(trade, "Berg, A.", "ADA@nordwind.test")
    product_id = product(trade, "Advice")
    trade.start()
    contact = trade.link(Side.HUBSPOT, Entity.CONTACT, trade.contact_id)
    assert contact.quickbooks_id == customer_id
    assert trade.link(Side.HUBSPOT, Entity.PRODUCT, product_id).quickbooks_id == trade.item_id
    assert len(trade.quickbooks("Customer")) == len(trade.hubspot("products")) == 1


@item("D1", "D5")
@pytest.mark.parametrize("match_on", ["CompanyName", "company=CompanyName"])
def test_of_a_chosen_field_only_that_field_counts(worlds: Worlds, match_on: str) -> None:
    same_mail = customer(worlds, "One", "ada@nordwind.test", CompanyName="Acme")
    same_company = customer(worlds, "Two", "other@nordwind.test", CompanyName="NORDWIND")
    contact = worlds.contact(email="ada@nordwind.test", company="Nordwind")
    worlds.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS, match_on=match_on)
    worlds.sync()
    assert worlds.link(Side.HUBSPOT, Entity.CONTACT, contact).quickbooks_id == same_company
    assert same_mail in worlds.quickbooks("Customer")
    assert len(worlds.quickbooks("Customer")) == 2


@item("D5")
def test_any_two_real_fields_may_be_the_key(worlds: Worlds) -> None:
    """QuickBooks has no search for the resale number: its list is read in few calls."""
    wanted = [customer(worlds, f"C{n}", f"c{n}@acme.test", ResaleNum=f"r-{n}") for n in range(30)]
    contacts = [worlds.contact(email=f"h{n}@acme.test", jobtitle=f"R-{n}") for n in range(30)]
    worlds.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS, match_on="jobtitle=ResaleNum")
    worlds.sandbox.forget_requests()
    worlds.sync()
    links = [worlds.link(Side.HUBSPOT, Entity.CONTACT, one).quickbooks_id for one in contacts]
    assert links == wanted
    assert worlds.sandbox.requests()["by_vendor"]["quickbooks"] <= 12


@item("D1", "D6")
def test_without_matching_records_with_the_same_key_stay_apart(trade: Trade) -> None:
    product(trade, "Advice")
    trade.rule(
        Entity.PRODUCT,
        match_on="none",
        direction=Direction.TO_HUBSPOT,
    )
    trade.sync()
    assert sorted(one["name"] for one in trade.hubspot("products").values()) == [
        "Advice",
        "Consulting",
    ]


@item("D3")
@pytest.mark.parametrize("match_on", ["", "Sku"])
def test_matching_goes_on_when_the_mapping_of_the_key_is_off(trade: Trade, match_on: str) -> None:
    product_id = product(trade, "Advice")
    trade.rule(
        Entity.PRODUCT,
        match_on=match_on,
        direction=Direction.TO_HUBSPOT,
        mappings=[{"hubspot": "hs_sku", "quickbooks": "Sku", "is_on": False}],
    )
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.PRODUCT, product_id).quickbooks_id == trade.item_id
    assert len(trade.hubspot("products")) == 1


@item("D6")
def test_several_candidates_are_a_question_that_names_them(worlds: Worlds) -> None:
    first = customer(worlds, "Nordwind AS", "ada@nordwind.test")
    second = customer(worlds, "Nordwind Oslo", "ada@nordwind.test")
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    link = worlds.link(Side.HUBSPOT, Entity.CONTACT, contact)
    assert (link.state, link.category) == ("needs_decision", "ambiguous")
    assert link.facts["choices"] == f"quickbooks:{first} quickbooks:{second}"
    assert f"Nordwind AS (QuickBooks {first})" in link.sentence
    for one in (first, second):
        here = state(worlds, Side.QUICKBOOKS, Entity.CONTACT, one)
        assert here == ("needs_decision", "ambiguous")
    assert len(worlds.hubspot("contacts")) == 1
    worlds.sync_quietly()


@item("D6")
def test_a_question_answers_itself_when_the_keys_become_different(worlds: Worlds) -> None:
    first = customer(worlds, "Nordwind AS", "ada@nordwind.test")
    second = customer(worlds, "Nordwind Oslo", "ada@nordwind.test")
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    other = {"PrimaryEmailAddr": {"Address": "oslo@nordwind.test"}}
    worlds.in_quickbooks("Customer", "edit", second, fields=other)
    worlds.sync()
    assert worlds.link(Side.HUBSPOT, Entity.CONTACT, contact).quickbooks_id == first
    assert state(worlds, Side.HUBSPOT, Entity.CONTACT, contact) == ("in_sync", "")
    assert state(worlds, Side.QUICKBOOKS, Entity.CONTACT, second) == ("in_sync", "")
    worlds.sync_quietly()


@item("D6")
def test_a_customer_edited_later_is_not_taken_while_the_question_is_open(worlds: Worlds) -> None:
    first = customer(worlds, "Nordwind AS", "ada@nordwind.test")
    customer(worlds, "Nordwind Oslo", "ada@nordwind.test")
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    worlds.in_quickbooks("Customer", "edit", first, fields={"Notes": "good payer"})
    worlds.sync_quietly()
    assert not worlds.link(Side.HUBSPOT, Entity.CONTACT, contact).is_linked


@item("D6", "D11")
def test_of_two_products_with_one_sku_the_first_is_made_and_the_second_asks(trade: Trade) -> None:
    first, second = product(trade, "Hosting", "HOST"), product(trade, "Hosting 2", "host")
    products_outbound(trade)
    trade.sync()
    made = [one for one in trade.quickbooks("Item").values() if one.get("Sku") == "HOST"]
    assert [one["Name"] for one in made] == ["Hosting"]
    assert state(trade, Side.HUBSPOT, Entity.PRODUCT, first) == ("in_sync", "")
    link = trade.link(Side.HUBSPOT, Entity.PRODUCT, second)
    assert (link.state, link.category) == ("needs_decision", "ambiguous")
    assert f"Hosting (HubSpot {first}" in link.sentence
    trade.sync_quietly()


@item("D6", "D11")
def test_the_second_asks_also_when_it_comes_later_and_the_search_is_late(trade: Trade) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"query_lag_seconds": 3600}})
    product(trade, "Hosting", "HOST")
    products_outbound(trade)
    trade.sync()
    trade.sandbox.advance(120)
    second = product(trade, "Hosting 2", "HOST")
    trade.sync()
    made = [one["Name"] for one in trade.quickbooks("Item").values() if one.get("Sku") == "HOST"]
    assert made == ["Hosting"]
    link = trade.link(Side.HUBSPOT, Entity.PRODUCT, second)
    assert (link.state, link.category) == ("needs_decision", "ambiguous")
    assert "linked with HubSpot" in link.sentence


@item("A17", "D6")
@pytest.mark.parametrize("helping", [1, 2, 300])
def test_both_sides_of_one_pass_are_linked_though_the_searches_are_late(
    trade: Trade, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, helping: int
) -> None:
    """Whether they fall into one helping or not."""
    monkeypatch.setattr("syncapp.pipeline.worklist.HELPING", helping)
    sandbox.options(
        hubspot={"search_lag_seconds": 3600},
        quickbooks={trade.realm: {"query_lag_seconds": 3600}},
    )
    options = {"income_account": trade.income_account}
    trade.rule(Entity.PRODUCT, options=options)
    trade.rule(Entity.CONTACT)
    trade.sync()
    sandbox.advance(4000)
    trade.sync()
    before = len(trade.quickbooks("Item")), len(trade.hubspot("products"))
    for number in range(3):
        product(trade, f"Thing {number}", f"THING-{number}")
        worlds_item(trade, f"Thing {number}", f"THING-{number}")
        trade.contact(email=f"c{number}@acme.test", lastname=f"Nr {number}")
        customer(trade, f"Customer {number}", f"c{number}@acme.test")
    for _ in range(3):
        trade.sync()
    after = len(trade.quickbooks("Item")), len(trade.hubspot("products"))
    assert after == (before[0] + 3, before[1] + 3)
    assert len(trade.quickbooks("Customer")) == len(trade.hubspot("contacts")) == 4
    assert not RecordLink.objects.exclude(state="in_sync")


def worlds_item(trade: Trade, name: str, sku: str) -> str:
    account = {"value": trade.income_account}
    fields = {"Name": name, "Sku": sku, "Type": "Service", "IncomeAccountRef": account}
    return trade.in_quickbooks("Item", fields=fields)


@item("D2")
def test_a_thousand_look_ups_are_few_calls(worlds: Worlds) -> None:
    for number in range(150):
        worlds.contact(email=f"person{number}@nordwind.test", lastname=f"Person {number}")
        customer(worlds, f"Person {number}", f"Person{number}@nordwind.test")
    worlds.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS)
    worlds.sandbox.forget_requests()
    worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 150
    asked = worlds.sandbox.requests()["by_endpoint"]
    queries = sum(count for path, count in asked.items() if "/query" in path)
    assert queries <= 5


@item("A10")
def test_a_link_outlives_a_new_key(worlds: Worlds) -> None:
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    customer_id = worlds.link(Side.HUBSPOT, Entity.CONTACT, contact).quickbooks_id
    worlds.in_hubspot("contacts", "edit", contact, properties={"email": "ada@acme.test"})
    worlds.sync()
    (only,) = worlds.quickbooks("Customer").values()
    assert only["Id"] == customer_id
    assert only["PrimaryEmailAddr"]["Address"] == "ada@acme.test"
    worlds.sync_quietly()


def test_a_half_row_that_is_taken_in_leaves_its_history(worlds: Worlds) -> None:
    keeps = RecordLink.objects.create(
        integration=worlds.integration, entity="contact", hubspot_id="1", quickbooks_id="2"
    )
    half = RecordLink.objects.create(
        integration=worlds.integration, entity="contact", quickbooks_id="3"
    )
    WriteIntent.objects.create(
        integration=worlds.integration, link=half, request_id="r", body={}, entity="contact"
    )
    SyncActivity.objects.create(integration=worlds.integration, link=half, entity="contact")
    RecordLink.objects.filter(pk=keeps.pk).update(quickbooks_id=None)
    keeps.quickbooks_id = "3"
    absorb([keeps])
    assert [one.link_id for one in WriteIntent.objects.all()] == [keeps.pk]
    assert [one.link_id for one in SyncActivity.objects.all()] == [keeps.pk]
