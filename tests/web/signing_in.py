"""Signing in as a person does, with password and code."""

import time
from typing import Any

from django.test import Client

from syncapp.models import AuthenticatorApp, RecoveryCodes
from syncapp.models.second_factor import STEP_SECONDS
from tests import factories

SECOND_FACTOR = "/admin/second-factor/"
SET_UP = "/admin/second-factor/set-up/"


def type_name_and_password(client: Client, name: str, password: str = factories.PASSWORD) -> Any:
    form = {"username": name, "password": password}
    return client.post("/admin/login/?next=/admin/connections/", form, follow=True)


def with_app(person: Any) -> AuthenticatorApp:
    """Somebody who has set up an app, and one recovery code: “abcd2345”."""
    app = AuthenticatorApp.objects.create(user=person, name="app", confirmed=True)
    RecoveryCodes.of(person, ["abcd2345"])
    return app


def code_of(app: AuthenticatorApp, *, steps_ahead: int = 0) -> str:
    """What the app shows. One step ahead still counts, and lets two codes be used at once."""
    return app.code_at(time.time() + steps_ahead * STEP_SECONDS)
