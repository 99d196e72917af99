import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from syncapp.models import ChangeCursor, Lease, SyncRule, WriteIntent
from syncapp.reporting.status import statuses
from tests.factories import acme, link, nordwind, pending, run

pytestmark = pytest.mark.django_db


def status():
    (found,) = statuses()
    return found


def test_it_prints_each_integration_as_json():
    integration = nordwind()
    link(integration, "invoice", state="failing")
    run(integration, outcome="done", writes=3)
    out = StringIO()

    call_command("status", "--json", stdout=out)

    shown = json.loads(out.getvalue())["integrations"]["Nordwind"]
    assert shown["entities"]["invoice"] == {
        "in_sync": 0,
        "failing": 1,
        "excluded": 0,
        "waiting": 0,
        "needs_decision": 0,
    }
    assert shown["last_pass"]["writes"] == 3
    assert shown["lease"] is None
    assert shown["idle"] is True


def test_it_prints_a_table_for_people():
    integration = nordwind()
    link(integration, "product", state="in_sync")
    out = StringIO()

    call_command("status", stdout=out)

    assert "Nordwind: idle, nothing is owed" in out.getvalue()
    assert "Products" in out.getvalue()


def test_a_new_integration_is_idle():
    nordwind()

    assert status().idle


def test_a_pending_change_is_owed_even_before_it_is_due():
    pending(nordwind(), due_at=timezone.now() + timedelta(hours=1))

    assert (status().idle, status().due_rows, status().pending_rows) == (False, 0, 1)


def test_an_open_write_is_owed():
    WriteIntent.objects.create(
        integration=nordwind(),
        side="hubspot",
        entity="contact",
        operation="create",
        request_id="r-1",
        body={},
    )

    assert (status().idle, status().open_intents) == (False, 1)


def test_an_entity_that_is_on_is_owed_until_both_sides_were_read_to_the_end():
    integration = nordwind()
    SyncRule.objects.create(integration=integration, entity="contact", is_on=True)
    read = {"integration": integration, "entity": "contact", "since": timezone.now()}
    ChangeCursor.objects.create(side="hubspot", **read)
    halfway = ChangeCursor.objects.create(side="quickbooks", **(read | {"since": None}))
    assert not status().idle

    halfway.since = timezone.now()
    halfway.save()
    assert status().idle


def test_a_held_lease_is_shown_until_it_runs_out():
    integration = nordwind()
    lease = Lease.objects.create(
        integration=integration, holder="w1", expires_at=timezone.now() + timedelta(minutes=1)
    )
    held = status().lease
    assert held is not None
    assert held.holder == "w1"

    lease.expires_at = timezone.now() - timedelta(seconds=1)
    lease.save()
    assert status().lease is None


def test_the_last_pass_is_the_one_that_started_last():
    integration = nordwind()
    now = timezone.now()
    run(integration, started_at=now - timedelta(hours=1), writes=1)
    run(integration, started_at=now, writes=2)
    run(integration, started_at=now - timedelta(hours=2), writes=3)

    last = status().last_pass
    assert last is not None
    assert last.writes == 2


def test_more_integrations_cost_no_more_queries(django_assert_max_num_queries):
    for integration in (nordwind(), acme()):
        run(integration)
        link(integration)

    with django_assert_max_num_queries(10):
        assert len(statuses()) == 2
