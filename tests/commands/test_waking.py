"""What rings the queue's bell, and what a task does then."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from syncapp import tasks
from syncapp.models import Heartbeat, Integration, Lease, RecordLink, SyncRun, WriteIntent
from syncapp.pipeline.schedules import NAME, ensure_schedules
from syncapp.pipeline.wake import wake, wake_due
from tests.factories import nordwind, pending, run

pytestmark = pytest.mark.django_db(transaction=True)


def queued():
    return [(one.task["func"], *one.task["args"]) for one in OrmQ.objects.order_by("id")]


def ago(**time):
    return timezone.now() - timedelta(**time)


def test_the_bell_rings_only_once_the_work_can_be_seen():
    integration = nordwind()
    with transaction.atomic():
        wake(integration.pk, "person")
        assert queued() == []

    assert queued() == [("syncapp.tasks.work", integration.pk, "person")]


def test_a_new_integration_is_due():
    nordwind()

    assert wake_due() == 1


def test_a_pass_that_has_just_begun_is_enough():
    run(nordwind(), started_at=ago(seconds=10))

    assert wake_due() == 0


def test_an_integration_is_due_again_after_its_interval():
    integration = nordwind(interval_seconds=600)
    run(integration, started_at=ago(seconds=500))
    assert wake_due() == 0

    SyncRun.objects.update(started_at=ago(seconds=600))
    assert wake_due() == 1


def test_waiting_work_does_not_wait_for_the_interval():
    integration = nordwind(interval_seconds=600)
    run(integration)
    later = pending(integration, due_at=timezone.now() + timedelta(hours=1))
    assert wake_due() == 0

    later.due_at = ago(seconds=1)
    later.save()
    assert wake_due() == 1


def test_an_unanswered_write_does_not_wait_for_the_interval():
    integration = nordwind(interval_seconds=600)
    run(integration)
    WriteIntent.objects.create(
        integration=integration,
        side="hubspot",
        entity="contact",
        operation="create",
        request_id="r",
        body={},
    )

    assert wake_due() == 1


@pytest.mark.parametrize("change", [{"is_paused": True}, {"hubspot__needs_reconnect": True}])
def test_what_cannot_run_is_not_rung_for(change):
    integration = nordwind()
    if "is_paused" in change:
        Integration.objects.update(**change)
    else:
        integration.hubspot.needs_reconnect = True
        integration.hubspot.save()

    assert wake_due() == 0


def test_an_integration_somebody_works_on_is_not_rung_for():
    integration = nordwind()
    lease = Lease.objects.create(
        integration=integration, holder="w", expires_at=timezone.now() + timedelta(minutes=1)
    )
    assert wake_due() == 0

    lease.expires_at = ago(seconds=1)
    lease.save()
    assert wake_due() == 1


def test_the_sweep_is_a_heartbeat_too():
    nordwind()

    assert tasks.sweep() == 1

    assert ago(seconds=30) < Heartbeat.objects.get(name=settings.WORKER_NAME).at
    assert len(queued()) == 1


def test_a_task_works_a_slice(accounts, configured, sandbox):
    properties = {"email": "ada@nordwind.example", "firstname": "Ada", "lastname": "Nord"}
    sandbox.person("hubspot", "create", "contacts", properties=properties)

    tasks.work(configured.pk, "person")

    assert RecordLink.objects.get().is_linked
    assert SyncRun.objects.get().trigger == "person"
    assert Heartbeat.objects.filter(name=settings.WORKER_NAME).exists()


def test_a_task_leaves_a_busy_integration_alone(configured):
    Lease.objects.create(
        integration=configured, holder="w", expires_at=timezone.now() + timedelta(minutes=1)
    )

    assert tasks.work(configured.pk, "schedule") == "busy"
    assert not SyncRun.objects.exists()


def test_a_task_for_an_integration_that_is_gone_ends_quietly():
    assert tasks.work(4711, "schedule") == "paused or deleted"


def test_a_slice_that_ends_with_work_left_rings_again(configured, sandbox, settings):
    settings.SLICE = 0
    sandbox.person("hubspot", "create", "contacts", properties={"email": "ada@nordwind.example"})
    pending(configured, "404404", entity="product", due_at=ago(seconds=1))
    OrmQ.objects.all().delete()  # configure has rung already

    tasks.work(configured.pk, "schedule")

    assert queued() == [("syncapp.tasks.work", configured.pk, "schedule")]


def test_a_vendor_that_does_not_answer_ends_the_task_without_an_error(configured, settings):
    settings.QUICKBOOKS_API_BASE = "http://127.0.0.1:9/quickbooks"

    assert tasks.work(configured.pk, "schedule") == "Unavailable"
    assert SyncRun.objects.get().outcome == "failed"


def test_there_is_one_schedule_however_often_it_is_made():
    Schedule.objects.all().delete()
    for _ in range(3):
        ensure_schedules()

    schedule = Schedule.objects.get()
    assert (schedule.name, schedule.func, schedule.minutes) == (NAME, "syncapp.tasks.sweep", 1)
    assert schedule.repeats == -1


def test_a_schedule_that_was_tampered_with_is_put_right():
    Schedule.objects.all().delete()
    ensure_schedules()
    Schedule.objects.update(func="os.system", args="'true'")
    Schedule.objects.create(name=NAME, func="os.system")

    ensure_schedules()

    schedule = Schedule.objects.get()
    assert (schedule.func, schedule.args) == ("syncapp.tasks.sweep", None)
