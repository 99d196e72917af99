"""Which writes have happened."""

from dataclasses import replace
from decimal import Decimal

from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.engine.records import Entity
from syncapp.engine.writes import Operation, Unknown
from tests.connectors.hubspot.factories import (
    DISCOUNT,
    TAX,
    TRAVEL,
    TWO_HOURS,
    change,
    create,
    keyed,
    mirror,
    payment,
    send,
    send_steps,
    snapshot_of,
)
from tests.connectors.hubspot.portal import Portal


def test_creates_of_all_kinds_are_looked_up_in_a_call_each(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contact = portal.create("contacts")
    invoice = snapshot_of(send(hubspot, mirror(contact=contact, lines=[TWO_HOURS]))[0]).ref.id
    writes = [
        create(Entity.CONTACT, "58", firstname="Ada"),
        create(Entity.PRODUCT, "9", name="Chair"),
        payment("77/145", invoice=invoice),
    ]
    send(hubspot, *writes)
    absent = create(Entity.CONTACT, "59", firstname="Ben")
    portal.forget_calls()
    found = hubspot.find_applied([keyed(one) for one in [*writes, absent]])
    assert set(found) == {keyed(one).request_id for one in writes}
    assert len(portal.calls()) == 4  # three kinds, and the invoice of the payment


def test_an_archived_copy_is_no_copy(hubspot: HubSpotConnector, portal: Portal) -> None:
    write = create(Entity.CONTACT, "58", firstname="Ada")
    made = snapshot_of(send(hubspot, write)[0])
    portal.person("delete", "contacts", id=made.ref.id)
    assert hubspot.find_applied([keyed(write)]) == {}


def test_a_copy_for_another_company_is_not_ours(
    hubspot: HubSpotConnector, connect: object, portal: Portal
) -> None:
    send(connect(realm="999"), create(Entity.CONTACT, "58", firstname="Ada"))
    assert hubspot.find_applied([keyed(create(Entity.CONTACT, "58", firstname="Ada"))]) == {}


def test_an_invoice_has_happened_only_when_it_is_finished(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contact = portal.create("contacts")
    write = mirror(contact=contact, lines=[TWO_HOURS, TRAVEL, DISCOUNT, TAX])
    steps = len(hubspot.steps(write))
    assert steps == 4
    for count in range(steps):
        send_steps(hubspot, write, count)
        assert hubspot.find_applied([keyed(write)]) == {}, f"after {count} steps"
    send_steps(hubspot, write, steps)
    found = hubspot.find_applied([keyed(write)])
    assert found[keyed(write).request_id].key == "4620816365:invoice:145"


def test_every_step_of_a_finished_invoice_has_happened(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    write = mirror(contact=portal.create("contacts"), lines=[TWO_HOURS])
    send(hubspot, write)
    for step in hubspot.steps(write):
        assert set(hubspot.find_applied([keyed(step)])) == {keyed(step).request_id}


def test_an_update_has_happened_when_the_record_holds_its_values(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    made = snapshot_of(
        send(hubspot, mirror(contact=portal.create("contacts"), lines=[TWO_HOURS]))[0]
    )
    before = hubspot.fetch([made.ref])[made.ref]
    three = replace(TWO_HOURS, quantity=Decimal(3), amount=Decimal(150))
    write = change(before, lines=(three, TAX), ledgerline_total=Decimal("158.80"))
    assert hubspot.find_applied([keyed(write)]) == {}
    portal.sandbox.fault("drop_after_commit", path="/line_items/batch/update$", times=1)
    assert isinstance(send(hubspot, write)[0], Unknown)
    assert hubspot.find_applied([keyed(write)]) == {}
    again = change(hubspot.fetch([made.ref])[made.ref], **write.fields)
    snapshot_of(send(hubspot, again)[0])
    assert set(hubspot.find_applied([keyed(write)])) == {keyed(write).request_id}
    assert len(portal.live("taxes")) == 1


def test_an_archive_has_happened_when_the_record_is_gone(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    made = snapshot_of(send(hubspot, create(Entity.PRODUCT, "9", name="Chair"))[0])
    write = change(made, Operation.ARCHIVE)
    assert hubspot.find_applied([keyed(write)]) == {}
    portal.sandbox.fault("drop_after_commit", path="/batch/archive$", times=1)
    assert isinstance(send(hubspot, write)[0], Unknown)
    assert set(hubspot.find_applied([keyed(write)])) == {keyed(write).request_id}
