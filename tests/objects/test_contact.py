from dataclasses import replace

import pytest

from syncapp.engine.match import match
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, Pair, Presence, Snapshot
from syncapp.engine.rules import Direction
from syncapp.objects.contact import RECOMMENDED_FILTERS
from tests.objects.factories import H, Q, category, copied, here, ref, rule, there

MAIL = "PrimaryEmailAddr.Address"


def contact(**fields):
    known = {"email": "ada@nordwind.test", "firstname": "Ada", "lastname": "Berg"} | fields
    return Snapshot(ref(H, Entity.CONTACT, 1), known)


def customer(id_=58, presence=Presence.LIVE, **fields):
    known = {MAIL: "ada@nordwind.test", "DisplayName": "Nordwind"}
    known |= {name.replace("__", "."): value for name, value in fields.items()}
    return Snapshot(ref(Q, Entity.CONTACT, id_), known, presence=presence)


def decide(record, **chosen):
    sides = {record.ref.side: record}
    return reconcile(rule(Entity.CONTACT, **chosen), Pair(sides.get(H), sides.get(Q)))


def test_a_contact_becomes_a_customer():
    (write,) = decide(contact(company="Nordwind", phone="555", city="Oslo")).writes
    assert write.fields == {
        MAIL: "ada@nordwind.test",
        "GivenName": "Ada",
        "FamilyName": "Berg",
        "CompanyName": "Nordwind",
        "PrimaryPhone.FreeFormNumber": "555",
        "BillAddr.City": "Oslo",
        "DisplayName": "Nordwind",
    }


def test_a_customer_becomes_a_contact_without_a_display_name():
    (write,) = decide(customer(GivenName="Ada")).writes
    assert write.fields == {"email": "ada@nordwind.test", "firstname": "Ada"}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"company": "Nordwind"}, "Nordwind"),
        ({}, "Ada Berg"),
        ({"firstname": None}, "Berg"),
        ({"lastname": ""}, "Ada"),
        ({"firstname": None, "lastname": None}, "ada@nordwind.test"),
    ],
)
def test_the_display_name_is_the_company_else_the_person_else_the_address(fields, name):
    assert decide(contact(**fields)).writes[0].fields["DisplayName"] == name


def test_the_display_name_is_given_once_and_left_alone_afterwards():
    pair = copied(rule(Entity.CONTACT), contact())
    renamed = there(here(pair, company="Nordwind"), DisplayName="Nordwind Oslo")
    (write,) = reconcile(rule(Entity.CONTACT), renamed).writes
    assert write.fields == {"CompanyName": "Nordwind"}


@pytest.mark.parametrize("email", [None, "", " "])
@pytest.mark.parametrize("build", [contact, customer])
def test_without_an_address_it_is_excluded_unless_allowed(email, build):
    record = build(**{"email" if build is contact else "PrimaryEmailAddr__Address": email})
    assert category(decide(record)) == ("excluded", "no_email")
    assert decide(record, options={"without_email": True}).writes


@pytest.mark.parametrize("fields", [{"ParentRef": "12"}, {"ParentRef": "12", "Job": True}])
def test_sub_customers_and_projects_stay_in_quickbooks(fields):
    assert category(decide(customer(**fields))) == ("excluded", "sub_customer")


def test_an_inactive_customer_is_not_brought_over():
    inactive = customer(presence=Presence.INACTIVE)
    assert category(decide(inactive)) == ("excluded", "inactive")


def test_only_living_top_level_customers_are_matched():
    special = rule(Entity.CONTACT).special
    assert special.may_match(customer())
    assert special.may_match(contact())
    assert not special.may_match(customer(ParentRef="12"))
    assert not special.may_match(customer(presence=Presence.INACTIVE))


def test_they_match_by_address_whatever_its_letter_case():
    found = match(
        contact(email="ADA@nordwind.test"), [customer()], rule(Entity.CONTACT).match_keys, {}
    )
    assert found.partner == customer().ref


def test_the_address_may_differ_in_letter_case_only():
    pair = copied(rule(Entity.CONTACT), contact())
    assert not reconcile(rule(Entity.CONTACT), here(pair, email="Ada@Nordwind.test")).writes


def test_a_phone_number_may_be_written_differently():
    pair = copied(rule(Entity.CONTACT), contact(phone="+1 212 555 0100"))
    changed = there(pair, **{"PrimaryPhone.FreeFormNumber": "(212) 555-0100"})
    assert not reconcile(rule(Entity.CONTACT), changed).writes


@pytest.mark.parametrize(("side", "name"), [(H, "HubSpot"), (Q, "QuickBooks")])
def test_deleted_on_one_side_it_stays_on_the_other(side, name):
    pair = copied(rule(Entity.CONTACT), contact())
    gone = replace(pair.side(side), presence=Presence.GONE)
    plan = reconcile(rule(Entity.CONTACT), replace(pair, **{side.value: gone}))
    assert category(plan) == ("excluded", "deleted_there")
    assert plan.finding.facts == {"side": name}
    assert not plan.writes


def test_switched_off_in_quickbooks_it_rests():
    pair = copied(rule(Entity.CONTACT), contact())
    pair = replace(pair, quickbooks=replace(pair.quickbooks, presence=Presence.INACTIVE))
    plan = reconcile(rule(Entity.CONTACT), here(pair, city="Rome"))
    assert (category(plan), plan.writes) == (("excluded", "inactive"), ())


def recommended(record):
    return decide(record, filters=RECOMMENDED_FILTERS)


def test_the_recommended_filter_keeps_leads_out_of_the_books():
    assert category(recommended(contact())) == ("excluded", "filter")
    assert recommended(contact(lifecyclestage="customer")).writes


@pytest.mark.parametrize(("status", "goes"), [("open", True), ("paid", True), ("draft", False)])
def test_the_recommended_filter_lets_contacts_with_a_finalized_invoice_in(status, goes):
    billed = replace(contact(), related={"invoice": ({"hs_invoice_status": status},)})
    assert bool(recommended(billed).writes) is goes


def test_the_recommended_filter_does_not_concern_customers():
    assert recommended(customer()).writes
    assert list(RECOMMENDED_FILTERS) == [Direction.TO_QUICKBOOKS]
