"""What the app is told about changes: hubspot-api.md 10.1 and 10.2."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.hubspot.api import HubSpotApi
from tests.sandbox.webhook_receiver import WebhookReceiver


@pytest.fixture
def receiver(hubspot: HubSpotApi) -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        hubspot.sandbox.webhooks("hubspot", receiver.url)
        yield receiver
        hubspot.sandbox.webhooks("hubspot", "", "off")


def events(receiver: WebhookReceiver, kind: str, at_least: int = 1) -> list[dict[str, Any]]:
    """Those of one subscription type, once that many deliveries have come."""
    requests = receiver.wait_for(at_least)
    told = [event for request in requests for event in request.events]
    return [event for event in told if event["subscriptionType"] == kind]


def test_a_creation_and_its_origin_are_told(hubspot: HubSpotApi, receiver: WebhookReceiver) -> None:
    invoice = hubspot.create("invoices", hs_currency="USD")
    (event,) = events(receiver, "object.creation")
    assert (event["objectId"], event["objectTypeId"]) == (int(invoice), "0-53")
    assert event["portalId"] == hubspot.account["portal_id"]
    assert (event["changeFlag"], event["changeSource"]) == ("NEW", "INTEGRATION")
    assert event["attemptNumber"] == 0


def test_a_persons_edit_is_told_with_the_value(
    hubspot: HubSpotApi, receiver: WebhookReceiver
) -> None:
    contact = hubspot.create("contacts")
    receiver.wait_for(1)
    hubspot.person("edit", "contacts", contact, properties={"city": "Oslo"})
    (event,) = events(receiver, "object.propertyChange", 2)
    assert (event["propertyName"], event["propertyValue"]) == ("city", "Oslo")
    assert event["changeSource"] == "CRM_UI"
    assert event["sourceId"].startswith("userId:")


def test_a_payment_tells_what_it_did_to_the_invoice(
    hubspot: HubSpotApi, receiver: WebhookReceiver
) -> None:
    invoice = hubspot.open_invoice("10")
    hubspot.person("pay", "invoices", invoice)
    last = hubspot.create("contacts")
    told = _until(receiver, "object.creation", int(last))
    changes = {
        event["propertyName"]: event["propertyValue"]
        for event in told
        if event["subscriptionType"] == "object.propertyChange"
        and event["objectId"] == int(invoice)
    }
    assert (changes["hs_amount_paid"], changes["hs_invoice_status"]) == ("10.00", "paid")
    assert "hs_lastmodifieddate" not in changes
    assert "hs_subtotal" not in changes


def test_calculated_properties_may_be_told(hubspot: HubSpotApi, receiver: WebhookReceiver) -> None:
    hubspot.options(webhooks_for_calculated=True)
    hubspot.draft("10")
    last = hubspot.create("contacts")
    told = _until(receiver, "object.creation", int(last))
    assert "hs_subtotal" in {event.get("propertyName") for event in told}


def test_an_association_is_told_in_both_directions(
    hubspot: HubSpotApi, receiver: WebhookReceiver
) -> None:
    contact = hubspot.create("contacts")
    invoice = hubspot.create("invoices", {"contacts": [contact]}, hs_currency="USD")
    last = hubspot.create("contacts")
    told = _until(receiver, "object.creation", int(last))
    links = [e for e in told if e["subscriptionType"] == "object.associationChange"]
    assert [(e["fromObjectId"], e["toObjectId"], e["associationTypeId"]) for e in links] == [
        (int(invoice), int(contact), 177),
        (int(contact), int(invoice), 178),
    ]
    assert not any(event["associationRemoved"] for event in links)


def test_deletion_restoration_and_merge_are_told(
    hubspot: HubSpotApi, receiver: WebhookReceiver
) -> None:
    one, two = hubspot.create("contacts"), hubspot.create("contacts")
    hubspot.delete(f"/crm/v3/objects/contacts/{one}")
    hubspot.person("restore", "contacts", one)
    hubspot.person("merge", "contacts", one, other_id=two)
    told = _until(receiver, "object.merge", int(one))
    kinds = [event["subscriptionType"] for event in told if event["objectId"] == int(one)]
    assert [k for k in kinds if k != "object.propertyChange"] == [
        "object.creation",
        "object.deletion",
        "object.restore",
        "object.merge",
    ]
    assert told[-1]["mergedObjectIds"] == [int(two)]


@pytest.mark.parametrize(
    ("formats", "kinds"),
    [
        ("generic", {"object.creation"}),
        ("classic", {"contact.creation"}),
        ("both", {"object.creation", "contact.creation"}),
    ],
)
def test_the_app_gets_the_formats_it_subscribed_to(
    hubspot: HubSpotApi, receiver: WebhookReceiver, formats: str, kinds: set[str]
) -> None:
    hubspot.options(webhook_formats=formats)
    hubspot.create("contacts")
    tax = hubspot.create("taxes", hs_value="1")
    told = _until(receiver, "object.creation", int(tax))
    of_contact = [event for event in told if event["objectId"] != int(tax)]
    assert {event["subscriptionType"] for event in of_contact} == kinds


def _until(receiver: WebhookReceiver, kind: str, record: int) -> list[dict[str, Any]]:
    """Everything told up to and with that event."""
    for count in range(1, 100):
        told = [event for request in receiver.wait_for(count) for event in request.events]
        for position, event in enumerate(told):
            if (event["subscriptionType"], event["objectId"]) == (kind, record):
                return told[: position + 1]
    raise AssertionError(f"{kind} of {record} was never told")
