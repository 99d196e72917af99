import pytest
from cryptography.fernet import Fernet
from django.db import connection as database

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
