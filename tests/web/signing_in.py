"""Signing in as a person does, with password and code."""

import time
from typing import Any

from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import factories

SECOND_FACTOR = "/admin/second-factor/"
SET_UP = "/admin/second-factor/set-up/"


def type_name_and_password(client: Client, name: str, password: str = factories.PASSWORD) -> Any:
    form = {"username": name, "password": password}
    return client.post("/admin/login/?next=/admin/connections/", form, follow=True)


def with_app(person: Any) -> TOTPDevice:
    """Somebody who has set up an app, and one recovery code: “abcd2345”."""
    device = TOTPDevice.objects.create(user=person, name="app", confirmed=True)
    recovery = StaticDevice.objects.create(user=person, name="recovery")
    StaticToken.objects.create(device=recovery, token="abcd2345")
    return device


def code_of(device: TOTPDevice, *, steps_ahead: int = 0) -> str:
    """What the app shows. One step ahead still counts, and lets two codes be used at once."""
    generator = TOTP(device.bin_key, device.step, device.t0, device.digits)
    generator.time = time.time() + steps_ahead * device.step
    return f"{generator.token():06d}"
