import threading
from contextlib import closing

import pytest
from cryptography.fernet import Fernet
from django.db import connection as database

from syncapp.errors import ConfigurationError
from syncapp.management.commands import rotate_keys
from syncapp.models import Connection
from tests.commands.calling import call
from tests.factories import nordwind

pytestmark = pytest.mark.django_db


def test_tokens_are_readable_with_the_new_key_alone_afterwards(settings):
    integration = nordwind()
    integration.hubspot.refresh_token = "refresh-me"
    integration.hubspot.save()
    new = Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [new, *settings.TOKEN_KEYS]

    ended = call("rotate_keys")

    assert (ended.code, "2 connections" in ended.out) == (0, True)
    settings.TOKEN_KEYS = [new]
    hubspot = Connection.objects.get(vendor="hubspot")
    assert (hubspot.access_token, hubspot.refresh_token) == ("token-of-4711", "refresh-me")
    assert hubspot.previous_refresh_token == ""


def test_a_token_without_its_key_stops_it_in_a_sentence(settings):
    nordwind()
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token FROM syncapp_connection ORDER BY id")
        before = cursor.fetchall()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    ended = call("rotate_keys")

    assert ended.code == 2
    assert "TOKEN_KEYS no longer holds" in ended.err
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token FROM syncapp_connection ORDER BY id")
        assert cursor.fetchall() == before


def test_interrupted_in_the_middle_all_is_readable_and_the_next_run_ends_it(settings, monkeypatch):
    nordwind()
    before = tokens()
    old = settings.TOKEN_KEYS
    new = Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [new, *old]
    real = rotate_keys._rotate
    rotated = []

    def interrupted(kind, pk):
        if rotated:
            raise KeyboardInterrupt
        real(kind, pk)
        rotated.append(pk)

    monkeypatch.setattr(rotate_keys, "_rotate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call("rotate_keys")
    assert tokens() == before
    for keys in ([new], old):  # one of them has the new key, the other one still the old
        settings.TOKEN_KEYS = keys
        with pytest.raises(ConfigurationError):
            tokens()

    settings.TOKEN_KEYS = [new, *old]
    monkeypatch.setattr(rotate_keys, "_rotate", real)
    assert call("rotate_keys").code == 0

    settings.TOKEN_KEYS = [new]
    assert tokens() == before


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_renews_tokens_meanwhile_loses_none(settings):
    hubspot = nordwind().hubspot.pk
    settings.TOKEN_KEYS = [Fernet.generate_key().decode(), *settings.TOKEN_KEYS]
    undone = []
    is_over = threading.Event()

    def renew():
        with closing(database):
            number = 0
            while not is_over.is_set():
                number += 1
                row = Connection.objects.get(pk=hubspot)
                row.refresh_token = f"renewed-{number}"
                row.save(update_fields=["refresh_token"])
                found = str(Connection.objects.get(pk=hubspot).refresh_token)
                if found != f"renewed-{number}":
                    undone.append(found)

    worker = threading.Thread(target=renew)
    worker.start()
    try:
        codes = [call("rotate_keys").code for _ in range(40)]
    finally:
        is_over.set()
        worker.join()

    assert set(codes) == {0}
    assert undone == []
    settings.TOKEN_KEYS = settings.TOKEN_KEYS[:1]
    assert str(Connection.objects.get(pk=hubspot).refresh_token).startswith("renewed-")


def tokens():
    return {one.vendor: str(one.access_token) for one in Connection.objects.all()}
