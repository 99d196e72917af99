"""GET /metrics: who may ask, what it tells, what it costs."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from integration_site.checks import check_addresses
from syncapp.models import ApiUsage, Brake, Heartbeat, Integration, WebhookTally
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.queries]

TOKEN = "a-long-token-of-the-monitor-4711"
MOST_QUERIES = 24


@pytest.fixture
def monitor(client, settings):
    settings.METRICS_TOKEN = TOKEN
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {TOKEN}"
    return client


def told(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name.removeprefix("ledgerline_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "shown", ["", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer ungültig"]
)
def test_nobody_without_the_token_learns_that_it_is_there(client, settings, shown):
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics", HTTP_AUTHORIZATION=shown).status_code == 404


def test_without_a_token_of_ours_an_empty_one_opens_nothing(client):
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


def test_people_who_may_see_the_pages_may_see_it(client):
    client.force_login(factories.member("viewer"))
    assert client.get("/metrics").status_code == 200
    client.force_login(factories.ben())
    assert client.get("/metrics").status_code == 404


def test_it_is_only_read_and_never_kept(monitor):
    assert monitor.post("/metrics").status_code == 405
    assert "no-store" in monitor.get("/metrics")["Cache-Control"]


def test_a_token_that_could_be_guessed_is_refused(settings):
    settings.METRICS_TOKEN = "short"

    assert any("could be guessed" in error.msg for error in check_addresses(None))


def test_it_tells_how_each_integration_stands(monitor):
    one = factories.nordwind(is_paused=True)
    now = timezone.now()
    factories.link(one, "contact", state="failing", category="bad_value")
    factories.link(one, "contact", state="in_sync")
    factories.pending(one, due_at=now - timedelta(seconds=90))
    factories.pending(one, "2", due_at=now + timedelta(hours=1))
    factories.run(
        one, outcome="done", writes=4, ended_at=now, started_at=now - timedelta(seconds=9)
    )
    factories.run(one, outcome="failed", started_at=now - timedelta(days=2))
    Brake.objects.create(integration=one, sentence="60 voids")
    ApiUsage.objects.create(connection=one.quickbooks, day=now.date(), calls=12, reads=7)
    WebhookTally.objects.create(vendor="hubspot", hour=now, last_at=now, accepted=3, refused=1)
    Heartbeat.objects.create(name="quiet", at=now - timedelta(seconds=30))
    Heartbeat.objects.create(name="busy", at=now)
    pk, books = str(one.pk), str(one.quickbooks_id)

    numbers = told(monitor)

    assert numbers["records", "contact", pk, "failing"] == 1
    assert numbers["records", "invoice", pk, "in_sync"] == 0
    assert numbers["failing_records", "bad_value", pk] == 1
    assert (numbers["due_rows", pk], numbers["pending_rows", pk]) == (1, 2)
    assert 90 <= numbers["oldest_due_seconds", pk] < 100
    assert (numbers["paused", pk], numbers["brake_pulled", pk]) == (1, 1)
    assert numbers["needs_reconnect", pk] == 0
    assert numbers["passes_last_day", pk, "done"] == 1
    assert ("passes_last_day", pk, "failed") not in numbers
    assert numbers["writes_last_day", pk] == 4
    assert numbers["last_pass_duration_seconds", pk] == 9
    assert numbers["api_reads_this_month", books, "quickbooks"] == 7
    assert numbers["quickbooks_reads_used",] == 7
    assert numbers["webhook_events_last_day", "accepted", "hubspot"] == 3
    assert numbers["webhook_events_last_day", "refused", "hubspot"] == 1
    assert 30 <= numbers["worker_heartbeat_age_seconds",] < 40


def test_it_names_no_customer_and_no_company(monitor):
    one = factories.nordwind()
    factories.link(one, label="Ada Berg", state="failing", category="bad_value")

    text = monitor.get("/metrics").content.decode()

    for name in ("Ada", "Nordwind", "4711", "9130"):
        assert name not in text


def test_more_integrations_cost_no_more_queries(monitor, django_assert_max_num_queries):
    factories.nordwind()
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        told(monitor)
    other = factories.acme()
    for number in range(5):
        factories.link(other, state="failing", category=f"cause {number}")
        factories.run(other)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        told(monitor)

    assert Integration.objects.count() == 2
    assert len(many) == len(few)
