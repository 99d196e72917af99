"""What is signed: acknowledged, and stored once as far as it concerns us."""

import json

import pytest
from django_q.models import OrmQ
from hypothesis import given
from hypothesis import strategies as st

from syncapp.models import Connection, Integration, Lease, WebhookDelivery, WebhookTally
from syncapp.webhooks import hubspot, quickbooks
from tests import factories
from tests.webhooks.letters import (
    HUBSPOT,
    PORTAL,
    change,
    cloud_event,
    from_hubspot,
    from_quickbooks,
    old_shape,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("secrets")]
NAMES = [
    *("portalId", "subscriptionType", "objectTypeId", "objectId", "mergedObjectIds", "type", "id"),
    *("intuitentityid", "intuitaccountid", "data", "deletedId", "eventNotifications", "realmId"),
    *("dataChangeEvent", "entities", "name", "operation"),
]
rings = pytest.mark.django_db(transaction=True)  # a task is on its way once all is committed


@pytest.fixture
def nordwind():
    return factories.nordwind()


def stored():
    rows = WebhookDelivery.objects.order_by("id")
    return [(row.side, row.entity, row.record_id, row.event) for row in rows]


def tallied():
    names = ("accepted", "repeated", "ignored", "refused")
    rows = WebhookTally.objects.values_list(*names)
    return dict(zip(names, map(sum, zip(*rows, strict=True)), strict=True))


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (change(), ("contact", "501", "contact.propertyChange")),
        (change(objectTypeId="0-7"), ("product", "501", "product.propertyChange")),
        (change(objectTypeId="0-53"), ("invoice", "501", "invoice.propertyChange")),
        (change(objectTypeId="0-101"), ("payment", "501", "payment.propertyChange")),
        (change(objectTypeId="0-8"), ("invoice", "", "line_item.propertyChange")),
        (change(objectTypeId="0-2"), ("contact", "", "company.propertyChange")),
        (
            change(subscriptionType="contact.creation", objectTypeId=None),
            ("contact", "501", "contact.creation"),
        ),
        (
            change(subscriptionType="product.deletion", objectTypeId=None),
            ("product", "501", "product.deletion"),
        ),
        (
            change(subscriptionType="contact.privacyDeletion", objectTypeId=None),
            ("contact", "501", "contact.privacyDeletion"),
        ),
        (change(objectId="501"), ("contact", "501", "contact.propertyChange")),
        (change(portalId="4711"), ("contact", "501", "contact.propertyChange")),
    ],
)
@pytest.mark.usefixtures("nordwind")
def test_an_event_of_hubspot_names_a_record(client, event, expected):
    assert from_hubspot(event).send(client) == 200
    assert stored() == [("hubspot", *expected)]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ([cloud_event()], ("contact", "58", "customer.updated")),
        ([cloud_event(type="qbo.item.created.v1")], ("product", "58", "item.created")),
        ([cloud_event(type="qbo.invoice.voided.v1")], ("invoice", "58", "invoice.voided")),
        ([cloud_event(type="qbo.payment.deleted.v2")], ("payment", "58", "payment.deleted")),
        (old_shape(), ("contact", "58", "customer.updated")),
    ],
)
@pytest.mark.usefixtures("nordwind")
def test_both_shapes_of_quickbooks_are_understood(client, payload, expected):
    assert from_quickbooks(payload).send(client) == 200
    assert stored() == [("quickbooks", *expected)]


@pytest.mark.usefixtures("nordwind")
def test_a_merge_names_those_that_go_too(client):
    merged = {"name": "Customer", "id": "58", "operation": "Merge", "deletedId": "61",
              "lastUpdated": "2026-05-01T10:00:00.000Z"}  # fmt: skip
    from_quickbooks(old_shape(merged)).send(client)
    from_hubspot(
        change(subscriptionType="object.merge", primaryObjectId=501, mergedObjectIds=[502, 503])
    ).send(client)

    assert [row[2] for row in stored()] == ["58", "61", "501", "502", "503"]


USELESS_HUBSPOT = {
    "another portal": change(portalId=1),
    "no portal": change(portalId=None),
    "a kind that is not synced": change(objectTypeId="0-3"),
    "a kind of their own": change(objectTypeId="2-1234"),
    "an unknown subscription": change(subscriptionType="object.teleported"),
    "another app's business": change(subscriptionType="conversation.newMessage"),
    "no subscription": change(subscriptionType=None),
    "a list for a text": change(subscriptionType=["object.creation"]),
    "letters for an id": change(objectId="../../etc"),
    "no id": change(objectId=None),
    "a true id": change(objectId=True),
    "a broken id": change(objectId=1.5),
    "a negative id": change(objectId=-1),
    "an endless id": change(objectId=10**300),
    "foreign digits": change(objectId="٥٠١"),
    "no object": "contact",
    "nothing": None,
    "a number": 4,
}
USELESS_QUICKBOOKS = {
    "another company": cloud_event(intuitaccountid="1"),
    "no company": cloud_event(intuitaccountid=None),
    "a kind that is not synced": cloud_event(type="qbo.vendor.updated.v1"),
    "an unknown happening": cloud_event(type="qbo.invoice.framed.v1"),
    "another product": cloud_event(type="payroll.invoice.updated.v1"),
    "no type": cloud_event(type=None),
    "letters for an id": cloud_event(intuitentityid="1 OR 1=1"),
    "no event id": cloud_event(id=""),
    "no object": [],
    "nothing": None,
}


@pytest.mark.parametrize("event", USELESS_HUBSPOT.values(), ids=USELESS_HUBSPOT)
@pytest.mark.usefixtures("nordwind")
def test_a_useless_event_of_hubspot_is_acknowledged_and_counted(client, event):
    assert from_hubspot(event).send(client) == 200
    assert stored() == []
    assert tallied() == {"accepted": 0, "repeated": 0, "ignored": 1, "refused": 0}
    assert not OrmQ.objects.exists()


@pytest.mark.parametrize("event", USELESS_QUICKBOOKS.values(), ids=USELESS_QUICKBOOKS)
@pytest.mark.usefixtures("nordwind")
def test_a_useless_event_of_quickbooks_does_not_hold_back_the_others(client, event):
    useful = cloud_event(id="another")
    assert from_quickbooks([event, useful]).send(client) == 200
    assert [row[2] for row in stored()] == ["58"]
    assert tallied() == {"accepted": 1, "repeated": 0, "ignored": 1, "refused": 0}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.just("qbo.invoice.updated.v1"),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=6)
        ),
        max_leaves=25,
    )
)
def test_whatever_is_signed_names_records_by_digits_or_nothing(payload):
    for heard in (hubspot.heard(payload), quickbooks.heard(payload)):
        for event in heard.events:
            assert event.account_id.isdigit()
            assert event.record_id == "" or event.record_id.isdigit()
            assert len(event.record_id) <= 20
            assert len(event.name) <= 60
            assert len(event.key) == 64


BOMBS = [
    b" ",
    b"null",
    b"{}",
    b"7",
    b'"text"',
    b"[" * 200_000,
    b'{"eventNotifications":' * 40_000,
    b"[" + b"9" * 500_000 + b"]",
    b"[1e999999999]",
    b"\xff\xfe\x00",
    b'[{"objectId": NaN}]',
    b'{"eventNotifications": 5}',
    b'{"eventNotifications": [5, {}, {"dataChangeEvent": 5}, {"dataChangeEvent": {}}]}',
    b'{"eventNotifications": [{"realmId": {}, "dataChangeEvent": {"entities": [5, {}]}}]}',
]


@pytest.mark.parametrize("body", BOMBS, ids=range(len(BOMBS)))
@pytest.mark.usefixtures("nordwind")
def test_signed_nonsense_is_acknowledged_or_it_would_come_again(client, body):
    assert from_hubspot(body=body).send(client) == 200
    assert from_quickbooks(body=body).send(client) == 200
    assert stored() == []


@pytest.mark.usefixtures("nordwind")
def test_an_empty_list_is_fine(client):
    assert from_hubspot(body=b"[]").send(client) == 200
    assert from_quickbooks([]).send(client) == 200
    assert from_quickbooks({"eventNotifications": []}).send(client) == 200
    assert stored() == []


@pytest.mark.usefixtures("nordwind")
def test_a_repetition_is_acknowledged_and_stored_once(client):
    for attempt in range(3):
        assert from_hubspot(change(attemptNumber=attempt)).send(client) == 200
        assert from_quickbooks().send(client) == 200
        assert from_quickbooks(old_shape()).send(client) == 200

    assert WebhookDelivery.objects.count() == 3  # the two shapes are never sent for one change
    assert tallied() == {"accepted": 3, "repeated": 6, "ignored": 0, "refused": 0}


@pytest.mark.usefixtures("nordwind")
def test_events_with_the_same_number_are_told_apart(client):
    """`eventId` is not unique at HubSpot."""
    from_hubspot(
        change(), change(propertyName="phone"), change(objectId=502), change(occurredAt=1)
    ).send(client)

    assert WebhookDelivery.objects.count() == 4


@rings
def test_companies_that_share_a_portal_hear_of_it_each(client, nordwind):
    other = factories.connection("quickbooks", "9999")
    acme = Integration.objects.create(name="Acme", hubspot=nordwind.hubspot, quickbooks=other)

    from_hubspot().send(client)

    told = WebhookDelivery.objects.values_list("integration", flat=True)
    assert sorted(told) == [nordwind.pk, acme.pk]
    assert OrmQ.objects.count() == 2


def test_one_request_may_speak_of_several_companies(client, nordwind):
    acme = factories.acme()
    events = [cloud_event(), cloud_event(intuitaccountid="9131"), cloud_event(intuitaccountid="5")]
    from_quickbooks(events).send(client)

    told = WebhookDelivery.objects.values_list("integration", flat=True)
    assert sorted(told) == [nordwind.pk, acme.pk]


@pytest.mark.usefixtures("nordwind")
def test_both_secrets_are_good_while_one_is_being_changed(client, secrets):
    secrets.HUBSPOT_WEBHOOK_SECRETS = ["new", "old"]
    secrets.QUICKBOOKS_WEBHOOK_TOKENS = ["new", "old"]
    for secret in ("new", "old"):
        assert from_hubspot(secret=secret).send(client) == 200
        assert from_quickbooks(token=secret).send(client) == 200
    assert from_hubspot(secret=secrets.HUBSPOT_CLIENT_SECRET).send(client) == 403


@pytest.mark.parametrize(
    "write",
    [
        lambda: from_hubspot(seconds_ago=290),
        lambda: from_hubspot(seconds_ago=-290),
        lambda: from_hubspot(path="/webhooks/hubspot"),
        lambda: from_hubspot(path=f"{HUBSPOT}?a=%2Fb", signed_path=f"{HUBSPOT}?a=/b"),
        lambda: from_hubspot(path=f"{HUBSPOT}?to=x%3Fy%26z", signed_path=f"{HUBSPOT}?to=x?y%26z"),
        lambda: from_quickbooks(path="/webhooks/quickbooks"),
        lambda: from_quickbooks(path="/webhooks/quickbooks/?a=b"),
    ],
)
@pytest.mark.usefixtures("nordwind")
def test_the_address_may_be_written_in_more_than_one_way(client, write):
    assert write().send(client) == 200
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.usefixtures("nordwind")
def test_behind_a_proxy_the_public_address_counts(client):
    """Whatever the proxy calls us, HubSpot signed the address it was given."""
    assert from_hubspot().send(client, HTTP_HOST="127.0.0.1:8000") == 200
    plain = {"HTTP_HOST": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "http"}
    assert from_hubspot(change(objectId=502)).send(client, **plain) == 200


@pytest.mark.usefixtures("nordwind")
def test_nothing_of_what_an_event_says_is_kept(client):
    from_hubspot(change(propertyValue="a canary value", sourceId="userId:canary")).send(client)

    (row,) = WebhookDelivery.objects.values()
    assert "canary" not in json.dumps(row, default=str)
    assert not {"headers", "body", "signature"} & set(row)


@rings
@pytest.mark.usefixtures("nordwind")
def test_a_burst_rings_once(client):
    for number in range(50):
        from_hubspot(change(objectId=number + 1)).send(client)

    assert WebhookDelivery.objects.count() == 50
    assert OrmQ.objects.count() == 1
    (task,) = OrmQ.objects.all()
    assert task.task["args"][1] == "webhook"


@rings
def test_a_paused_sync_is_not_woken_but_forgets_nothing(client, nordwind):
    Integration.objects.update(is_paused=True)
    from_hubspot().send(client)

    assert WebhookDelivery.objects.count() == 1
    assert not OrmQ.objects.exists()
    assert not Lease.objects.exclude(rung_at=None).exists()
    assert nordwind.hubspot.account_id == PORTAL


@rings
@pytest.mark.usefixtures("nordwind")
def test_a_connection_that_must_be_reconnected_is_not_woken(client):
    Connection.objects.filter(vendor="hubspot").update(needs_reconnect=True)

    assert from_hubspot().send(client) == 200
    assert from_quickbooks().send(client) == 200
    assert not OrmQ.objects.exists()


@rings
@pytest.mark.usefixtures("nordwind")
def test_it_takes_few_queries_however_many_events_there_are(client, django_assert_max_num_queries):
    from_hubspot().send(client)
    with django_assert_max_num_queries(16):
        from_hubspot(*(change(objectId=number) for number in range(1, 101))).send(client)
