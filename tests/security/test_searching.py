"""The search for secrets itself: a disguise that it does not see through would prove nothing."""

import base64
import pickle
import zlib

import pytest
from django.core import signing
from django.test.utils import override_settings

from syncapp.models import Heartbeat
from tests.security.searching import found_in, places, tables

SECRET = "qb-refresh-canary-4711"


def packed(text):
    return base64.b64encode(zlib.compress(text)).decode()


@pytest.mark.parametrize(
    "disguised",
    [
        SECRET,
        SECRET.encode(),
        memoryview(SECRET.encode()),
        f"text {base64.b64encode(SECRET.encode()).decode()} text",
        base64.urlsafe_b64encode(pickle.dumps((f"ValueError: {SECRET}\n", False))).decode(),
        packed(pickle.dumps({"result": [SECRET]})),
        zlib.compress(SECRET.encode()),
        signing.dumps({"result": SECRET * 3}, compress=True),
        signing.dumps({"result": packed(SECRET.encode())}),
        base64.b64encode(f"client:{SECRET}".encode()).decode(),
    ],
)
def test_a_secret_is_found_in_every_disguise(disguised):
    with override_settings(SECRET_KEY="k" * 50):
        assert found_in(disguised, {"token": SECRET}) == {"token"}


def test_what_is_no_secret_is_not_found():
    assert found_in("an ordinary sentence about qb-refresh", {"token": SECRET}) == set()


@pytest.mark.django_db
def test_every_column_of_every_table_is_looked_at():
    Heartbeat.beat(SECRET)

    assert places({"token": SECRET}, tables()) == {"token in syncapp_heartbeat.name"}
