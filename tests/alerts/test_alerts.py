"""What comes up is told once, to whoever wants to know, and once more when it is solved."""

import json
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from syncapp import alerts, tasks
from syncapp.alerts import program
from syncapp.management.supervisor import Supervisor
from syncapp.models import Brake, Connection, Heartbeat, RecordLink
from syncapp.models.alerts import Alert, AlertDelivery, AlertRecipient, Cause
from syncapp.pipeline import tally
from tests import factories
from tests.commands.calling import call
from tests.connectors.scripted_server import ScriptedServer, answer, hang_up, silence

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
EVERYTHING = [cause.value for cause in Cause]


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _connection_stays(monkeypatch):
    """Tests live in one transaction, which the supervisor's tidying up would end."""
    monkeypatch.setattr(connection, "close", lambda: None)


@pytest.fixture
def world(clock):
    Heartbeat.beat()
    return factories.nordwind()


@pytest.fixture
def receiver(settings):
    with ScriptedServer() as server:
        settings.ALLOW_PLAIN_HTTP = True
        settings.ALERT_WEBHOOK_URL = server.url
        settings.ALERT_WEBHOOK_SECRET = "a-long-secret-of-the-receiver"
        yield server


def ada(**fields):
    given = {"name": "Ada", "email": "ada@ledger.test", "causes": EVERYTHING, "digest_minutes": 0}
    return AlertRecipient.objects.create(**(given | fields))


def a_program(**fields):
    return ada(**({"name": "Program", "email": ""} | fields))


def reconnect(world, needed=True):
    Connection.objects.filter(pk=world.hubspot_id).update(needs_reconnect=needed)


def minutes(clock, number):
    clock.shift(timedelta(minutes=number))
    Heartbeat.beat()


def test_a_cause_is_told_once_and_its_end_once(world, clock, mailoutbox):
    ada()
    reconnect(world)
    for _ in range(3):
        alerts.watch()
    assert len(mailoutbox) == 1
    mail = mailoutbox[0]
    assert (mail.to, mail.subject) == (["ada@ledger.test"], "Ledgerline: 1 thing needs somebody")
    assert "Nordwind: “hubspot 4711” no longer accepts us" in mail.body
    assert "http://127.0.0.1:8000/admin/connections/" in mail.body

    reconnect(world, needed=False)
    for _ in range(3):
        alerts.watch()
    assert len(mailoutbox) == 2
    assert mailoutbox[1].subject == "Ledgerline: solved"
    assert "Solved: Nordwind:" in mailoutbox[1].body

    reconnect(world)
    alerts.watch()
    assert len(mailoutbox) == 3
    assert Alert.objects.count() == 2


def test_each_cause_is_noticed(world, clock, mailoutbox, settings):
    ada()
    settings.QUICKBOOKS_READ_ALLOWANCE = 100
    world.quickbooks.usage.create(day=NOON.date(), reads=81)
    reconnect(world)
    Brake.objects.create(integration=world, sentence="60 voids for Acme Ltd")
    factories.link(world, label="Ada Berg", state="failing", category="bad_value")
    clock.shift(timedelta(minutes=3))  # and no task has run

    alerts.watch()

    (mail,) = mailoutbox
    assert {one.cause for one in Alert.objects.all()} == set(EVERYTHING)
    for said in ("1 record fails: ", "81 % of this month", "No task has run", "unusually much"):
        assert said in mail.body
    for name in ("Berg", "Acme"):
        assert name not in mail.body


def test_a_worker_that_nobody_started_yet_is_no_alarm(clock):
    ada()
    alerts.watch()

    assert not Alert.objects.exists()


def test_who_bears_more_is_told_later_and_more_of_the_same_is_no_news(world, mailoutbox):
    ada(failing_above=1)
    factories.link(world, state="failing", category="bad_value")
    alerts.watch()
    assert mailoutbox == []

    for _ in range(2):
        factories.link(world, state="failing", category="bad_value")
        alerts.watch()
    assert len(mailoutbox) == 1
    assert "2 records fail" in mailoutbox[0].body

    factories.link(world, state="failing", category="limit")
    alerts.watch()
    assert len(mailoutbox) == 1  # one of another cause

    RecordLink.objects.update(state="in_sync")
    tally.recount(world)
    alerts.watch()
    assert len(mailoutbox) == 2


def test_what_comes_up_meanwhile_is_told_together(world, clock, mailoutbox):
    ada(digest_minutes=15)
    for number in range(3):
        factories.link(world, state="failing", category=f"cause_{number}")
        alerts.watch()
        minutes(clock, 4)
    assert mailoutbox == []

    minutes(clock, 4)
    alerts.watch()

    assert [mail.subject for mail in mailoutbox] == ["Ledgerline: 3 things need somebody"]


def test_what_is_over_before_it_is_told_is_not_told(world, clock, mailoutbox):
    ada(digest_minutes=15)
    link = factories.link(world, state="failing", category="bad_value")
    alerts.watch()
    link.delete()
    tally.recount(world)
    alerts.watch()
    minutes(clock, 60)
    alerts.watch()

    assert mailoutbox == []
    assert not AlertDelivery.objects.exists()


def test_quiet_hours_hold_back_all_but_the_urgent(world, clock, mailoutbox):
    ada(quiet_from=time(11), quiet_until=time(14), time_zone="UTC")
    factories.link(world, state="failing", category="bad_value")
    reconnect(world)
    alerts.watch()
    assert ["reconnected" in mail.body for mail in mailoutbox] == [True]
    assert "fails" not in mailoutbox[0].body

    clock.move_to(NOON + timedelta(hours=2))
    Heartbeat.beat()
    alerts.watch()

    assert "1 record fails" in mailoutbox[1].body


def test_who_asked_about_one_integration_hears_of_it_and_of_what_concerns_all(world, mailoutbox):
    other = factories.acme()
    ada(integration=other)
    reconnect(world)
    alerts.watch()
    assert mailoutbox == []

    Connection.objects.filter(pk=other.quickbooks_id).update(needs_reconnect=True)
    Heartbeat.objects.update(at=NOON - timedelta(minutes=5))
    alerts.watch()

    assert "Acme: " in mailoutbox[0].body
    assert "No task has run" in mailoutbox[0].body


@pytest.mark.parametrize("change", [{"is_on": False}, {"causes": ["brake"]}])
def test_who_did_not_ask_is_not_told(world, mailoutbox, change):
    ada(**change)
    reconnect(world)
    alerts.watch()

    assert mailoutbox == []


def test_a_reader_is_told_in_their_own_language(world, mailoutbox):
    ada(language="nb")
    reconnect(world)
    alerts.watch()

    from django.utils import translation

    with translation.override("nb"):
        assert mailoutbox[0].body.startswith("Nordwind: ")
        assert translation.gettext("Alerts")


def test_a_mail_server_that_fails_is_asked_again_and_shown(world, clock, mailoutbox, monkeypatch):
    ada()
    reconnect(world)
    send = EmailBackend.send_messages

    def refuse(*_args):
        raise ConnectionRefusedError("smtp://user:pass@mail.test")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    alerts.watch()
    alerts.watch()
    delivery = AlertDelivery.objects.get()
    assert (delivery.attempts, delivery.sent_at) == (1, None)
    assert delivery.error == "The mail server failed: ConnectionRefusedError."

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    minutes(clock, 2)
    alerts.watch()
    assert len(mailoutbox) == 1
    assert AlertDelivery.objects.get().error == ""


def test_without_a_mail_server_it_says_so(world, settings):
    settings.MAIL_IS_SET_UP = False
    ada()
    reconnect(world)
    alerts.watch()

    assert "EMAIL_URL is not set" in AlertDelivery.objects.get().error


def test_a_program_is_told_with_a_signature(world, receiver):
    a_program()
    reconnect(world)
    alerts.watch()

    (asked,) = receiver.asked
    head = asked.headers
    right = program.signature(head["webhook-id"], head["webhook-timestamp"], asked.body)
    assert head["webhook-signature"] == right
    assert head["webhook-signature"].startswith("v1,")
    told = json.loads(asked.body)
    assert told["news"][0]["cause"] == "reconnect"
    assert told["news"][0]["integration"] == world.pk
    assert told["news"][0]["address"].endswith("/admin/connections/")


@pytest.mark.parametrize(
    "trouble", [answer(500), answer(302, location="http://127.0.0.1:1/"), hang_up]
)
def test_a_program_that_does_not_take_it_is_told_again_under_the_same_id(
    world, clock, receiver, trouble
):
    a_program()
    reconnect(world)
    receiver.script = [trouble]
    alerts.watch()
    assert not AlertDelivery.objects.filter(sent_at__isnull=False).exists()
    minutes(clock, 2)
    alerts.watch()

    assert len({asked.headers["webhook-id"] for asked in receiver.asked}) == 1
    assert len(receiver.asked) == 2
    assert AlertDelivery.objects.get().sent_at


def test_a_silent_program_holds_nobody_up(world, receiver, monkeypatch):
    monkeypatch.setattr("syncapp.connectors.outgoing.SECONDS", 0.2)
    receiver.script = [silence(2)]
    a_program()
    reconnect(world)
    alerts.watch()

    assert "ReadTimeout" in AlertDelivery.objects.get().error


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.7/hook", "http://169.254.169.254/latest", "file:///etc/passwd", "gopher://x/"],
)
def test_only_https_or_a_sandbox_on_this_machine_is_called(world, receiver, settings, address):
    settings.ALERT_WEBHOOK_URL = address
    a_program()
    reconnect(world)
    alerts.watch()

    assert receiver.asked == []
    assert "must start with https" in AlertDelivery.objects.get().error


def test_two_workers_side_by_side_tell_nobody_twice(world, mailoutbox, monkeypatch):
    ada()
    reconnect(world)
    send = EmailBackend.send_messages

    def meanwhile(self, messages):
        monkeypatch.setattr(EmailBackend, "send_messages", send)
        alerts.watch()  # the other one
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", meanwhile)
    alerts.watch()

    assert len(mailoutbox) == 1


def test_the_worker_watches_every_minute_and_a_timer_may_too(world, mailoutbox):
    ada()
    reconnect(world)
    tasks.sweep()
    assert len(mailoutbox) == 1

    assert call("alerts").out == "Told: 0.\n"


def test_alerts_that_fail_stop_no_sweep(world, monkeypatch, caplog):
    def broken():
        raise ValueError("no")

    monkeypatch.setattr(alerts, "watch", broken)

    assert tasks.sweep() == 1
    assert "could not be told" in caplog.text


def test_whoever_watches_the_worker_tells_that_it_does_nothing(world, clock, mailoutbox):
    ada()
    clock.shift(timedelta(minutes=3))
    ended = []
    child = SimpleNamespace(name="worker", is_running=True, started_at=-1000.0,
                            end_leftovers=lambda: ended.append(len(mailoutbox)))  # fmt: skip
    said = []

    Supervisor({}, said.append, [child], looked_at=-1000.0)._look_at_the_heartbeat()

    assert ended == [1]
    assert "No task has run for two minutes" in mailoutbox[0].body
    assert "restarting it" in said[0]
