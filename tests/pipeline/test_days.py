"""What became of records is added up by the company's days, where it is written down."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from syncapp.engine.records import Entity
from syncapp.models import DayCount, SyncActivity
from syncapp.pipeline import activity
from syncapp.reporting.days import last_days
from tests import factories

pytestmark = pytest.mark.django_db


def happened(integration, action, at):
    link = factories.link(integration, "invoice")
    row = SyncActivity(integration=integration, link=link, entity="invoice", action=action, at=at)
    activity.append(integration, [row])


def test_a_day_begins_and_ends_where_the_company_is():
    integration = factories.nordwind()
    integration.hubspot.account = {"time_zone": "America/Los_Angeles"}
    late, early = datetime(2026, 3, 5, 7, 59, tzinfo=UTC), datetime(2026, 3, 5, 8, 1, tzinfo=UTC)

    happened(integration, "created", late)
    happened(integration, "voided", early)
    happened(integration, "failing", early)
    happened(integration, "decided", early)

    rows = DayCount.objects.order_by("day").values_list("day", "created", "updated", "failed")
    assert [(str(day), *numbers) for day, *numbers in rows] == [
        ("2026-03-04", 1, 0, 0),
        ("2026-03-05", 0, 1, 1),
    ]


@pytest.mark.parametrize("name", ["", "Nowhere/At_All", "../etc/passwd"])
def test_a_portal_without_a_zone_has_the_days_of_the_installation(settings, name):
    settings.TIME_ZONE = "Europe/Oslo"
    integration = factories.nordwind()
    integration.hubspot.account = {"time_zone": name}

    assert integration.zone.key == "Europe/Oslo"


def test_an_upgrade_counts_what_happened_before(django_assert_max_num_queries):
    integration = factories.nordwind()
    now = timezone.now()
    for action, days in (("created", 0), ("created", 2), ("archived", 2), ("failing", 29)):
        happened(integration, action, now - timedelta(days=days))
    happened(integration, "created", now - timedelta(days=300))
    counted = last_days(integration)
    DayCount.objects.all().delete()

    migration = import_module("syncapp.migrations.0027_day_counts")
    with django_assert_max_num_queries(3):
        migration.count_the_last_days(apps, None)

    assert last_days(integration) == counted
    assert sum(day.created for day in counted[Entity.INVOICE]) == 2
