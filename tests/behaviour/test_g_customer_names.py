"""D9, D10, G2, G21, L16: what a customer is called where names are unique."""

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.models import RecordLink, WriteIntent
from tests.behaviour.naming import item
from tests.pipeline.worlds import Worlds


def names(worlds: Worlds) -> list[str]:
    return sorted(one["DisplayName"] for one in worlds.quickbooks("Customer").values())


def link_of(worlds: Worlds, contact: str) -> RecordLink:
    return worlds.link(Side.HUBSPOT, Entity.CONTACT, contact)


def ada(worlds: Worlds, company: str = "Acme", email: str = "ada@acme.test") -> str:
    return worlds.contact(email=email, firstname="Ada", lastname="Berg", company=company)


@item("D9", "G2", "L16")
def test_the_first_contact_of_a_company_gets_its_name_and_the_others_tell_theirs(
    worlds: Worlds,
) -> None:
    ada(worlds)
    worlds.contact(email="ben@acme.test", firstname="Ben", lastname="Dahl", company="ACME")
    ada(worlds, email="ada.berg@acme.test")
    ada(worlds, email="a.berg@acme.test")
    worlds.contact(email="post@acme.test", company="Acme")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    assert names(worlds) == [
        "ACME – Ben Dahl",
        "Acme",
        "Acme – Ada Berg",
        "Acme – Ada Berg (2)",
        "Acme – post@acme.test",
    ]
    assert not RecordLink.objects.exclude(state="in_sync")
    worlds.sync_quietly()


@item("D9")
def test_a_colleague_who_comes_later_does_not_fail_either(worlds: Worlds) -> None:
    ada(worlds)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    worlds.contact(email="ben@acme.test", firstname="Ben", lastname="Dahl", company="Acme")
    worlds.sync()
    assert names(worlds) == ["Acme", "Acme – Ben Dahl"]
    worlds.sync_quietly()


@item("D9")
@pytest.mark.parametrize(
    ("made_of", "first", "second"),
    [
        ("company", "Acme", "Acme – Ada Berg"),
        ("person", "Ada Berg", "Ada Berg – Acme"),
        ("person_company", "Ada Berg (Acme)", "Ada Berg (Acme) – b@acme.test"),
        ("email", "a@acme.test", "b@acme.test"),
    ],
)
def test_people_choose_what_the_name_is_made_of(
    worlds: Worlds, made_of: str, first: str, second: str
) -> None:
    ada(worlds, email="a@acme.test")
    ada(worlds, email="b@acme.test")
    worlds.rule(Entity.CONTACT, options={"display_name": made_of})
    worlds.sync()
    assert names(worlds) == sorted([first, second])


@item("D10", "G21")
@pytest.mark.parametrize("holder", ["Vendor", "Employee"])
@pytest.mark.parametrize("lag", [0, 3600], ids=["the list shows it", "the list lags"])
def test_a_name_that_a_vendor_or_an_employee_has_is_passed_over(
    worlds: Worlds, holder: str, lag: int
) -> None:
    worlds.sandbox.options(quickbooks={worlds.realm: {"query_lag_seconds": lag}})
    worlds.in_quickbooks(holder, fields={"DisplayName": "Acme", "GivenName": "A"})
    contact = ada(worlds)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    assert names(worlds) == ["Acme – Ada Berg"]
    assert link_of(worlds, contact).state == "in_sync"
    answered = WriteIntent.objects.order_by("generation").values_list("state", flat=True)
    assert list(answered) == (["refused", "done"] if lag else ["done"])
    worlds.sync_quietly()


@item("G2", "G21")
def test_who_is_never_renamed_fails_with_the_name_that_clashes(worlds: Worlds) -> None:
    worlds.in_quickbooks("Vendor", fields={"DisplayName": "Acme"})
    contact = ada(worlds)
    worlds.rule(Entity.CONTACT, options={"display_name_clash": "fail"})
    worlds.sync()
    link = link_of(worlds, contact)
    assert (link.state, link.category) == ("failing", "customer_name")
    assert "called “Acme”" in link.sentence
    assert not worlds.quickbooks("Customer")
    worlds.sync_quietly()


@item("G2")
def test_it_heals_when_the_name_becomes_free(worlds: Worlds) -> None:
    vendor = worlds.in_quickbooks("Vendor", fields={"DisplayName": "Acme"})
    contact = ada(worlds)
    worlds.rule(Entity.CONTACT, options={"display_name_clash": "fail"})
    worlds.sync()
    worlds.in_quickbooks("Vendor", "edit", vendor, fields={"DisplayName": "Acme Supplies"})
    worlds.in_hubspot("contacts", "edit", contact, properties={"phone": "555 0100"})
    worlds.sync()
    assert names(worlds) == ["Acme"]
    assert link_of(worlds, contact).state == "in_sync"


@item("D10")
def test_when_every_name_is_taken_it_fails(worlds: Worlds) -> None:
    for end in ("", " – Ada Berg", *(f" – Ada Berg ({n})" for n in range(2, 10))):
        worlds.in_quickbooks("Vendor", fields={"DisplayName": f"Acme{end}"})
    contact = ada(worlds)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    link = link_of(worlds, contact)
    assert (link.state, link.category) == ("failing", "customer_name")
    assert "Acme – Ada Berg (9)" in link.sentence
    assert not worlds.quickbooks("Customer")
    worlds.sync_quietly()


@item("D10")
def test_a_customer_without_the_address_keeps_its_name_to_itself(worlds: Worlds) -> None:
    worlds.customer(DisplayName="Acme")
    ada(worlds)
    worlds.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS)
    worlds.sync()
    assert names(worlds) == ["Acme", "Acme – Ada Berg"]


@item("D10a")
def test_the_name_is_given_once_and_never_fought_over(worlds: Worlds) -> None:
    contact = ada(worlds)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    worlds.in_quickbooks("Customer", "edit", customer, fields={"DisplayName": "Acme Norway"})
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "Berge"})
    worlds.sync()
    assert names(worlds) == ["Acme Norway"]
    assert worlds.quickbooks("Customer")[customer]["FamilyName"] == "Berge"
    worlds.sync_quietly()


@item("D10")
def test_characters_that_no_name_may_have_are_put_differently(worlds: Worlds) -> None:
    ada(worlds, company="Acme: Oslo\t:Nord")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer").values()
    assert customer["DisplayName"] == "Acme - Oslo - Nord"
    worlds.sync_quietly()


@item("D10")
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"firstname": "A" * 101}, "first name has 101"),
        ({"lastname": "Ø" * 101}, "last name has 101"),
        ({"company": "C" * 600}, "display name has 600"),
        ({"phone": "1" * 31}, "phone number has 31"),
    ],
)
def test_what_is_too_long_is_never_cut(worlds: Worlds, fields: dict[str, str], named: str) -> None:
    contact = worlds.contact(email="ada@acme.test", **fields)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    link = link_of(worlds, contact)
    assert (link.state, link.category) == ("failing", "too_long")
    assert named in link.sentence
    assert not worlds.quickbooks("Customer")


@item("G2")
def test_a_lost_answer_takes_no_second_name(worlds: Worlds) -> None:
    """Though neither memory nor search of QuickBooks shows the first customer."""
    worlds.sandbox.options(
        quickbooks={worlds.realm: {"query_lag_seconds": 3600, "requestid_memory_seconds": 0}}
    )
    ada(worlds)
    worlds.rule(Entity.CONTACT)
    worlds.sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST", times=1)
    for _ in range(3):
        worlds.sync()
    assert names(worlds) == ["Acme"]
    assert not RecordLink.objects.exclude(state="in_sync")
    worlds.sync_quietly()


def test_hundred_colleagues_take_few_look_ups(worlds: Worlds) -> None:
    for number in range(60):
        worlds.contact(email=f"p{number}@acme.test", lastname=f"P {number}", company="Acme")
    worlds.rule(Entity.CONTACT)
    worlds.sandbox.forget_requests()
    worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 60
    assert worlds.sandbox.requests()["by_vendor"]["quickbooks"] <= 16
