"""D8 and its neighbours: contacts and customers, with and without an address, merged, switched
off, deleted, under a parent."""

from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.models import RecordLink
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade, Worlds

MAIL = "PrimaryEmailAddr"


def customer(worlds: Worlds, name: str, email: str = "", **more: Any) -> str:
    address = {MAIL: {"Address": email}} if email else {}
    return worlds.customer(DisplayName=name, **address, **more)


def of_contact(worlds: Worlds, id_: str) -> RecordLink:
    return worlds.link(Side.HUBSPOT, Entity.CONTACT, id_)


def of_customer(worlds: Worlds, id_: str) -> RecordLink:
    return worlds.link(Side.QUICKBOOKS, Entity.CONTACT, id_)


@item("D8")
def test_without_an_address_both_sides_are_left_out_until_they_have_one(worlds: Worlds) -> None:
    contact = worlds.contact(lastname="Berg")
    customer_id = customer(worlds, "Acme")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    for row in (of_contact(worlds, contact), of_customer(worlds, customer_id)):
        assert (row.state, row.category) == ("excluded", "no_email")
    worlds.in_hubspot("contacts", "edit", contact, properties={"email": "ada@nordwind.test"})
    worlds.sync()
    assert of_contact(worlds, contact).state == "in_sync"
    assert len(worlds.quickbooks("Customer")) == 2
    assert len(worlds.hubspot("contacts")) == 1


@item("D8")
def test_let_in_without_an_address_they_are_never_matched_by_accident(worlds: Worlds) -> None:
    worlds.contact(firstname="Ada", lastname="Berg")
    customer(worlds, "Ada Berg", GivenName="Ada", FamilyName="Berg")
    worlds.rule(Entity.CONTACT, options={"without_email": True})
    for _ in range(2):
        worlds.sync()
    assert len(worlds.quickbooks("Customer")) == len(worlds.hubspot("contacts")) == 2
    assert not RecordLink.objects.exclude(state="in_sync")
    worlds.sync_quietly()


@item("D8")
@pytest.mark.parametrize("lag", [0, 3600])
@pytest.mark.parametrize("memory", [0, 3600])
def test_let_in_without_an_address_a_lost_answer_makes_no_second_one(
    worlds: Worlds, lag: int, memory: int
) -> None:
    options = {"query_lag_seconds": lag, "requestid_memory_seconds": memory}
    worlds.sandbox.options(quickbooks={worlds.realm: options})
    worlds.contact(firstname="Ada", lastname="Berg")
    worlds.contact(firstname="Ben", lastname="Dahl")
    worlds.rule(Entity.CONTACT, options={"without_email": True})
    worlds.sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST", times=1)
    for _ in range(3):
        worlds.sync()
    names = sorted(one["DisplayName"] for one in worlds.quickbooks("Customer").values())
    assert names == ["Ada Berg", "Ben Dahl"]
    assert not RecordLink.objects.exclude(state="in_sync")
    worlds.sync_quietly()


@item("D8")
def test_of_several_addresses_the_first_counts_and_the_others_are_kept(worlds: Worlds) -> None:
    several = customer(worlds, "Acme", "Post@Acme.test, billing@acme.test")
    contact = worlds.contact(email="post@acme.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    assert of_contact(worlds, contact).quickbooks_id == several
    worlds.in_hubspot("contacts", "edit", contact, properties={"email": "new@acme.test"})
    worlds.sync()
    held = worlds.quickbooks("Customer")[several][MAIL]["Address"]
    assert held == "new@acme.test, billing@acme.test"
    assert len(worlds.quickbooks("Customer")) == len(worlds.hubspot("contacts")) == 1
    worlds.sync_quietly()


@item("D8")
def test_a_second_address_is_nobodys_key(worlds: Worlds) -> None:
    customer(worlds, "Acme", "post@acme.test, ada@acme.test")
    contact = worlds.contact(email="ada@acme.test", lastname="Berg")
    worlds.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS)
    worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 2
    assert of_contact(worlds, contact).state == "in_sync"


@item("D8", "A9")
def test_an_inactive_customer_rests_and_goes_on_when_it_is_active_again(worlds: Worlds) -> None:
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer_id,) = worlds.quickbooks("Customer")
    worlds.in_quickbooks("Customer", "edit", customer_id, fields={"Active": False})
    worlds.sync()
    row = of_contact(worlds, contact)
    assert (row.state, row.category, row.quickbooks_id) == ("excluded", "inactive", customer_id)
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "Berge"})
    worlds.sync_quietly()
    worlds.in_quickbooks("Customer", "edit", customer_id, fields={"Active": True})
    worlds.sync()
    assert of_contact(worlds, contact).state == "in_sync"
    assert worlds.quickbooks("Customer")[customer_id]["FamilyName"] == "Berge"
    worlds.sync_quietly()


@item("D32")
def test_the_link_moves_to_the_contact_that_a_merge_leaves(worlds: Worlds) -> None:
    stays = worlds.contact(firstname="Ada")
    goes = worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    before = of_contact(worlds, goes).quickbooks_id
    worlds.in_hubspot("contacts", "merge", stays, other_id=goes)
    worlds.sync()
    row = of_contact(worlds, stays)
    assert (row.state, row.quickbooks_id) == ("in_sync", before)
    assert not RecordLink.objects.filter(hubspot_id=goes, quickbooks_id__isnull=False)
    assert len(worlds.quickbooks("Customer")) == 1
    worlds.sync_quietly()


@item("D32")
@pytest.mark.parametrize("reads", ["610", "inactive"])
def test_customers_merged_in_quickbooks_leave_the_contact_alone(worlds: Worlds, reads: str) -> None:
    worlds.sandbox.options(quickbooks={worlds.realm: {"merged_id_reads": reads}})
    kept = worlds.contact(email="ada@nordwind.test", lastname="Berg")
    lost = worlds.contact(email="ben@nordwind.test", lastname="Dahl")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    ids = [of_contact(worlds, one).quickbooks_id or "" for one in (kept, lost)]
    worlds.in_quickbooks("Customer", "merge", ids[0], losing_id=ids[1])
    for _ in range(2):
        worlds.sync()
    worlds.sandbox.advance(90_000)
    worlds.sync()
    assert of_contact(worlds, kept).state == "in_sync"
    row = of_contact(worlds, lost)
    assert row.state == "excluded"
    assert row.category in ("deleted_there", "inactive")
    live = [one for one in worlds.quickbooks("Customer").values() if one["Active"]]
    assert len(live) == 1
    assert len(worlds.hubspot("contacts")) == 2
    worlds.sync_quietly()


@item("D26", "D28")
def test_the_company_of_a_contact_comes_from_its_association(worlds: Worlds) -> None:
    company = worlds.in_hubspot("companies", properties={"name": "Nordwind AS"})
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.in_hubspot("contacts", "associate", contact, to_type="companies", to_id=company)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (made,) = worlds.quickbooks("Customer").values()
    assert (made["CompanyName"], made["DisplayName"]) == ("Nordwind AS", "Nordwind AS")
    worlds.sync_quietly()


@item("D26")
def test_the_contacts_own_company_goes_before_and_no_company_is_ever_made(worlds: Worlds) -> None:
    company = worlds.in_hubspot("companies", properties={"name": "Nordwind Holding"})
    contact = worlds.contact(email="ada@nordwind.test", company="Nordwind AS")
    worlds.in_hubspot("contacts", "associate", contact, to_type="companies", to_id=company)
    customer(worlds, "Acme", "post@acme.test", CompanyName="Acme")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    names = sorted(one.get("CompanyName", "") for one in worlds.quickbooks("Customer").values())
    assert names == ["Acme", "Nordwind AS"]
    assert list(worlds.hubspot("companies")) == [company]
    worlds.sync_quietly()


@item("G27")
def test_a_sub_customer_is_no_contact_and_takes_no_address_from_its_parent(worlds: Worlds) -> None:
    parent = customer(worlds, "Acme", "post@acme.test")
    project = customer(worlds, "Hall 7", "post@acme.test", ParentRef={"value": parent}, Job=True)
    contact = worlds.contact(email="post@acme.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    assert of_contact(worlds, contact).quickbooks_id == parent
    row = of_customer(worlds, project)
    assert (row.state, row.category) == ("excluded", "sub_customer")
    assert len(worlds.hubspot("contacts")) == 1
    worlds.sync_quietly()


@item("D27")
def test_the_invoice_of_a_project_goes_to_the_contact_of_its_customer(trade: Trade) -> None:
    trade.start()
    parent = trade.customer_id
    hall = trade.customer(DisplayName="Hall", ParentRef={"value": parent}, Job=True)
    room = trade.customer(DisplayName="Room", ParentRef={"value": hall}, Job=True)
    invoice = trade.quickbooks_invoice(CustomerRef={"value": room})
    trade.sync()
    trade.sync()
    row = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (row.state, row.sentence) == ("in_sync", "")
    (mirror,) = trade.hubspot("invoices")
    world = trade.sandbox.world()["hubspot"]
    assert trade.contact_id in str(world["associations"])
    assert mirror == row.hubspot_id
    trade.sync_quietly()


@item("D30", "J6")
def test_a_deletion_stays_where_it_was_made(worlds: Worlds) -> None:
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    worlds.in_hubspot("contacts", "delete", contact)
    worlds.sandbox.advance(4000)
    worlds.sync()
    (left,) = worlds.quickbooks("Customer").values()
    assert left["Active"] is True
    row = of_contact(worlds, contact)
    assert (row.state, row.category) == ("excluded", "deleted_there")
    worlds.sync_quietly()


@item("D27", "A13")
def test_it_goes_through_as_soon_as_the_parent_is_linked(trade: Trade) -> None:
    trade.start()
    parent = trade.customer(DisplayName="Acme")
    hall = trade.customer(DisplayName="Hall", ParentRef={"value": parent}, Job=True)
    invoice = trade.quickbooks_invoice(CustomerRef={"value": hall})
    trade.sync()
    row = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (row.state, row.category) == ("failing", "contact_link")
    assert "no e-mail address" in row.sentence
    address = {MAIL: {"Address": "post@acme.test"}}
    trade.in_quickbooks("Customer", "edit", parent, fields=address)
    trade.sync()
    trade.sync()
    row.refresh_from_db()
    assert row.state == "in_sync"
    trade.sync_quietly()
