from datetime import timedelta

import pytest
from django.utils import timezone

from syncapp import tasks
from syncapp.models import Heartbeat
from tests.factories import nordwind

pytestmark = [pytest.mark.django_db, pytest.mark.queries]


def test_it_is_well_when_a_task_has_run_lately(client):
    Heartbeat.beat()

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "worker": "ok",
    }


def test_it_is_unwell_before_any_task_has_run(client):
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["worker"] == "no task has run yet"


def test_it_is_unwell_when_no_task_has_run_for_two_minutes(client):
    Heartbeat.objects.create(name="one", at=seconds_ago(125))

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["worker"] == "no task has run for two minutes"


def test_a_worker_that_works_does_not_hide_one_that_is_jammed(client):
    Heartbeat.objects.create(name="one", at=seconds_ago(125))
    Heartbeat.objects.create(name="another", at=seconds_ago(5))

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["worker"] == "one of the workers has run no task for two minutes"


def test_a_worker_that_was_stopped_is_not_missed_while_another_works(client, settings):
    Heartbeat.objects.create(name=settings.WORKER_NAME, at=seconds_ago(125))
    Heartbeat.objects.create(name="another", at=seconds_ago(5))

    Heartbeat.end()

    assert client.get("/healthz").status_code == 200


def test_it_is_unwell_when_all_workers_were_stopped(client, settings):
    Heartbeat.objects.create(name=settings.WORKER_NAME, at=seconds_ago(125))

    Heartbeat.end()

    assert client.get("/healthz").json()["worker"] == "no task has run for two minutes"


def test_a_machine_that_went_for_good_is_missed_for_a_quarter_of_an_hour(client):
    Heartbeat.objects.create(name="gone", at=seconds_ago(14 * 60))

    tasks.sweep()
    assert client.get("/healthz").status_code == 503

    Heartbeat.objects.filter(name="gone").update(at=seconds_ago(16 * 60))
    tasks.sweep()
    assert client.get("/healthz").status_code == 200


def seconds_ago(seconds):
    return timezone.now() - timedelta(seconds=seconds)


def test_it_says_when_a_migration_is_missing(client, django_db_blocker):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="syncapp").delete()

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["migrations"] == "run manage.py migrate"


def test_it_tells_strangers_no_names_and_no_counts(client):
    nordwind()

    body = client.get("/healthz").content.decode()

    assert "Nordwind" not in body
    assert not any(character.isdigit() for character in body)


def test_it_is_never_cached_and_only_read(client):
    assert "no-store" in client.get("/healthz")["Cache-Control"]
    assert client.post("/healthz").status_code == 405


def test_the_policy_for_pages_is_strict(client):
    policy = client.get("/admin/login/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
