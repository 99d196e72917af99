"""In which language, time zone and form of numbers a person reads the pages."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from syncapp.engine.said import said
from syncapp.models import Preferences
from syncapp.told import told
from tests import factories
from tests.web.consenting import type_password
from tests.web.signing_in import type_name_and_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    return factories.link(
        factories.nordwind(),
        "invoice",
        label="F-1001",
        hubspot_id="80",
        amount=Decimal("1234.50"),
        currency="NOK",
        state="failing",
        category="no_lines",
        state_since=datetime(2026, 3, 31, 22, 30, tzinfo=UTC),
    )


def shown(client, name, *args, **headers):
    return client.get(reverse(f"admin:{name}", args=args), headers=headers).content.decode()


def language_of(page):
    return page.split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("asks_for", "is_given"),
    [
        ("", "en"),
        ("nb-NO,nb;q=0.9,en;q=0.5", "nb"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("en-GB,en;q=0.9", "en-gb"),
        ("en-AU", "en"),
        ("de-DE,de;q=0.9,nb;q=0.4", "nb"),
        ("fr", "en"),
        ("../../etc", "en"),
    ],
)
def test_the_browser_says_in_which_language_to_begin(client, asks_for, is_given):
    page = client.get("/admin/login/", headers={"Accept-Language": asks_for})

    assert language_of(page.content.decode()) == is_given
    assert page.headers["Content-Language"] == is_given
    assert "Accept-Language" in page.headers["Vary"]


def test_what_a_person_chose_goes_before_their_browser_and_with_them(client):
    factories.member("viewer")
    type_name_and_password(client, "viewer")
    address = reverse("admin:choose_reading")
    client.post(address, {"language": "nb", "time_zone": "Europe/Oslo"})
    elsewhere = Client()
    type_name_and_password(elsewhere, "viewer")

    for browser in (client, elsewhere):
        page = shown(browser, "account", **{"Accept-Language": "en-GB"})
        assert language_of(page) == "nb"
        assert "Europe/Oslo" in page.split("ll-sub")[1]


def test_nobody_elses_choice_is_taken_over(client):
    Preferences.objects.create(user=factories.ada(), language="nb")
    factories.member("viewer")

    type_name_and_password(client, "viewer")

    assert language_of(shown(client, "account")) == "en"


def test_a_zone_that_does_not_exist_is_refused_and_told(client):
    client.force_login(factories.member("viewer"))

    answer = client.post(reverse("admin:choose_reading"), {"time_zone": "Europe/Atlantis"})

    assert "Europe/Atlantis" in answer.content.decode()
    assert not Preferences.objects.exists()


@pytest.mark.parametrize(
    ("cookie", "hour"),
    [("Europe/Oslo", "00:30"), ("America/New_York", "18:30"), ("../../etc/passwd", "22:30"),
     ("", "22:30")],
)  # fmt: skip
def test_an_instant_is_shown_in_the_zone_of_the_browser(client, record, cookie, hour):
    client.force_login(factories.member("viewer"))
    client.cookies["ll-zone"] = cookie

    page = shown(client, "records", **{"Accept-Language": "nb"})

    assert hour in page.split('title="')[-1] or f" {hour}" in page
    assert 'datetime="2026-0' in page


def test_a_moment_in_a_sentence_is_told_in_the_readers_way_and_zone():
    sentence = said("created or changed after {time}", time="2026-03-31 22:30 UTC")

    assert sentence == "created or changed after 2026-03-31 22:30 UTC"
    with translation.override("nb"), timezone.override("Europe/Oslo"):
        assert told(sentence).endswith(" 1. april 2026 00:30")


def test_amounts_are_written_as_the_reader_writes_them(client, record):
    client.force_login(factories.member("viewer"))

    assert "1,234.50" in shown(client, "record", record.pk)
    assert "1\xa0234,50" in shown(client, "record", record.pk, **{"Accept-Language": "nb"})


def test_numbers_and_times_in_an_export_are_the_same_in_every_language(client, record):
    client.force_login(factories.member("viewer"))
    type_password(client)
    choose = reverse("admin:choose_columns", args=["records"])
    client.post(choose, {"column": ["amount", "since"], "next": "/admin/records/"})

    for language in ("en", "nb"):
        address = reverse("admin:records_export")
        answer = client.get(address, headers={"Accept-Language": language})
        rows = list(csv.reader(io.StringIO(b"".join(answer).decode())))

        assert rows[1][1:] == ["1234.50", "NOK", "2026-03-31T22:30:00+00:00"]
