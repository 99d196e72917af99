"""For files whose tests only look: what they look at is made once, and people sign in once. A file
imports the fixtures; `db` is then the one below, and no test of the file may change anything."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test.utils import modify_settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opens, opening

__all__ = ["db", "kept_window"]


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def kept_window(browser: Browser, db: None) -> Iterator[Opens]:
    server = LiveServer("localhost")
    with modify_settings(ALLOWED_HOSTS={"append": server.thread.host}):
        with opening(browser, server) as opens:
            yield opens
        server.stop()
