from datetime import timedelta

import pytest
from django.utils import timezone

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
    Heartbeat.objects.create(name=Heartbeat.WORKER, at=timezone.now() - timedelta(seconds=125))

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["worker"] == "no task has run for two minutes"


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
