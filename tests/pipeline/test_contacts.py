"""Contacts and customers, end to end over HTTP, judged by both worlds."""

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy, Direction
from tests.pipeline.worlds import Worlds


def test_a_contact_becomes_a_customer(worlds: Worlds) -> None:
    worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg", phone="555 0100")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer").values()
    assert customer["PrimaryEmailAddr"]["Address"] == "ada@nordwind.test"
    assert customer["DisplayName"] == "Ada Berg"
    assert customer["PrimaryPhone"]["FreeFormNumber"] == "555 0100"


def test_a_customer_becomes_a_contact(worlds: Worlds) -> None:
    worlds.customer(
        DisplayName="Nordwind AS",
        CompanyName="Nordwind AS",
        PrimaryEmailAddr={"Address": "post@nordwind.test"},
        BillAddr={"Line1": "Storgata 1", "City": "Oslo", "PostalCode": "0155"},
    )
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (contact,) = worlds.hubspot("contacts").values()
    assert contact["email"] == "post@nordwind.test"
    assert contact["company"] == "Nordwind AS"
    assert contact["city"] == "Oslo"


def test_two_that_share_an_address_are_linked_not_doubled(worlds: Worlds) -> None:
    contact = worlds.contact(email="Ada@Nordwind.test", firstname="Ada")
    customer = worlds.customer(
        DisplayName="Berg, Ada", PrimaryEmailAddr={"Address": "ada@nordwind.test"}
    )
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    link = worlds.link(Side.HUBSPOT, Entity.CONTACT, contact)
    assert link.quickbooks_id == customer
    assert len(worlds.hubspot("contacts")) == len(worlds.quickbooks("Customer")) == 1


def test_a_second_pass_writes_nothing(worlds: Worlds) -> None:
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.customer(DisplayName="Acme", PrimaryEmailAddr={"Address": "post@acme.test"})
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    worlds.sync_quietly()


def test_an_edit_on_either_side_reaches_the_other(worlds: Worlds) -> None:
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "Berge"})
    worlds.in_quickbooks("Customer", "edit", customer, fields={"GivenName": "Adele"})
    worlds.sync()
    assert worlds.quickbooks("Customer")[customer]["FamilyName"] == "Berge"
    assert worlds.hubspot("contacts")[contact]["firstname"] == "Adele"
    worlds.sync_quietly()


def test_a_conflict_is_decided_by_the_policy_and_the_loser_is_kept(worlds: Worlds) -> None:
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.rule(Entity.CONTACT, conflict=ConflictPolicy.QUICKBOOKS)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "From HubSpot"})
    worlds.in_quickbooks("Customer", "edit", customer, fields={"FamilyName": "From QuickBooks"})
    worlds.sync()
    assert worlds.hubspot("contacts")[contact]["lastname"] == "From QuickBooks"
    kept = worlds.link(Side.HUBSPOT, Entity.CONTACT, contact).activity.first()
    assert kept is not None
    assert [one["before"] for one in kept.changes if one["lost"]] == ["From HubSpot"]


def test_a_blank_wipes_nothing(worlds: Worlds) -> None:
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg", phone="555 0100")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    worlds.in_hubspot("contacts", "edit", contact, properties={"phone": ""})
    worlds.sync()
    assert worlds.quickbooks("Customer")[customer]["PrimaryPhone"]["FreeFormNumber"] == "555 0100"


def test_one_way_takes_nothing_back(worlds: Worlds) -> None:
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.customer(DisplayName="Acme", PrimaryEmailAddr={"Address": "post@acme.test"})
    worlds.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS)
    worlds.sync()
    assert list(worlds.hubspot("contacts")) == [contact]
    customers = worlds.quickbooks("Customer")
    (ours,) = [id_ for id_, one in customers.items() if one.get("FamilyName") == "Berg"]
    worlds.in_quickbooks("Customer", "edit", ours, fields={"FamilyName": "Drift"})
    worlds.sync_quietly()
    assert worlds.hubspot("contacts")[contact]["lastname"] == "Berg"


def test_a_contact_without_an_address_is_excluded_with_the_reason(worlds: Worlds) -> None:
    contact = worlds.contact(lastname="Nameless")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    link = worlds.link(Side.HUBSPOT, Entity.CONTACT, contact)
    assert (link.state, link.category) == ("excluded", "no_email")
    assert "e-mail" in link.sentence
    assert not worlds.quickbooks("Customer")


def test_a_hundred_contacts_travel_in_batches(worlds: Worlds) -> None:
    for number in range(100):
        worlds.contact(email=f"person{number}@nordwind.test", lastname=f"Person {number}")
    worlds.rule(Entity.CONTACT)
    worlds.sandbox.forget_requests()
    worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 100
    asked = worlds.sandbox.requests()["by_vendor"]
    assert asked["quickbooks"] <= 15
    assert asked["hubspot"] <= 25


def test_a_lost_answer_makes_no_second_customer(worlds: Worlds) -> None:
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sandbox.fault(
        "drop_after_commit", vendor="quickbooks", method="POST", path="(batch|customer)", times=1
    )
    worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 1
    worlds.sync()
    worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 1
    worlds.sync_quietly()


def test_a_lost_answer_makes_no_second_contact(worlds: Worlds) -> None:
    worlds.customer(DisplayName="Acme", PrimaryEmailAddr={"Address": "post@acme.test"})
    worlds.rule(Entity.CONTACT)
    worlds.sandbox.fault(
        "drop_after_commit", vendor="hubspot", method="POST", path="upsert|create$", times=1
    )
    worlds.sync()
    worlds.sync()
    assert len(worlds.hubspot("contacts")) == 1
    worlds.sync_quietly()


def test_the_contact_that_a_merge_leaves_takes_over_the_customer(worlds: Worlds) -> None:
    stays = worlds.contact(firstname="Ada")
    goes = worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    customer = worlds.link(Side.HUBSPOT, Entity.CONTACT, goes).quickbooks_id
    worlds.in_hubspot("contacts", "merge", stays, other_id=goes)
    worlds.sync()
    link = worlds.link(Side.HUBSPOT, Entity.CONTACT, stays)
    assert (link.state, link.quickbooks_id) == ("in_sync", customer)
    assert len(worlds.quickbooks("Customer")) == 1
    worlds.in_hubspot("contacts", "edit", stays, properties={"lastname": "Dahl"})
    worlds.sync()
    assert worlds.quickbooks("Customer")[customer or ""]["FamilyName"] == "Dahl"
    worlds.sync_quietly()


def test_merged_contacts_with_a_customer_each_leave_both_in_the_books(worlds: Worlds) -> None:
    stays = worlds.contact(email="ada@nordwind.test", lastname="Berg")
    goes = worlds.contact(email="ada@acme.test", lastname="Dahl")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    worlds.in_hubspot("contacts", "merge", stays, other_id=goes)
    worlds.sync()
    assert worlds.link(Side.HUBSPOT, Entity.CONTACT, stays).state == "in_sync"
    link = worlds.link(Side.HUBSPOT, Entity.CONTACT, goes)
    assert (link.state, link.category) == ("excluded", "deleted_there")
    assert len(worlds.quickbooks("Customer")) == 2
    worlds.sync_quietly()


def test_customers_known_from_before_are_matched_without_asking_for_each(worlds: Worlds) -> None:
    for number in range(40):
        address = {"Address": f"person{number}@nordwind.test"}
        worlds.customer(DisplayName=f"Person {number}", PrimaryEmailAddr=address)
    worlds.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS)
    worlds.sync()
    worlds.sandbox.advance(600)
    worlds.sync()
    for number in range(40):
        worlds.contact(email=f"person{number}@nordwind.test", lastname=f"Person {number}")
    worlds.sandbox.forget_requests()
    worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 40
    assert worlds.sandbox.requests()["by_vendor"]["quickbooks"] <= 8
