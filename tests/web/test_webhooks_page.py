"""The page that says whether the vendors tell us of changes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from syncapp.engine.records import Side
from syncapp.models import ChangeCursor, WebhookTally
from syncapp.webhooks import tally
from tests import factories

pytestmark = pytest.mark.django_db


def page(client, name="webhooks"):
    client.force_login(factories.member("viewer"))
    answer = client.get(reverse(f"admin:{name}"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_names_the_addresses_and_what_is_missing(client, settings):
    settings.PUBLIC_BASE_URL = "https://sync.nordwind.example"
    settings.HUBSPOT_CLIENT_SECRET, settings.HUBSPOT_WEBHOOK_SECRETS = "s3cret", []
    settings.QUICKBOOKS_WEBHOOK_TOKENS = []

    shown = page(client)

    assert "https://sync.nordwind.example/webhooks/hubspot/" in shown
    assert "https://sync.nordwind.example/webhooks/quickbooks/" in shown
    assert "no verifier token is set" in shown
    assert "no secret is set" not in shown
    assert "s3cret" not in shown


def test_it_counts_the_last_day_by_account(client):
    factories.nordwind()
    tally.count(Side.HUBSPOT, "4711", accepted=1200, repeated=30)
    tally.count(Side.HUBSPOT, ignored=4, refused=9)
    old = timezone.now() - timedelta(hours=30)
    WebhookTally.objects.create(
        vendor="hubspot", account_id="4711", hour=old, last_at=old, accepted=50_000
    )

    shown = page(client)

    assert "1,200 events in the last day" in shown
    assert "and 30 repeated" in shown
    assert "<dd>4 <span" in shown
    assert "<dd>9 <span" in shown
    assert "Arriving" in shown
    assert "50,000" not in shown


def test_a_connection_says_when_the_last_one_came(client):
    factories.nordwind()
    tally.count(Side.QUICKBOOKS, "9130", accepted=1)

    shown = page(client, "connections")

    assert "1 event in the last day" in shown
    assert shown.count("Set them up") == 1  # HubSpot's


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ({}, "in every pass"),
        ({"announced_at": 1}, "every 5 minutes"),
        ({"announced_at": 9, "missed_at": 5, "polled_at": 1}, "in every pass"),
        ({"announced_at": 3, "missed_at": 5, "polled_at": 9}, "in every pass"),
        ({"announced_at": 3, "missed_at": 5, "polled_at": 1}, "every 5 minutes"),
    ],
)
def test_it_says_what_relies_on_them(client, minutes, said):
    now = timezone.now()
    times = {name: now - timedelta(minutes=ago) for name, ago in minutes.items()}
    ChangeCursor.objects.create(
        integration=factories.nordwind(), side="hubspot", entity="contact", since=now, **times
    )

    assert f"<td>{said}</td>" in page(client)


def test_words_of_strangers_are_shown_as_words(client):
    WebhookTally.objects.create(
        vendor="hubspot", account_id="<b>1</b>", hour=timezone.now(), last_at=timezone.now()
    )

    assert "<b>1</b>" not in page(client)
