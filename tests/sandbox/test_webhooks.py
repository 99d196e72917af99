import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.vendor_calls import CONTACTS, Callers
from tests.sandbox.webhook_receiver import Received, WebhookReceiver
from tests.sandbox_process import ControlError, SandboxProcess

FIVE_MINUTES_MS = 300_000


@pytest.fixture
def receiver(sandbox: SandboxProcess) -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        yield receiver
        sandbox.webhooks("hubspot", "", "off")
        sandbox.webhooks("quickbooks", "", "off")


def signature(key: str, message: bytes) -> str:
    return base64.b64encode(hmac.digest(key.encode(), message, "sha256")).decode()


def is_signed_by_hubspot(request: Received, url: str, secret: str) -> bool:
    """As hubspot-api.md 10.4 tells a receiver to check it: some codes of the URL decoded."""
    decoded_url = url.replace("%2F", "/")
    timestamp = request.headers["x-hubspot-request-timestamp"]
    message = b"POST" + decoded_url.encode() + request.body + timestamp.encode()
    return request.headers["x-hubspot-signature-v3"] == signature(secret, message)


def age_ms(request: Received) -> float:
    return time.time() * 1000 - int(request.headers["x-hubspot-request-timestamp"])


def create_contacts(callers: Callers, count: int) -> None:
    inputs = [{"properties": {"email": f"ada{n}@nordwind.example"}} for n in range(count)]
    answer = callers.hubspot("POST", f"{CONTACTS}/batch/create", {"inputs": inputs})
    assert answer.status_code == 201


def creations(requests: list[Received]) -> list[int]:
    """The contacts announced as new, in the order of arrival."""
    events = [event for request in requests for event in request.events]
    return [e["objectId"] for e in events if e["subscriptionType"].endswith("creation")]


def test_hubspot_events_are_signed_in_both_versions(
    sandbox: SandboxProcess, callers: Callers, reset: dict[str, Any], receiver: WebhookReceiver
) -> None:
    sandbox.webhooks("hubspot", receiver.url)
    contact = callers.create_contact("ada@nordwind.example").json()
    (request,) = receiver.wait_for(1)
    secret = reset["hubspot"]["client_secret"]
    assert is_signed_by_hubspot(request, receiver.url, secret)
    assert abs(age_ms(request)) < 60_000
    assert request.headers["x-hubspot-signature-version"] == "v1"
    old = hashlib.sha256(secret.encode() + request.body).hexdigest()
    assert request.headers["x-hubspot-signature"] == old
    event = request.events[0]
    assert event["objectId"] == int(contact["id"])
    assert event["portalId"] == int(reset["hubspot"]["portal_id"])
    assert event["attemptNumber"] == 0
    assert {"eventId", "subscriptionId", "appId", "occurredAt"} <= set(event)


def test_hubspot_sends_at_most_a_hundred_events_at_once(
    sandbox: SandboxProcess, callers: Callers, receiver: WebhookReceiver
) -> None:
    sandbox.webhooks("hubspot", receiver.url)
    create_contacts(callers, 100)
    create_contacts_again = [{"id": str(n)} for n in creations(receiver.wait_for(1))]
    assert create_contacts_again
    callers.hubspot("POST", f"{CONTACTS}/batch/archive", {"inputs": create_contacts_again})
    requests = receiver.wait_for(2)
    assert max(len(request.events) for request in requests) <= 100


def test_quickbooks_sends_cloud_events_signed_with_the_verifier_token(
    sandbox: SandboxProcess, callers: Callers, reset: dict[str, Any], receiver: WebhookReceiver
) -> None:
    sandbox.webhooks("quickbooks", receiver.url)
    customer = callers.create_customer("Nordwind").json()["Customer"]
    (request,) = receiver.wait_for(1)
    token = reset["quickbooks"]["webhook_token"]
    assert request.headers["intuit-signature"] == signature(token, request.body)
    (event,) = request.events
    assert event["type"] == "qbo.customer.created.v1"
    assert event["intuitentityid"] == customer["Id"]
    assert event["intuitaccountid"] == callers.realm_id
    assert event["specversion"] == "1.0"
    assert len(event["time"].rpartition(".")[2]) == len("123456789Z")


def test_quickbooks_sends_the_old_shape_on_demand(
    sandbox: SandboxProcess, callers: Callers, reset: dict[str, Any], receiver: WebhookReceiver
) -> None:
    sandbox.options(quickbooks={"webhook_shape": "old"})
    sandbox.webhooks("quickbooks", receiver.url)
    customer = callers.create_customer("Nordwind").json()["Customer"]
    (request,) = receiver.wait_for(1)
    token = reset["quickbooks"]["webhook_token"]
    assert request.headers["intuit-signature"] == signature(token, request.body)
    (company,) = request.events["eventNotifications"]
    (entity,) = company["dataChangeEvent"]["entities"]
    assert company["realmId"] == callers.realm_id
    assert (entity["name"], entity["id"]) == ("Customer", customer["Id"])
    assert entity["operation"] == "Create"
    assert entity["lastUpdated"].endswith("Z")


def test_nothing_is_sent_before_a_target_is_given_nor_after_off(
    sandbox: SandboxProcess, callers: Callers, receiver: WebhookReceiver
) -> None:
    callers.create_customer("Nordwind")
    sandbox.webhooks("quickbooks", receiver.url)
    sandbox.webhooks("quickbooks", receiver.url, "off")
    callers.create_customer("Acme")
    assert receiver.wait_for(1, seconds=0.3) == []


def test_duplicate_mode_sends_the_same_event_twice(
    sandbox: SandboxProcess, callers: Callers, receiver: WebhookReceiver
) -> None:
    sandbox.webhooks("quickbooks", receiver.url, "duplicate")
    callers.create_customer("Nordwind")
    first, second = receiver.wait_for(2)
    assert first.events[0]["id"] == second.events[0]["id"]


def test_reorder_mode_sends_later_changes_first(
    sandbox: SandboxProcess, callers: Callers, receiver: WebhookReceiver
) -> None:
    sandbox.webhooks("quickbooks", receiver.url, "reorder")
    ids = [callers.create_customer(name).json()["Customer"]["Id"] for name in ("Nordwind", "Acme")]
    requests = receiver.wait_for(2)
    assert [request.events[0]["intuitentityid"] for request in requests] == ids[::-1]


def test_forge_mode_signs_with_a_key_that_is_not_ours_and_tries_once(
    sandbox: SandboxProcess, callers: Callers, reset: dict[str, Any], receiver: WebhookReceiver
) -> None:
    receiver.failures_to_come = 1
    sandbox.webhooks("hubspot", receiver.url, "forge")
    callers.create_contact("ada@nordwind.example")
    (request,) = receiver.wait_for(1)
    assert not is_signed_by_hubspot(request, receiver.url, reset["hubspot"]["client_secret"])


def test_replay_mode_repeats_a_request_whose_signature_has_grown_old(
    sandbox: SandboxProcess, callers: Callers, reset: dict[str, Any], receiver: WebhookReceiver
) -> None:
    sandbox.webhooks("hubspot", receiver.url, "replay")
    callers.create_contact("ada@nordwind.example")
    fresh, replayed = receiver.wait_for(2)
    assert fresh.body == replayed.body
    assert age_ms(fresh) < FIVE_MINUTES_MS < age_ms(replayed)
    assert is_signed_by_hubspot(replayed, receiver.url, reset["hubspot"]["client_secret"])


def test_a_failing_target_is_tried_again_with_the_same_event(
    sandbox: SandboxProcess, callers: Callers, receiver: WebhookReceiver
) -> None:
    receiver.failures_to_come = 2
    sandbox.webhooks("hubspot", receiver.url)
    callers.create_contact("ada@nordwind.example")
    requests = receiver.wait_for(3)
    assert [request.events[0]["attemptNumber"] for request in requests] == [0, 1, 2]
    assert len({request.events[0]["eventId"] for request in requests}) == 1
    assert [delivery["status"] for delivery in sandbox.deliveries()] == [503, 503, 200]


def test_a_target_that_keeps_failing_is_given_up(
    sandbox: SandboxProcess, callers: Callers, receiver: WebhookReceiver
) -> None:
    receiver.failures_to_come = 99
    sandbox.webhooks("quickbooks", receiver.url)
    callers.create_customer("Nordwind")
    assert len(receiver.wait_for(5)) == 5
    assert sandbox.call("GET", "/control/webhooks").json()["is_sending"] is False


@pytest.mark.parametrize(
    "target",
    ["http://example.com/", "https://127.0.0.1/", "http://10.0.0.1/", "ftp://localhost/", "x"],
)
def test_only_targets_on_this_machine_are_allowed(
    sandbox: SandboxProcess, reset: dict[str, Any], target: str
) -> None:
    with pytest.raises(ControlError, match="an http address on this machine"):
        sandbox.webhooks("hubspot", target)
