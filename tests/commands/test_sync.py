import json
from datetime import timedelta

import pytest
from django.utils import timezone

from syncapp.models import Connection, Integration, Lease, RecordLink, SyncRun
from tests import factories
from tests.commands.calling import call

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contact(sandbox, configured):
    properties = {"email": "ada@nordwind.example", "firstname": "Ada", "lastname": "Nord"}
    made = sandbox.person("hubspot", "create", "contacts", properties=properties)
    return made["id"]


def as_json(*arguments):
    ended = call("sync", "--json", *arguments)
    return ended.code, json.loads(ended.out)


def test_one_pass_carries_a_contact_over_and_prints_a_table(contact):
    ended = call("sync")

    assert ended.code == 0, ended.err
    assert "Contacts" in ended.out
    assert "Writes: " in ended.out
    assert RecordLink.objects.get(hubspot_id=contact).is_linked


def test_json_holds_counts_writes_and_calls(contact):
    code, shown = as_json("--integration", "Nordwind")

    assert code == 0
    assert shown["entities"]["contact"]["in_sync"] == 1
    assert shown["entities"]["payment"] == {
        "in_sync": 0,
        "failing": 0,
        "excluded": 0,
        "waiting": 0,
        "needs_decision": 0,
    }
    assert shown["writes"] >= 1
    assert shown["api_calls"]["hubspot"] > 0
    assert shown["api_calls"]["quickbooks"] > 0
    assert "reason" not in shown
    assert SyncRun.objects.get().trigger == "command"


def test_until_idle_ends_when_nothing_is_owed(contact):
    code, shown = as_json("--until-idle", "--limit", "60")

    assert code == 0
    assert shown["integrations"][0]["idle"] is True
    assert not Lease.objects.exclude(holder="").exists()


def test_a_failing_record_shows_in_the_exit_code(sandbox, contact, configured):
    factories.link(configured, "product", hubspot_id="404", state="failing")

    assert as_json()[0] == 1


def test_a_held_lease_is_not_waited_for(contact, configured):
    soon = timezone.now() + timedelta(minutes=1)
    Lease.objects.create(integration=configured, holder="another worker", expires_at=soon)

    code, shown = as_json("--until-idle")

    assert (code, shown["reason"]) == (2, "busy")
    assert "Another worker" in shown["message"]
    assert not SyncRun.objects.exists()


def test_a_connection_that_is_no_longer_accepted_is_said(contact, monkeypatch):
    connection = Connection.objects.get(name="Portal")
    connection.access_token, connection.refresh_token = "revoked-token", "revoked-refresh"
    connection.save()

    code, shown = as_json()

    assert (code, shown["reason"]) == (2, "reconnect")
    assert Connection.objects.get(name="Portal").needs_reconnect


def test_a_vendor_that_cannot_be_reached_is_an_error(contact, settings):
    settings.HUBSPOT_API_BASE = "http://127.0.0.1:9/hubspot"

    code, shown = as_json()

    assert (code, shown["reason"]) == (2, "error")


def test_a_paused_integration_is_left_out_unless_it_is_named(configured):
    Integration.objects.update(is_paused=True)

    code, shown = as_json()
    assert (code, shown["reason"]) == (2, "error")
    code, shown = as_json("--integration", "Nordwind")
    assert (code, shown["message"]) == (2, "“Nordwind” is paused.")


def test_an_integration_nobody_knows_is_named():
    ended = call("sync", "--integration", "Nowhere")

    assert ended.code == 2
    assert "There is no integration “Nowhere”." in ended.err


def test_a_rehearsal_shows_the_plan_and_writes_nothing(sandbox, contact):
    sandbox.forget_requests()
    code, shown = as_json("--rehearse")

    assert (code, shown["writes"]) == (0, 0)
    (plan,) = shown["integrations"]
    (made,) = [one for one in plan["planned"] if one["action"] == "created"]
    assert (made["entity"], made["side"], made["hubspot_id"]) == ("contact", "quickbooks", contact)
    assert {"field": "firstname=GivenName", "before": "", "after": "Ada"} in made["fields"]
    assert shown["entities"]["contact"]["in_sync"] == 1
    assert sandbox.requests()["writes"] == 0
    assert not RecordLink.objects.exists()


def test_a_rehearsal_for_people_names_numbers_and_doubts(contact):
    ended = call("sync", "--rehearse")

    assert ended.code == 0, ended.err
    assert "nothing was written" in ended.out
    assert "made in QuickBooks" in ended.out
    assert "Only a write can tell: QuickBooks refuses a customer whose name" in ended.out


def test_a_rehearsal_runs_beside_a_pass(contact, configured):
    soon = timezone.now() + timedelta(minutes=1)
    Lease.objects.create(integration=configured, holder="another worker", expires_at=soon)

    assert as_json("--rehearse")[0] == 0


def test_a_pulled_brake_is_said_and_released(sandbox, contact, configured, settings):
    assert as_json()[0] == 0
    settings.BRAKE = {"makes": (1, 20)}
    for number in range(2):
        properties = {"email": f"p{number}@nordwind.example", "lastname": f"Person {number}"}
        sandbox.person("hubspot", "create", "contacts", properties=properties)

    code, shown = as_json()
    assert (code, shown["reason"]) == (2, "brake")
    assert "make 2 contacts in QuickBooks" in shown["message"]
    assert "make 2 contacts" in call("status").out
    stopped = call("brake")
    assert stopped.code == 1
    assert "make 2 contacts" in stopped.out

    assert "goes on with the next pass" in call("brake", "--release").out
    assert as_json()[0] == 0
    assert call("brake").out.strip() == "No brake is pulled."
    assert RecordLink.objects.filter(quickbooks_id__isnull=False).count() == 3
