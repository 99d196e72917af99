"""Mirrors of QuickBooks invoices: made in steps, changed by what differs, voided."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.connectors.hubspot.lines import total
from syncapp.engine.records import Entity, Line, LineKind, Presence, Snapshot
from syncapp.engine.writes import Done, Operation, Refused, Unknown
from tests.connectors.hubspot.conftest import Connect
from tests.connectors.hubspot.factories import (
    DISCOUNT,
    TAX,
    TRAVEL,
    TWO_HOURS,
    change,
    mirror,
    send,
    snapshot_of,
)
from tests.connectors.hubspot.factories import hubspot as ref
from tests.connectors.hubspot.portal import Portal

INVOICE = Entity.INVOICE
OBJECTS = "POST /crm/objects/2026-03/"
HUBSPOTS_OWN_SUMS = ("hs_balance_due", "hs_total_discount", "hs_fees_amount")


def test_a_mirror_is_made_whole(hubspot: HubSpotConnector, portal: Portal) -> None:
    company = portal.create("companies", name="Acme")
    contact = portal.create("contacts", associations=[("companies", company)])
    product = portal.create("products", name="Consulting", price="55")
    line = replace(TWO_HOURS, product=ref(Entity.PRODUCT, product))
    (answer,) = send(
        hubspot,
        mirror(
            contact=contact,
            lines=[line, TRAVEL, DISCOUNT, TAX],
            hs_amount_billed=Decimal("118.80"),
        ),
    )
    made = snapshot_of(answer)
    values = portal.values("invoices", made.ref.id)
    assert values["hs_invoice_billable"] == "false"
    assert values["hs_invoice_status"] == "open"
    assert values["hs_number"] == "10145"
    assert values["hs_invoice_date"] == "2026-03-01T17:00:00.000Z"
    assert values["hs_amount_billed"] == "118.80"
    assert values["ledgerline_key"] == "4620816365:invoice:145"
    assert portal.partners("invoices", made.ref.id, "contacts") == [contact]
    assert portal.partners("invoices", made.ref.id, "companies") == [company]
    items = [portal.values("line_items", id) for id in part_ids(portal, made, "line_items")]
    assert [item["ledgerline_key"] for item in items] == [
        "4620816365:invoice:145:line:1",
        "4620816365:invoice:145:line:2",
    ]
    assert [item["price"] for item in items] == ["50", "20"]
    assert items[0]["hs_product_id"] == product
    for type, amount in (("discounts", "10"), ("taxes", "8.8")):
        (id,) = part_ids(portal, made, type)
        assert portal.values(type, id)["hs_value"] == amount
        assert portal.values(type, id)["hs_type"] == "FIXED"


def test_the_answer_is_the_invoice_as_it_will_be_read(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contact = portal.create("contacts")
    lines = [TWO_HOURS, TRAVEL, DISCOUNT, TAX]
    made = snapshot_of(send(hubspot, mirror(contact=contact, lines=lines))[0])
    read = hubspot.fetch([made.ref])[made.ref]
    own_sums = {name: read.get(name) for name in HUBSPOTS_OWN_SUMS}
    assert replace(made, fields={**made.fields, **own_sums}) == read
    assert total(read.get("lines")) == Decimal("118.80")


def test_fifty_mirrors_with_three_lines_take_a_handful_of_calls(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contacts = [portal.create("contacts", firstname=f"P{n}") for n in range(10)]
    third = replace(TRAVEL, partner="3")
    writes = [
        mirror(str(n), contact=contacts[n % 10], lines=[TWO_HOURS, TRAVEL, third])
        for n in range(50)
    ]
    hubspot.fetch([ref(INVOICE, "1")])
    portal.forget_calls()
    assert all(isinstance(answer, Done) for answer in send(hubspot, *writes))
    assert portal.calls() == {
        f"{OBJECTS}line_items/batch/upsert": 2,
        f"{OBJECTS}invoices/batch/create": 1,
        f"{OBJECTS}invoices/batch/update": 1,
        "POST /crm/associations/2026-03/contacts/companies/batch/read": 1,
        "GET /crm/properties/2026-03/line_items": 1,
    }
    assert len(portal.live("invoices")) == 50


def test_a_mirror_takes_nothing_over_from_a_recurring_product(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    product = portal.create(
        "products",
        name="Hosting",
        price="5",
        description="Every month",
        recurringbillingfrequency="monthly",
    )
    line = replace(TRAVEL, product=ref(Entity.PRODUCT, product), description="")
    made = snapshot_of(
        send(hubspot, mirror(contact=portal.create("contacts"), lines=[TWO_HOURS, line]))[0]
    )
    hosting = made.get("lines")[1]
    assert not hosting.is_recurring
    assert hosting.description == ""
    assert made.get("lines") == hubspot.fetch([made.ref])[made.ref].get("lines")


def test_one_bad_line_stops_its_own_invoice_alone(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contact = portal.create("contacts")
    bad = replace(TRAVEL, unit_price=Decimal("-20"), amount=Decimal("-20"))
    refused, made = send(
        hubspot,
        mirror("145", contact=contact, lines=[TWO_HOURS, bad]),
        mirror("146", contact=contact, lines=[TWO_HOURS]),
    )
    assert isinstance(refused, Refused)
    assert "negative" in refused.fault.message
    assert snapshot_of(made).get("hs_number") == "10146"
    assert len(portal.live("invoices")) == 1


def test_a_contact_that_is_gone_refuses_the_invoice(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contact = portal.create("contacts")
    portal.person("delete", "contacts", id=contact)
    (answer,) = send(hubspot, mirror(contact=contact, lines=[TWO_HOURS]))
    assert isinstance(answer, Refused)
    assert portal.live("invoices") == []


def test_a_mirror_without_lines_is_made(hubspot: HubSpotConnector, portal: Portal) -> None:
    portal.options(mirror_status_needs_lines=False)
    (answer,) = send(hubspot, mirror(contact=portal.create("contacts"), lines=[]))
    assert snapshot_of(answer).get("hs_invoice_status") == "open"


@pytest.mark.parametrize("totals", ["as_written", "recomputed"])
def test_our_own_total_stands_whatever_hubspot_makes_of_its_own(
    hubspot: HubSpotConnector, portal: Portal, totals: str
) -> None:
    portal.options(mirror_totals=totals)
    contact = portal.create("contacts")
    write = mirror(
        contact=contact,
        lines=[TWO_HOURS],
        hs_amount_billed=Decimal("99"),
        ledgerline_total=Decimal("99"),
    )
    made = snapshot_of(send(hubspot, write)[0])
    assert made.get("ledgerline_total") == Decimal("99")
    expected = Decimal("99") if totals == "as_written" else Decimal("100.00")
    assert hubspot.fetch([made.ref])[made.ref].get("hs_amount_billed") == expected


def test_without_a_key_for_lines_they_are_attached_to_the_invoice(
    connect: Connect, portal: Portal
) -> None:
    portal.withdraw_scope("e-commerce")
    connector = connect()
    connector.prepare([Entity.CONTACT, INVOICE])
    contact = portal.create("contacts")
    made = snapshot_of(send(connector, mirror(contact=contact, lines=[TWO_HOURS, TAX]))[0])
    read = connector.fetch([made.ref])[made.ref]
    assert [line.name for line in read.get("lines")] == ["Consulting", "Sales tax"]
    assert [line.partner for line in read.get("lines")] == ["", ""]
    assert "ledgerline_key" not in portal.live("line_items")[0]["properties"]
    (answer,) = send(connect(), change(read, lines=(TWO_HOURS, TRAVEL, TAX)))
    names = [line.name for line in snapshot_of(answer).get("lines")]
    assert names == ["Consulting", "Travel", "Sales tax"]


def test_an_update_touches_only_the_lines_that_differ(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    before = made_mirror(hubspot, portal, TWO_HOURS, TRAVEL, DISCOUNT, TAX)
    hours, travel = (line.id for line in before.get("lines")[:2])
    three = replace(TWO_HOURS, quantity=Decimal(3), amount=Decimal(150))
    fee = Line(name="Permit", quantity=Decimal(1), unit_price=Decimal(7), amount=Decimal(7),
               partner="9")  # fmt: skip
    less = replace(DISCOUNT, amount=Decimal(5))
    (answer,) = send(
        hubspot,
        change(before, lines=(three, TRAVEL, fee, less, TAX), ledgerline_total=Decimal("180.80")),
    )
    after = snapshot_of(answer)
    assert after == hubspot.fetch([before.ref])[before.ref]
    assert [(line.name, line.amount, line.partner) for line in after.get("lines")] == [
        ("Consulting", Decimal("150.00"), "1"),
        ("Travel", Decimal("20.00"), "2"),
        ("Permit", Decimal("7.00"), "9"),
        ("Loyalty", Decimal("5.00"), ""),
        ("Sales tax", Decimal("8.80"), ""),
    ]
    assert [line.id for line in after.get("lines")[:2]] == [hours, travel]
    assert after.get("lines")[4].id == before.get("lines")[3].id
    assert len(portal.record("line_items", travel)["history"]["price"]) == 1
    assert after.get("ledgerline_total") == Decimal("180.80")


def test_a_line_that_is_no_more_is_archived(hubspot: HubSpotConnector, portal: Portal) -> None:
    before = made_mirror(hubspot, portal, TWO_HOURS, TRAVEL, TAX)
    (answer,) = send(hubspot, change(before, lines=(TRAVEL,)))
    assert [line.name for line in snapshot_of(answer).get("lines")] == ["Travel"]
    assert portal.live("taxes") == []
    assert len(portal.live("line_items")) == 1


def test_what_a_person_gave_a_line_is_taken_back(hubspot: HubSpotConnector, portal: Portal) -> None:
    made = made_mirror(hubspot, portal, TWO_HOURS)
    line = made.get("lines")[0].id
    portal.edit("line_items", line, discount="5", name="Something else")
    before = hubspot.fetch([made.ref])[made.ref]
    assert before.get("lines")[0].discount == Decimal("10.00")
    (answer,) = send(hubspot, change(before, lines=(TWO_HOURS,)))
    assert snapshot_of(answer).get("lines") == made.get("lines")


def test_a_tax_that_a_person_adds_to_a_mirror_is_seen(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    """Its total is the one we wrote and does not tell."""
    contact = portal.create("contacts")
    writes = [mirror(str(n), contact=contact, lines=[TWO_HOURS, TRAVEL]) for n in range(6)]
    refs = [snapshot_of(answer).ref for answer in send(hubspot, *writes)]
    portal.create("taxes", associations=[("invoices", refs[0].id)], hs_value="5")
    kinds = [line.kind for line in hubspot.fetch(refs)[refs[0]].get("lines")]
    assert kinds == [LineKind.ITEM, LineKind.ITEM, LineKind.TAX]


def test_a_paid_mirror_costs_one_call_and_a_look_at_what_it_replaced(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    before = made_mirror(hubspot, portal, TWO_HOURS)
    portal.forget_calls()
    paid = {"hs_invoice_status": "paid", "ledgerline_status": "paid"}
    (answer,) = send(hubspot, change(before, **paid, ledgerline_balance=Decimal(0)))
    assert portal.calls() == {
        f"{OBJECTS}invoices/batch/update": 1,
        f"{OBJECTS}invoices/batch/read": 1,
    }
    after = snapshot_of(answer)
    assert after.get("hs_invoice_status") == "paid"
    assert after.get("lines") == before.get("lines")
    assert after.version == hubspot.fetch([before.ref])[before.ref].version


@pytest.mark.parametrize("operation", [Operation.VOID, Operation.UPDATE])
def test_a_voided_mirror_keeps_its_amounts(
    hubspot: HubSpotConnector, portal: Portal, operation: Operation
) -> None:
    before = made_mirror(hubspot, portal, TWO_HOURS)
    fields = {"ledgerline_status": "voided"}
    if operation is Operation.UPDATE:
        fields["hs_invoice_status"] = "voided"
    (answer,) = send(hubspot, change(before, operation, **fields))
    after = snapshot_of(answer)
    assert after.presence is Presence.VOIDED
    assert after.get("ledgerline_total") == before.get("ledgerline_total")
    assert hubspot.fetch([before.ref])[before.ref].presence is Presence.VOIDED
    (again,) = send(hubspot, change(after, ledgerline_url="https://books.test/145"))
    assert snapshot_of(again).presence is Presence.VOIDED


def test_another_customer_moves_the_mirror_and_its_company(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    acme, nordwind = (portal.create("companies", name=name) for name in ("Acme", "Nordwind"))
    ada = portal.create("contacts", associations=[("companies", acme)])
    ben = portal.create("contacts", associations=[("companies", nordwind)])
    before = snapshot_of(send(hubspot, mirror(contact=ada, lines=[TWO_HOURS]))[0])
    (answer,) = send(hubspot, change(before, contact=ref(Entity.CONTACT, ben)))
    assert snapshot_of(answer).get("contact") == ref(Entity.CONTACT, ben)
    assert portal.partners("invoices", before.ref.id, "contacts") == [ben]
    assert portal.partners("invoices", before.ref.id, "companies") == [nordwind]


def test_a_date_is_moved(hubspot: HubSpotConnector, portal: Portal) -> None:
    before = made_mirror(hubspot, portal, TWO_HOURS)
    (answer,) = send(hubspot, change(before, hs_due_date=date(2026, 4, 30)))
    assert snapshot_of(answer).get("hs_due_date") == date(2026, 4, 30)
    values = portal.values("invoices", before.ref.id)
    assert values["hs_due_date"] == "2026-04-30T16:00:00.000Z"


@pytest.mark.parametrize("step", range(4))
@pytest.mark.parametrize("kind", ["drop_after_commit", "drop_before_commit", "malformed"])
def test_an_answer_lost_in_any_step_makes_no_second_invoice(
    hubspot: HubSpotConnector, portal: Portal, step: int, kind: str
) -> None:
    path = (
        "/line_items/batch/upsert$",
        "/invoices/batch/create$",
        "/(discounts|taxes)/batch/create$",
        "/invoices/batch/update$",
    )[step]
    contact = portal.create("contacts")
    write = mirror(contact=contact, lines=[TWO_HOURS, TRAVEL, DISCOUNT, TAX])
    portal.sandbox.fault(kind, path=path, times=1)
    (lost,) = send(hubspot, write)
    assert isinstance(lost, Unknown)
    made = snapshot_of(send(hubspot, write)[0])
    read = hubspot.fetch([made.ref])[made.ref]
    assert len(portal.live("invoices")) == 1
    assert len(portal.live("line_items")) == 2
    assert [line.kind for line in read.get("lines")] == [
        LineKind.ITEM,
        LineKind.ITEM,
        LineKind.DISCOUNT,
        LineKind.TAX,
    ]
    assert len(portal.live("discounts")) == len(portal.live("taxes")) == 1
    assert read.get("hs_invoice_status") == "open"


def test_a_session_that_starts_anew_finishes_what_another_began(
    hubspot: HubSpotConnector, connect: Connect, portal: Portal
) -> None:
    contact = portal.create("contacts")
    write = mirror(contact=contact, lines=[TWO_HOURS, TAX])
    portal.sandbox.fault("drop_after_commit", path="/taxes/batch/create$", times=1)
    send(hubspot, write)
    changed = replace(
        write, fields={**write.fields, "lines": (replace(TWO_HOURS, name="Advice"), TAX)}
    )
    made = snapshot_of(send(connect(), changed)[0])
    assert [line.name for line in made.get("lines")] == ["Advice", "Sales tax"]
    assert len(portal.live("taxes")) == 1


def made_mirror(connector: HubSpotConnector, portal: Portal, *lines: Line) -> Snapshot:
    made = snapshot_of(send(connector, mirror(contact=portal.create("contacts"), lines=lines))[0])
    return connector.fetch([made.ref])[made.ref]


def part_ids(portal: Portal, invoice: Snapshot, type: str) -> list[str]:
    return portal.partners("invoices", invoice.ref.id, type)
