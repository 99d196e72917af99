"""Recognisable secrets through a whole story with every kind of trouble; afterwards none of them
may stand in a log, a table, a file that is handed out, a page or an address."""

import base64
import hashlib
import hmac
import io
import json
import logging
import queue
import re
import secrets as randomness
import time
from collections.abc import Iterator
from multiprocessing import Event, Value
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_q.brokers import get_broker
from django_q.models import Failure, OrmQ
from django_q.monitor import monitor
from django_q.pusher import pusher
from django_q.tasks import async_task
from django_q.worker import worker

from integration_site.secrets_of_ours import keep_out_of_logs
from syncapp import tasks
from syncapp.admin.connections.overview import Connections
from syncapp.admin.routes import ROUTES
from syncapp.engine.records import Entity
from syncapp.logs import AboutFilter, JsonFormatter, TextFormatter
from syncapp.models import AuthenticatorApp, Connection, Integration, RecordLink
from tests import factories
from tests.commands.calling import call
from tests.pipeline.worlds import Worlds
from tests.security.searching import found_in, places, tables
from tests.web.consenting import consent, leave_for, type_password
from tests.web.signing_in import SECOND_FACTOR, SET_UP

TOKEN = "oauth2/v1/tokens/bearer"
WEBHOOK_TOKEN = "canary-webhook-token-7731"
PASSWORD = factories.PASSWORD
SHOWN_ONCE = (SET_UP, "/admin/account/recovery-codes/")


class Browser(Client):
    """One that sends the CSRF token with every form, and remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.raise_request_exception = False
        self.shown: list[tuple[str, str]] = []

    def post(self, path: str, data: Any = None, **more: Any) -> Any:
        if "csrftoken" not in self.cookies:
            self.get("/admin/login/")
        token = self.cookies["csrftoken"].value
        return super().post(path, {**(data or {}), "csrfmiddlewaretoken": token}, **more)

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        body = "" if answer.streaming else answer.content.decode()
        kept = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        self.shown.append((request["PATH_INFO"], f"{kept}\n{body}"))
        return answer


@pytest.fixture
def lines() -> Iterator[list[io.StringIO]]:
    """What the shipped formatters write, from every logger and level."""
    streams = []
    root, levels = logging.getLogger(), {}
    for formatter in (TextFormatter(), JsonFormatter()):
        streams.append(io.StringIO())
        handler = logging.StreamHandler(streams[-1])
        handler.addFilter(AboutFilter())
        handler.setFormatter(formatter)
        root.addHandler(handler)
    for name in ("", "django", "django-q", "syncapp"):
        logger = logging.getLogger(name)
        levels[logger] = (logger.level, logger.propagate)
        logger.setLevel(logging.INFO if name == "django" else logging.DEBUG)
        logger.propagate = True
    yield streams
    for logger, (level, propagates) in levels.items():
        logger.setLevel(level)
        logger.propagate = propagates
    root.handlers = root.handlers[: -len(streams)]


class Story:
    def __init__(self, worlds: Worlds, credentials: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.worlds, self.monkeypatch = worlds, monkeypatch
        self.browser = Browser()
        self.secrets = {
            "HubSpot's client secret": credentials["hubspot"]["client_secret"],
            "QuickBooks' client secret": credentials["quickbooks"]["client_secret"],
            "webhook token": WEBHOOK_TOKEN,
            "password": PASSWORD,
        }
        self._random = randomness.token_urlsafe
        monkeypatch.setattr(randomness, "token_urlsafe", self._recorded)

    def _recorded(self, size: int | None = None) -> str:
        """States and verifiers of consents, wherever they are made."""
        value = self._random(size)
        self.secrets[f"random {len(self.secrets)}"] = value
        return value

    def keep(self) -> None:
        """The secrets of this moment."""
        for row in Connection.objects.all():
            for name in Connection.sealed_fields():
                if value := str(getattr(row, name)):
                    self.secrets[f"{name} {len(self.secrets)}"] = value
        for name in ("sessionid", "csrftoken"):
            if name in self.browser.cookies:
                self.secrets[f"{name} {len(self.secrets)}"] = self.browser.cookies[name].value

    def signs_in(self) -> None:
        factories.member("owner")
        form = {"username": "owner", "password": "a-mistyped-password"}
        self.secrets["mistyped password"] = form["password"]
        self.browser.post("/admin/login/?next=/admin/", form)
        self.browser.post("/admin/login/?next=/admin/", form | {"password": PASSWORD})
        self.browser.get(SET_UP)
        app = AuthenticatorApp.objects.get()
        self.secrets |= {"seed": str(app.seed), "typed seed": app.typed_seed()}
        page = self.browser.post(SET_UP, {"code": app.code_at(time.time())})
        codes = re.findall(r"<code>([a-z2-7]{13})</code>", page.content.decode())
        assert len(codes) == 10
        self.secrets |= {f"recovery code {number}": code for number, code in enumerate(codes)}
        self.browser.post(SECOND_FACTOR, {"code": "wrong-recovery-code"})
        self.keep()

    def connects(self) -> None:
        """Both accounts; once with a code that is used up, once with a token that is refused."""
        type_password(self.browser)
        sandbox = self.worlds.sandbox
        for vendor in ("hubspot", "quickbooks"):
            asked = leave_for(self.browser, vendor)
            said = {"hubspot": {"answer": "approve"}, "quickbooks": {"decision": "approve"}}
            back = consent(sandbox, vendor, asked, **said[vendor])
            self.secrets[f"{vendor}'s code"] = re.search(r"[?&]code=([^&]+)", back)[1]
            question = self.browser.get(back, follow=True)
            self.browser.post(question.request["PATH_INFO"], {"answer": "yes"}, follow=True)
            self.browser.get(back, follow=True)  # a second time
            self.keep()
        self.secrets["refused token"] = "pat-na1-canary-4711-4711"
        self.browser.post(
            reverse("admin:connect_private_app"), {"token": self.secrets["refused token"]}
        )

    def syncs_with_trouble(self) -> None:
        worlds, sandbox = self.worlds, self.worlds.sandbox
        row = Connection.objects.get(vendor="quickbooks")
        worlds.contact(email="ada@acme.test", firstname="Ada")
        worlds.customer(DisplayName="Bo")  # an empty list is counted, with a batch as well
        worlds.rule(Entity.CONTACT)
        echo = f"Token {row.access_token} is not allowed to write"
        error = {"Message": echo, "Detail": echo, "code": "9341"}
        body = {"Fault": {"type": "ValidationFault", "Error": [error]}}
        path = "/(customer|batch)"
        sandbox.fault("status", vendor="quickbooks", path=path, status=400, body=body, times=1)
        worlds.sync()
        assert RecordLink.objects.filter(state="failing").exists()
        worlds.sync()
        self.keep()

    def refreshes_with_trouble(self) -> None:
        sandbox, row = self.worlds.sandbox, Connection.objects.get(vendor="quickbooks")
        for status, body in (
            (503, f"<html>{row.refresh_token}</html>"),
            (400, {"error": "invalid_grant", "error_description": f"bad {row.refresh_token}"}),
        ):
            sandbox.fault("status", vendor="quickbooks", path=TOKEN, status=status, body=body,
                          times=2 if status == 400 else 1)  # fmt: skip
            Connection.objects.filter(pk=row.pk).update(expires_at="2020-01-01T00:00:00Z")
            call("sync", "--json")
        assert Connection.objects.get(pk=row.pk).needs_reconnect
        self.keep()

    def is_told_by_the_vendors(self) -> None:
        """Signed, forged, and with the token itself where nobody looks for it."""
        realm = self.worlds.realm
        body = json.dumps({"eventNotifications": [{"realmId": realm, "dataChangeEvent": {
            "entities": [{"name": "Customer", "id": "1", "operation": "Update",
                          "lastUpdated": "2026-11-25T10:00:00.000Z"}]}}]}).encode()  # fmt: skip
        digest = hmac.new(WEBHOOK_TOKEN.encode(), body, hashlib.sha256).digest()
        genuine = base64.b64encode(digest).decode()
        statuses = [
            Client().post("/webhooks/quickbooks/", sent, content_type="application/json",
                          headers={"intuit-signature": signature}).status_code
            for sent, signature in ((body, genuine), (body, "forged"), (body, WEBHOOK_TOKEN),
                                    (WEBHOOK_TOKEN.encode(), "forged"))]  # fmt: skip
        assert statuses[0] == 200
        assert all(400 <= status < 500 for status in statuses[1:])

    def breaks(self) -> None:
        """A page and tasks that fail with a secret in the exception."""
        text = f"refused {self.secrets[self._a_token()]} of {WEBHOOK_TOKEN}"

        def broken(*_args: Any, **_more: Any) -> Any:
            raise ValueError(text)

        def over(*_args: Any, **_more: Any) -> Any:
            try:
                broken()
            except ValueError as error:
                raise SystemExit(text) from error

        with self.monkeypatch.context() as patch:
            patch.setattr(Connections, "get_context_data", broken)
            assert self.browser.get(reverse("admin:connections")).status_code == 500
        for failure in (broken, over):
            with self.monkeypatch.context() as patch:
                patch.setattr(tasks, "wake_due", failure)
                if failure is over:
                    with pytest.raises(SystemExit):
                        tasks.sweep()
                else:
                    OrmQ.objects.all().delete()
                    async_task("syncapp.tasks.sweep")
                    work_the_queue()
        assert Failure.objects.count() == 1

    def looks_at_everything(self) -> None:
        integration = Integration.objects.first()
        link = RecordLink.objects.first()
        assert integration
        assert link
        for route in ROUTES:
            if route.is_action or "read" in route.name:
                continue
            path = re.sub(r"<int:number>", "1", route.path)
            path = re.sub(r"<int:pk>", str((link if "record" in path else integration).pk), path)
            path = path.replace("<str:entity>", "contact").replace("<str:state>", "failing")
            path = path.replace("<str:vendor>", "hubspot").replace("<str:category>", "refused")
            self.browser.get(f"/admin/{re.sub('<str:.*?>', 'x', path)}")
        self.browser.get(reverse("admin:syncapp_connection_changelist"))
        self.keep()

    def _a_token(self) -> str:
        return next(name for name in self.secrets if name.startswith("refresh_token"))


def work_the_queue() -> None:
    """What a cluster does, in this process."""
    todo: Any = queue.Queue()
    done: Any = queue.Queue()
    stop = Event()
    stop.set()
    pusher(todo, stop, broker=get_broker())
    todo.put("STOP")
    worker(todo, done, Value("f", -1))
    done.put("STOP")
    monitor(done)


def handed_out(tmp_path: Path) -> Iterator[tuple[str, str]]:
    for what in ("links", "failing", "excluded", "conflicts", "activity"):
        yield f"export {what}", call("export", "--what", what).out
    yield "configure --export", call("configure", "--export").out
    yield "status", call("status", "--json").out


@pytest.mark.slow
def test_no_secret_is_left_behind_by_a_whole_story(
    worlds: Worlds, credentials: Any, settings: Any, monkeypatch: Any, lines: Any, tmp_path: Path
) -> None:
    settings.QUICKBOOKS_WEBHOOK_TOKENS = [WEBHOOK_TOKEN]
    keep_out_of_logs()
    story = Story(worlds, credentials, monkeypatch)
    story.keep()
    for chapter in (story.signs_in, story.connects, story.syncs_with_trouble,
                    story.is_told_by_the_vendors,
                    story.refreshes_with_trouble, story.breaks,
                    story.looks_at_everything):  # fmt: skip
        chapter()
    secrets = story.secrets
    assert len(secrets) > 30

    assert places(secrets, tables()) == set()
    assert places(secrets, handed_out(tmp_path)) == set()
    for stream in lines:
        written = stream.getvalue()
        assert written.count("\n") > 50
        assert found_in(written, secrets) == set()
    shown = [(path, text) for path, text in story.browser.shown if path not in SHOWN_ONCE]
    states = {name for name in secrets if name.startswith("random")}
    found = places(secrets, shown)
    to_the_vendor = {f"{name} in /admin/connections/connect/{vendor}/"
                     for name in states for vendor in ("hubspot", "quickbooks")}  # fmt: skip
    assert found - to_the_vendor == set()
