"""Two kinds of tests: letters we sign ourselves, and a sandbox that sends to a live server."""

import time

import pytest
from django.db import connection
from django_q.models import OrmQ

from syncapp import tasks
from syncapp.models import SyncRun, WebhookDelivery
from tests.pipeline.conftest import credentials, sandbox, sandbox_process, trade
from tests.webhooks import letters

__all__ = ["credentials", "sandbox", "sandbox_process", "trade"]


@pytest.fixture
def secrets(settings):
    settings.PUBLIC_BASE_URL = letters.BASE
    settings.HUBSPOT_CLIENT_SECRET = letters.SECRET
    settings.HUBSPOT_WEBHOOK_SECRETS = []
    settings.QUICKBOOKS_WEBHOOK_TOKENS = [letters.TOKEN]
    return settings


class Office:
    """Both worlds with everything synced, whose vendors tell us of every change; the worker is
    played by the test."""

    def __init__(self, trade, settings, address):
        self.trade = trade
        self.sandbox = trade.sandbox
        self.settings = settings
        self.address = address

    def listen(self, mode="normal", vendors=("hubspot", "quickbooks")):
        for vendor in vendors:
            self.sandbox.webhooks(vendor, f"{self.address}/webhooks/{vendor}/", mode)

    def stop_listening(self):
        for vendor in ("hubspot", "quickbooks"):
            self.sandbox.webhooks(vendor, "", "off")

    def settle_down(self):
        """Until the sandbox has sent all it has to say."""
        give_up_at = time.monotonic() + 20
        quiet = 0
        while quiet < 3:
            assert time.monotonic() < give_up_at
            shown = self.sandbox.call("GET", "/control/webhooks").json()
            is_busy = shown["is_sending"] or any(shown["waiting"].values())
            quiet = 0 if is_busy else quiet + 1
            time.sleep(0.03)

    def work(self):
        """What the bell rang for, as the queue does it. Answers the passes."""
        before = SyncRun.objects.count()
        while OrmQ.objects.exists():
            for task in OrmQ.objects.order_by("pk"):
                integration, trigger = task.task["args"]
                task.delete()
                tasks.work(integration, trigger)
        return list(SyncRun.objects.order_by("pk")[before:])

    def hear_and_work(self):
        """To the end, with what our own writes come back as."""
        passes = []
        for _ in range(10):
            self.settle_down()
            made = self.work()
            passes += made
            if not made:
                return passes
        raise AssertionError("it does not come to rest")

    def waiting(self):
        return WebhookDelivery.objects.filter(taken_at=None).count()


@pytest.fixture
def office(trade, settings, credentials, live_server, monkeypatch):
    # the server's threads leave no connection behind
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    settings.PUBLIC_BASE_URL = live_server.url
    settings.QUICKBOOKS_WEBHOOK_TOKENS = [credentials["quickbooks"]["webhook_token"]]
    trade.start()
    trade.sync()
    office = Office(trade, settings, live_server.url)
    office.listen()
    trade.sandbox.forget_requests()
    yield office
    office.stop_listening()
    office.settle_down()
