"""Rows that people add: which fields may meet, which way, and what becomes of their values."""

from decimal import Decimal
from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction, FieldMapping
from syncapp.models import FieldMapping as StoredMapping
from syncapp.models import RecordLink
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade, Worlds

TO_H, TO_Q = Direction.TO_HUBSPOT, Direction.TO_QUICKBOOKS
COLOURS = [{"label": "Paper", "value": "Print"}, {"label": "Mail", "value": "Email"},
           {"label": "Nothing", "value": "None"}]  # fmt: skip


@pytest.fixture
def linked(worlds: Worlds) -> Worlds:
    """One contact and its customer, in sync."""
    worlds.rule(Entity.CONTACT)
    worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.sync()
    return worlds


def one(records: dict[str, dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    ((id_, record),) = records.items()
    return id_, record


@item("D34")
@pytest.mark.parametrize(
    ("hubspot", "made", "quickbooks", "there", "back"),
    [
        ("jobtitle", None, "Title", ("Dr.", "Dr."), ("Prof.", "Prof.")),
        ("pays_tax", ("bool", "booleancheckbox", [{"label": "Yes", "value": "true"},
                                                  {"label": "No", "value": "false"}]),
         "Taxable", ("false", False), (True, "true")),
        ("delivery", ("enumeration", "select", COLOURS), "PreferredDeliveryMethod",
         ("Email", "Email"), ("Print", "Print")),
        ("delivery", ("enumeration", "radio", COLOURS), "PreferredDeliveryMethod",
         ("Email", "Email"), ("Print", "Print")),
    ],
    ids=["text", "yes/no", "drop-down", "radio buttons"],
)  # fmt: skip
def test_fields_of_one_type_keep_each_other_alike_both_ways(
    linked: Worlds, hubspot: str, made: Any, quickbooks: str, there: Any, back: Any
) -> None:
    if made:
        linked.property("contacts", hubspot, made[0], made[1], options=made[2])
    linked.map(Entity.CONTACT, hubspot, quickbooks)
    linked.sync()
    contact, _ = one(linked.hubspot("contacts"))
    linked.in_hubspot("contacts", "edit", contact, properties={hubspot: there[0]})
    linked.sync()
    customer, held = one(linked.quickbooks("Customer"))
    assert held[quickbooks] == there[1]
    linked.in_quickbooks("Customer", "edit", customer, fields={quickbooks: back[0]})
    linked.sync()
    assert one(linked.hubspot("contacts"))[1][hubspot] == back[1]
    linked.sync_quietly()


@item("D34")
@pytest.mark.parametrize(
    ("type", "field_type", "value", "day"),
    [("date", "date", "2026-12-24", "2026-12-24"),
     ("datetime", "date", "2026-12-25T03:30:00Z", "2026-12-24")],
    ids=["a date", "an instant, by the day of the portal's zone"],
)  # fmt: skip
def test_a_day_and_an_instant_meet_on_the_day(
    trade: Trade, type: str, field_type: str, value: str, day: str
) -> None:
    trade.start()
    trade.property("invoices", "shipped_on", type, field_type)
    trade.map(Entity.INVOICE, "shipped_on", "ShipDate")
    invoice = trade.hubspot_invoice(trade.hours(1), shipped_on=value)
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    assert booked["ShipDate"] == day
    trade.sync_quietly()
    trade.in_quickbooks("Invoice", "edit", booked["Id"], fields={"ShipDate": "2026-12-31"})
    trade.sync()
    shown = str(trade.hubspot("invoices")[invoice]["shipped_on"])
    assert shown.startswith("2026-12-31")
    trade.sync_quietly()


@item("D34")
def test_numbers_meet_as_amounts_not_as_digits(worlds: Worlds) -> None:
    account = next(
        one["Id"] for one in worlds.quickbooks("Account").values() if one["AccountType"] == "Income"
    )
    worlds.property("products", "list_cost", "number", "number")
    worlds.rule(Entity.PRODUCT, options={"income_account": account})
    worlds.rule(Entity.PRODUCT, mappings=[{
        "hubspot": "hs_cost_of_goods_sold", "quickbooks": "PurchaseCost", "is_on": False}],
    )  # fmt: skip
    worlds.in_hubspot("products", properties={"name": "Pen", "hs_sku": "P1", "list_cost": "1.50"})
    checked = worlds.check(Entity.PRODUCT, FieldMapping("list_cost", "PurchaseCost"))
    assert [problem.sentence for problem in checked.problems] == [
        "“Purchase cost” in QuickBooks is written from “Unit cost” already. Switch that"
        " row off, or let this one run the other way."
    ]
    worlds.rule(Entity.PRODUCT, mappings=[{
        "hubspot": "list_cost", "quickbooks": "PurchaseCost", "kind": "number"}],
    )  # fmt: skip
    worlds.sync()
    assert Decimal(str(one(worlds.quickbooks("Item"))[1]["PurchaseCost"])) == Decimal("1.5")
    worlds.sync_quietly()


@item("D35")
@pytest.mark.parametrize(
    ("quickbooks", "shown"),
    [("Balance", "0"), ("MetaData.CreateTime", "202"), ("Taxable", "true")],
    ids=["a number", "an instant", "a checkbox"],
)
def test_what_is_no_text_comes_into_a_hubspot_text_one_way(
    linked: Worlds, quickbooks: str, shown: str
) -> None:
    linked.property("contacts", "from_the_books", "string", "text")
    row = FieldMapping("from_the_books", quickbooks)
    (problem,) = linked.check(Entity.CONTACT, row).problems
    assert "Let it run from QuickBooks to HubSpot only." in problem.sentence
    customer, _ = one(linked.quickbooks("Customer"))
    linked.in_quickbooks("Customer", "edit", customer, fields={"Taxable": True})
    linked.map(Entity.CONTACT, "from_the_books", quickbooks, direction=TO_H)
    linked.sync()
    assert str(one(linked.hubspot("contacts"))[1]["from_the_books"]).startswith(shown)
    linked.sync_quietly()


@item("D36", "D37")
@pytest.mark.parametrize(
    ("type", "field_type", "value", "text"),
    [
        ("number", "number", "12.50", "12.5"),
        ("date", "date", "2026-12-24", "2026-12-24"),
        ("bool", "booleancheckbox", "true", "true"),
        ("enumeration", "select", "b", "b"),
        ("enumeration", "checkbox", "a;b", "a;b"),
    ],
    ids=["number", "date", "checkbox", "drop-down", "several checkboxes"],
)
def test_what_is_no_text_goes_out_as_one_one_way(
    linked: Worlds, type: str, field_type: str, value: str, text: str
) -> None:
    options = [{"label": one.upper(), "value": one} for one in ("a", "b")]
    options = (
        [{"label": "Yes", "value": "true"}, {"label": "No", "value": "false"}]
        if (type == "bool")
        else options
    )
    more = {"options": options} if type in ("enumeration", "bool") else {}
    linked.property("contacts", "for_the_books", type, field_type, **more)
    (problem,) = linked.check(Entity.CONTACT, FieldMapping("for_the_books", "Notes")).problems
    assert "Let it run from HubSpot to QuickBooks only." in problem.sentence
    contact, _ = one(linked.hubspot("contacts"))
    linked.in_hubspot("contacts", "edit", contact, properties={"for_the_books": value})
    linked.map(Entity.CONTACT, "for_the_books", "Notes", direction=TO_Q)
    linked.sync()
    assert one(linked.quickbooks("Customer"))[1]["Notes"] == text
    linked.sync_quietly()


@item("D38")
def test_a_field_nobody_can_write_has_a_fixed_arrow(linked: Worlds) -> None:
    row = FieldMapping("jobtitle", "FullyQualifiedName")
    (problem,) = linked.check(Entity.CONTACT, row).problems
    assert problem.sentence == (
        "QuickBooks lets nobody write “Full name with parents”. Let it run from QuickBooks to"
        " HubSpot only."
    )
    one_way = FieldMapping("jobtitle", "FullyQualifiedName", TO_H)
    assert linked.check(Entity.CONTACT, one_way).problems == ()


@item("D34")
@pytest.mark.parametrize(
    ("hubspot", "quickbooks", "words"),
    [
        ("no_such_thing", "Notes", "There is no field “no_such_thing” in HubSpot."),
        ("jobtitle", "Nickname", "There is no field “Nickname” in QuickBooks."),
        ("jobtitle", "Job", "“Job Title” is a text in HubSpot, but “Sub-customer or project” is"),
    ],
)
def test_fields_that_cannot_meet_are_refused_with_the_reason(
    linked: Worlds, hubspot: str, quickbooks: str, words: str
) -> None:
    (problem,) = linked.check(Entity.CONTACT, FieldMapping(hubspot, quickbooks)).problems
    assert problem.sentence.startswith(words)


@pytest.mark.parametrize(
    ("hubspot", "quickbooks", "reader"),
    [("hs_invoice_billable", "AllowOnlineACHPayment", TO_Q), ("amount_due_now", "Deposit", TO_H)],
)
def test_what_money_hangs_on_is_read_by_added_rows_and_never_written(
    trade: Trade, hubspot: str, quickbooks: str, reader: Direction
) -> None:
    trade.start()
    trade.property("invoices", "amount_due_now", "number", "number")
    (problem,) = trade.check(Entity.INVOICE, FieldMapping(hubspot, quickbooks)).problems
    assert "is decided by Ledgerline itself" in problem.sentence
    read = FieldMapping(hubspot, quickbooks, reader)
    assert trade.check(Entity.INVOICE, read).problems == ()


def test_a_value_is_transformed_on_its_way_and_comes_back_undone(linked: Worlds) -> None:
    linked.map(Entity.CONTACT, "jobtitle", "Title", transform="map:Doctor=Dr.;Professor=Prof.")
    contact, _ = one(linked.hubspot("contacts"))
    linked.in_hubspot("contacts", "edit", contact, properties={"jobtitle": "Doctor"})
    linked.sync()
    customer, held = one(linked.quickbooks("Customer"))
    assert held["Title"] == "Dr."
    linked.sync_quietly()
    linked.in_quickbooks("Customer", "edit", customer, fields={"Title": "Prof."})
    linked.sync()
    assert one(linked.hubspot("contacts"))[1]["jobtitle"] == "Professor"
    linked.sync_quietly()


@item("C6")
def test_an_added_row_is_edited_switched_off_and_taken_away_again(linked: Worlds) -> None:
    rule = linked.map(Entity.CONTACT, "jobtitle", "Title")
    contact, _ = one(linked.hubspot("contacts"))
    linked.in_hubspot("contacts", "edit", contact, properties={"jobtitle": "Dr."})
    linked.sync()
    assert one(linked.quickbooks("Customer"))[1]["Title"] == "Dr."
    added = {"hubspot": "jobtitle", "quickbooks": "Title"}
    linked.rule(Entity.CONTACT, mappings=[{**added, "is_on": False}])
    linked.in_hubspot("contacts", "edit", contact, properties={"jobtitle": "Prof."})
    linked.sync()
    assert one(linked.quickbooks("Customer"))[1]["Title"] == "Dr."
    linked.rule(Entity.CONTACT, mappings=[{**added, "is_on": True, "transform": "upper"}])
    linked.sync()
    assert one(linked.quickbooks("Customer"))[1]["Title"] == "PROF."
    StoredMapping.objects.filter(rule=rule, **added).delete()
    linked.rule(Entity.CONTACT)
    linked.in_hubspot("contacts", "edit", contact, properties={"jobtitle": "Dame"})
    linked.sync()
    assert one(linked.quickbooks("Customer"))[1]["Title"] == "PROF."
    linked.sync_quietly()


@item("B13", "I1", "J9")
def test_custom_fields_that_are_on_for_sales_forms_are_offered_and_run_both_ways(
    trade: Trade,
) -> None:
    trade.custom_fields("PO number", "Tracking")
    trade.start()
    trade.property("invoices", "po", "string", "text")
    trade.property("invoices", "tracking", "string", "text")
    trade.map(Entity.INVOICE, "po", "CustomField.1")
    trade.map(Entity.INVOICE, "tracking", "CustomField.2")
    invoice = trade.hubspot_invoice(trade.hours(1), po="4711", tracking="T-1")
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    assert values_of(booked) == {"PO number": "4711", "Tracking": "T-1"}
    trade.in_quickbooks(
        "Invoice",
        "edit",
        booked["Id"],
        fields={"CustomField": [{"DefinitionId": "1", "StringValue": "4712"}]},
    )
    trade.sync()
    ours = trade.hubspot("invoices")[invoice]
    assert (ours["po"], ours["tracking"]) == ("4712", "T-1")
    trade.sync_quietly()


@item("B13")
def test_a_custom_field_that_is_off_is_not_offered(trade: Trade) -> None:
    trade.custom_fields("PO number")
    trade.start()
    trade.property("invoices", "po", "string", "text")
    rows = [FieldMapping("po", f"CustomField.{number}") for number in (1, 2)]
    (problem,) = trade.check(Entity.INVOICE, *rows).problems
    assert problem.row == 1
    assert problem.sentence.startswith("There is no field “CustomField.2” in QuickBooks.")


@item("G28")
@pytest.mark.parametrize("unknown", ["dropped", "fault_3000"])
def test_a_custom_field_switched_off_later_fails_its_invoices_by_name_and_heals(
    trade: Trade, unknown: str
) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"unknown_custom_field": unknown}})
    trade.custom_fields("PO number")
    trade.start()
    trade.property("invoices", "po", "string", "text")
    trade.map(Entity.INVOICE, "po", "CustomField.1")
    trade.custom_fields()
    invoice = trade.hubspot_invoice(trade.hours(1), po="4711")
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "field_missing")
    assert "CustomField.1" in link.sentence
    assert not trade.quickbooks("Invoice")
    trade.custom_fields("PO number")
    trade.rule(Entity.INVOICE)
    trade.sync()
    assert values_of(trade.one_invoice_in_quickbooks()) == {"PO number": "4711"}
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


def test_a_property_that_vanished_fails_its_records_by_name(linked: Worlds) -> None:
    linked.property("contacts", "nickname", "string", "text")
    linked.map(Entity.CONTACT, "nickname", "Notes")
    linked.sandbox.call(
        "DELETE",
        "/hubspot/crm/v3/properties/contacts/nickname",
        headers={"Authorization": f"Bearer {linked.integration.hubspot.access_token}"},
    )
    linked.sync()
    (link,) = RecordLink.objects.filter(entity=Entity.CONTACT)
    assert (link.state, link.category) == ("failing", "field_missing")
    assert "nickname" in link.sentence
    linked.rule(
        Entity.CONTACT, mappings=[{"hubspot": "nickname", "quickbooks": "Notes", "is_on": False}]
    )
    linked.sync()
    link.refresh_from_db()
    assert link.state == "in_sync"


@item("B14", "L13")
def test_a_row_added_later_reaches_invoices_that_are_linked_already(trade: Trade) -> None:
    trade.custom_fields("PO number")
    trade.property("invoices", "po", "string", "text")
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(1), po="4711")
    trade.sync()
    assert values_of(trade.one_invoice_in_quickbooks()) == {"PO number": ""}
    trade.map(Entity.INVOICE, "po", "CustomField.1")
    trade.sync()
    assert values_of(trade.one_invoice_in_quickbooks()) == {"PO number": "4711"}
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


def values_of(invoice: dict[str, Any]) -> dict[str, str]:
    return {one["Name"]: one.get("StringValue", "") for one in invoice["CustomField"]}
