"""Who wins when both apps differ, and what never travels whoever wins."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.models import RecordLink, SyncActivity
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade, Worlds

ADA = {"email": "ada@nordwind.test", "firstname": "Ada", "lastname": "Berg", "phone": "555 0100"}
NAMES = {"hubspot": "From HubSpot", "quickbooks": "From QuickBooks"}


def linked_ada(worlds: Worlds, **rule: Any) -> tuple[str, str]:
    contact = worlds.contact(**ADA)
    worlds.rule(Entity.CONTACT, **rule)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    return contact, customer


def edit_both(worlds: Worlds, contact: str, customer: str) -> None:
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "From HubSpot"})
    worlds.in_quickbooks("Customer", "edit", customer, fields={"FamilyName": "From QuickBooks"})


def surnames(worlds: Worlds, contact: str, customer: str) -> tuple[str, str]:
    return (
        worlds.hubspot("contacts")[contact]["lastname"],
        worlds.quickbooks("Customer")[customer]["FamilyName"],
    )


def ada(worlds: Worlds, contact: str) -> RecordLink:
    return worlds.link(Side.HUBSPOT, Entity.CONTACT, contact)


def conflicts() -> list[dict[str, Any]]:
    out = StringIO()
    call_command("export", "--what", "conflicts", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@item("F1")
@pytest.mark.parametrize("winner", [ConflictPolicy.HUBSPOT, ConflictPolicy.QUICKBOOKS])
def test_the_chosen_app_wins_where_both_changed_and_the_other_value_is_kept(
    worlds: Worlds, winner: ConflictPolicy
) -> None:
    contact, customer = linked_ada(worlds, conflict=winner)
    edit_both(worlds, contact, customer)
    worlds.sync()
    assert surnames(worlds, contact, customer) == (NAMES[winner], NAMES[winner])
    (lost,) = conflicts()
    assert {lost["winner"], lost["before"]} == {winner.value, *NAMES.values()} - {NAMES[winner]}
    worlds.sync_quietly()


@item("F1")
def test_asked_to_ask_it_writes_nothing_and_lists_both_values(worlds: Worlds) -> None:
    contact, customer = linked_ada(worlds, conflict=ConflictPolicy.ASK)
    edit_both(worlds, contact, customer)
    worlds.sync_quietly()
    assert surnames(worlds, contact, customer) == ("From HubSpot", "From QuickBooks")
    link = ada(worlds, contact)
    assert (link.state, link.category) == ("needs_decision", "conflict")
    for value in NAMES.values():
        assert f"“{value}”" in link.sentence
    (row,) = conflicts()
    assert (row["hubspot"], row["quickbooks"]) == ("From HubSpot", "From QuickBooks")


@item("F1")
def test_an_open_question_shows_the_values_of_today_and_goes_when_people_agree(
    worlds: Worlds,
) -> None:
    contact, customer = linked_ada(worlds, conflict=ConflictPolicy.ASK)
    edit_both(worlds, contact, customer)
    worlds.sync()
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "Newer"})
    worlds.sync()
    (row,) = conflicts()
    assert (row["hubspot"], row["quickbooks"]) == ("Newer", "From QuickBooks")
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "From QuickBooks"})
    worlds.sync()
    assert ada(worlds, contact).state == "in_sync"
    assert not conflicts()


@item("F1")
def test_fields_that_nobody_disputes_travel_while_one_waits_for_an_answer(worlds: Worlds) -> None:
    contact, customer = linked_ada(worlds, conflict=ConflictPolicy.ASK)
    edit_both(worlds, contact, customer)
    worlds.in_hubspot("contacts", "edit", contact, properties={"firstname": "Adele"})
    worlds.sync()
    assert worlds.quickbooks("Customer")[customer]["GivenName"] == "Adele"
    assert surnames(worlds, contact, customer) == ("From HubSpot", "From QuickBooks")
    assert ada(worlds, contact).state == "needs_decision"


@item("F2", "L11")
@pytest.mark.parametrize("winner", list(ConflictPolicy))
def test_a_blank_in_the_winning_app_wipes_nothing_and_is_told(
    worlds: Worlds, winner: ConflictPolicy
) -> None:
    contact, customer = linked_ada(worlds, conflict=winner)
    worlds.in_hubspot("contacts", "edit", contact, properties={"phone": ""})
    worlds.in_quickbooks("Customer", "edit", customer, fields={"GivenName": ""})
    worlds.sync_quietly()
    booked = worlds.quickbooks("Customer")[customer]
    assert booked["PrimaryPhone"]["FreeFormNumber"] == "555 0100"
    assert worlds.hubspot("contacts")[contact]["firstname"] == "Ada"
    link = ada(worlds, contact)
    assert (link.state, link.category) == ("in_sync", "held")
    assert "phone is empty in HubSpot and “555 0100” in QuickBooks" in link.sentence
    assert "an empty value wipes nothing" in link.sentence


ONE_WAY = [
    (Direction.TO_QUICKBOOKS, ConflictPolicy.QUICKBOOKS, "From HubSpot"),
    (Direction.TO_HUBSPOT, ConflictPolicy.HUBSPOT, "From QuickBooks"),
]


@item("F3", "F4", "C14")
@pytest.mark.parametrize(("direction", "chosen", "sent"), ONE_WAY)
def test_one_way_the_sender_wins_whatever_was_chosen(
    worlds: Worlds, direction: Direction, chosen: ConflictPolicy, sent: str
) -> None:
    contact, customer = linked_ada(worlds)
    rule = worlds.rule(Entity.CONTACT, direction=direction, conflict=chosen)
    assert NAMES[rule.conflict] == sent
    edit_both(worlds, contact, customer)
    worlds.sync()
    assert surnames(worlds, contact, customer) == (sent, sent)


@item("F3")
def test_what_the_receiver_of_a_one_way_sync_changed_is_listed_until_it_is_alike_again(
    worlds: Worlds,
) -> None:
    contact, customer = linked_ada(worlds, direction=Direction.TO_QUICKBOOKS)
    worlds.in_quickbooks("Customer", "edit", customer, fields={"FamilyName": "Drift"})
    for _ in range(3):
        worlds.sync_quietly()
    assert surnames(worlds, contact, customer) == ("Berg", "Drift")
    link = ada(worlds, contact)
    assert (link.state, link.category) == ("in_sync", "held")
    assert "lastname is “Berg” in HubSpot and “Drift” in QuickBooks" in link.sentence
    (row,) = conflicts()
    assert (row["reason"], row["hubspot"], row["quickbooks"]) == ("held", "Berg", "Drift")
    assert SyncActivity.objects.filter(link=link, category="held").count() == 1
    worlds.in_quickbooks("Customer", "edit", customer, fields={"FamilyName": "Berg"})
    worlds.sync_quietly()
    assert (ada(worlds, contact).category, conflicts()) == ("", [])


@item("F3")
def test_one_mapping_may_be_one_way_in_a_two_way_sync(worlds: Worlds) -> None:
    row = {"hubspot": "lastname", "quickbooks": "FamilyName", "direction": Direction.TO_HUBSPOT}
    contact, customer = linked_ada(worlds)
    worlds.rule(Entity.CONTACT, conflict=ConflictPolicy.HUBSPOT, mappings=[row])
    worlds.sync()
    edit_both(worlds, contact, customer)
    worlds.sync()
    assert surnames(worlds, contact, customer) == ("From QuickBooks", "From QuickBooks")
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "Drift"})
    worlds.sync_quietly()
    assert surnames(worlds, contact, customer) == ("Drift", "From QuickBooks")
    assert "travels one way only" in ada(worlds, contact).sentence


@item("F9")
def test_an_amount_overwritten_on_a_mirror_names_the_property_not_the_invoice(
    trade: Trade,
) -> None:
    trade.start()
    booked = trade.quickbooks_invoice()
    trade.sync()
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, booked)
    changed = {"ledgerline_total": "1.00"}
    trade.in_hubspot("invoices", "edit", str(link.hubspot_id), properties=changed)
    trade.sync()  # its sellers are told
    trade.sync_quietly()
    assert trade.hubspot("invoices")[str(link.hubspot_id)]["ledgerline_total"] == "1.00"
    link.refresh_from_db()
    assert (link.state, link.category) == ("failing", "mirror_amount")
    assert "ledgerline_total" in link.sentence
    assert "150" in link.sentence
    undone = {"ledgerline_total": "150.00"}
    trade.in_hubspot("invoices", "edit", str(link.hubspot_id), properties=undone)
    trade.sync()
    trade.sync_quietly()
    link.refresh_from_db()
    assert link.state == "in_sync"
