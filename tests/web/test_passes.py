"""Passes: the one that runs, those that were, what they cost."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from syncapp.models import ApiUsage, Lease, SyncRun
from syncapp.reporting.passes import allowance, calls_by_day, history, running
from tests import factories

pytestmark = pytest.mark.django_db
MOST_QUERIES = 17


@pytest.fixture
def world():
    return factories.nordwind()


@pytest.fixture
def viewer(client):
    client.force_login(factories.member("viewer"))
    return client


def hold(world, fencing=3, seconds=60):
    until = timezone.now() + timedelta(seconds=seconds)
    Lease.objects.create(integration=world, holder="worker", fencing=fencing, expires_at=until)


def test_a_running_pass_shows_how_far_it_is(viewer, world):
    hold(world)
    factories.run(
        world, fencing=3, step="Syncing contacts", step_done=25, step_total=100,
        api_calls={"hubspot": 4, "quickbooks": 3},
    )  # fmt: skip

    page = viewer.get(reverse("admin:pass_live", args=(world.pk,))).content.decode()

    for said in ("A pass is running", "Syncing contacts", "25 of 100", 'value="25"', "7 calls"):
        assert said in page
    assert 'hx-trigger="every 2s"' in page


@pytest.mark.parametrize(
    ("fencing", "seconds"), [(2, 60), (3, -1)], ids=["another took over", "its lease ran out"]
)
def test_a_pass_whose_worker_died_does_not_run(viewer, world, fencing, seconds):
    hold(world, seconds=seconds)
    factories.run(world, fencing=fencing, step="Syncing contacts")

    assert running([world]) == {}
    page = viewer.get(reverse("admin:passes"), {"integration": world.pk}).content.decode()
    assert "No pass is running" in page
    assert "Cut off" in page


def test_history_goes_on_page_by_page_and_is_narrowed(world):
    for number in range(120):
        factories.run(world, outcome="done", writes=number % 2)
    seen, older = [], 0
    for _ in range(3):
        found = history(world, "", older)
        seen += [run.pk for run in found.runs]
        older = found.older

    assert len(seen) == len(set(seen)) == 120
    assert older == 0
    assert all(run.writes for run in history(world, "written").runs)
    assert not history(world, "failed").runs


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "0"])
def test_a_place_that_nobody_was_given_is_no_error(viewer, world, odd):
    assert viewer.get(reverse("admin:passes"), {"older": odd, "kind": odd}).status_code == 200


def test_one_pass_shows_what_it_did_and_its_error_as_text(viewer, world):
    hostile = "<script>alert(1)</script>"
    run = factories.run(world, outcome="failed", error=hostile, counts={"invoice": {"failing": 3}})
    link = factories.link(world, label=hostile)
    factories.activity(link, run=run, sentence=hostile)

    page = viewer.get(reverse("admin:run", args=(run.pk,))).content.decode()

    assert hostile not in page
    assert "&lt;script&gt;" in page
    assert reverse("admin:record", args=(link.pk,)) in page


@pytest.mark.parametrize("name", ["passes", "run"])
def test_more_passes_cost_no_more_queries(viewer, world, name, django_assert_max_num_queries):
    run = factories.run(world, outcome="done")
    url = reverse("admin:passes") if name == "passes" else reverse("admin:run", args=(run.pk,))

    def some():
        for _ in range(10):
            factories.run(world, outcome="done")
            factories.activity(factories.link(world), run=run)

    some()
    viewer.get(url)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        viewer.get(url)
    some()
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        viewer.get(url)

    assert len(many) == len(few)


def used(connection, day, calls, reads=0):
    ApiUsage.objects.create(connection=connection, day=day, calls=calls, reads=reads)


def test_calls_are_counted_by_day_and_vendor(world):
    today = timezone.now().date()
    used(world.hubspot, today, 7)
    used(world.quickbooks, today, 5)
    used(world.quickbooks, today - timedelta(days=40), 99)

    days = calls_by_day(world)

    assert len(days) == 30
    assert (days[-1].hubspot, days[-1].quickbooks) == (7, 5)
    assert sum(day.quickbooks for day in days) == 5


def test_the_allowance_is_projected_from_the_days_that_were(world, settings):
    settings.QUICKBOOKS_READ_ALLOWANCE = 1000
    acme = factories.acme()
    with time_machine.travel(datetime(2026, 11, 11, 0, 0, 1, tzinfo=UTC), tick=False):
        used(world.quickbooks, date(2026, 10, 31), 900, 900)  # another month
        used(world.quickbooks, date(2026, 11, 1), 100, 100)
        used(acme.quickbooks, date(2026, 11, 9), 100, 105)  # one app, two companies
        used(world.hubspot, date(2026, 11, 9), 500, 500)  # not metered

        found = allowance()

    assert found.used == 205
    assert found.projected == 600  # 205 in 10.25 days; 30 days
    assert not found.is_short


def test_an_allowance_that_will_not_last_is_said_in_time(viewer, world, settings):
    settings.QUICKBOOKS_READ_ALLOWANCE = 10
    used(world.quickbooks, timezone.now().date(), 50, 50)

    page = viewer.get(reverse("admin:passes")).content.decode()

    assert "more than your tier allows" in page


def test_without_an_allowance_nothing_is_short(world, settings):
    settings.QUICKBOOKS_READ_ALLOWANCE = 0
    used(world.quickbooks, timezone.now().date(), 50, 50)

    assert not allowance().is_short


def test_a_first_minute_of_a_month_is_no_alarm(world):
    with time_machine.travel(datetime(2026, 11, 1, 0, 1, tzinfo=UTC), tick=False):
        used(world.quickbooks, date(2026, 11, 1), 3, 3)
        assert allowance().projected == 360


def test_an_operator_starts_a_pass_and_a_viewer_does_not(client, world):
    url = reverse("admin:passes")
    client.force_login(factories.member("viewer"))
    assert "Sync now" not in client.get(url).content.decode()
    client.force_login(factories.member("operator"))
    assert "Sync now" in client.get(url).content.decode()
    assert not SyncRun.objects.exists()
