import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection as database
from django.db import models, transaction

from syncapp.errors import ConfigurationError
from syncapp.models import Connection

pytestmark = pytest.mark.django_db


def connect(**fields):
    given = {"name": "Nordwind", "vendor": "hubspot", "account_id": "4711"} | fields
    return Connection.objects.create(**({"access_token": "pat-very-secret"} | given))


def stored(connection, column="access_token"):
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM syncapp_connection WHERE id = %s",  # noqa: S608
            [connection.pk],
        )
        return cursor.fetchone()[0]


def put(connection, value, column="access_token"):
    with database.cursor() as cursor:
        cursor.execute(
            f"UPDATE syncapp_connection SET {column} = %s WHERE id = %s",  # noqa: S608
            [value, connection.pk],
        )


def test_it_stores_a_token_encrypted_and_reads_it_back():
    connection = connect()

    assert connection.access_token == "pat-very-secret"
    assert stored(connection).startswith("enc1:")
    assert "secret" not in stored(connection)
    assert Connection.objects.get().access_token == "pat-very-secret"


def test_it_keeps_an_empty_token_empty():
    assert stored(connect(), "refresh_token") == ""


def test_it_stores_a_changed_token():
    connection = connect()
    connection.access_token = "the-next-one"
    connection.save(update_fields=["access_token"])

    assert Connection.objects.get().access_token == "the-next-one"


def test_saving_something_else_leaves_the_encrypted_text_alone():
    before = stored(connect())
    connection = Connection.objects.get()
    connection.name = "Acme"
    connection.save()

    assert stored(connection) == before


def test_a_token_moved_to_another_row_is_refused():
    moved = stored(connect())
    other = connect(name="Acme", account_id="4712")
    put(other, moved)

    with pytest.raises(ConfigurationError, match="encrypted for another row"):
        _ = Connection.objects.get(name="Acme").access_token


def test_a_token_moved_to_another_column_is_refused():
    connection = connect()
    put(connection, stored(connection), "refresh_token")

    with pytest.raises(ConfigurationError, match="encrypted for another row"):
        _ = Connection.objects.get().refresh_token


def test_a_lost_key_is_named_in_a_sentence(settings):
    connect()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(ConfigurationError, match="TOKEN_KEYS no longer holds"):
        _ = Connection.objects.get().access_token


def test_a_new_key_in_front_reads_what_the_old_one_wrote(settings):
    connect()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode(), *settings.TOKEN_KEYS]

    assert Connection.objects.get().access_token == "pat-very-secret"


def test_listing_rows_needs_no_key(settings):
    connect()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    assert [row.name for row in Connection.objects.all()] == ["Nordwind"]


@pytest.mark.parametrize("lookup", ["access_token", "refresh_token__contains"])
def test_an_encrypted_column_cannot_be_searched(lookup):
    with pytest.raises(FieldError, match="cannot be searched"):
        Connection.objects.filter(**{lookup: "pat-very-secret"})


def test_a_bulk_update_cannot_slip_a_plain_token_in():
    with pytest.raises(FieldError, match="assign it on a row"), transaction.atomic():
        Connection.objects.update(access_token="plain")


def test_a_bulk_update_cannot_copy_a_token_to_another_column():
    connection = connect()

    with pytest.raises(FieldError, match="assign it on a row"), transaction.atomic():
        Connection.objects.update(refresh_token=connection.access_token)


def test_a_token_copied_to_another_column_of_a_row_is_sealed_anew():
    connection = connect()
    connection.refresh_token = connection.access_token
    connection.save()

    assert Connection.objects.get().refresh_token == "pat-very-secret"


def test_a_bulk_create_cannot_slip_a_plain_token_in():
    row = Connection(name="Acme", vendor="hubspot", account_id="1", access_token="plain")

    with pytest.raises(FieldError, match="save the row first"):
        Connection.objects.bulk_create([row])


def test_a_dump_carries_the_encrypted_form_and_can_be_loaded():
    connect()
    dump = serializers.serialize("json", Connection.objects.all())
    assert "pat-very-secret" not in dump

    Connection.objects.all().delete()
    for loaded in serializers.deserialize("json", dump):
        loaded.save()
    assert Connection.objects.get().access_token == "pat-very-secret"


def test_a_deferred_token_is_fetched_and_opened():
    connect()

    assert Connection.objects.only("name").get().access_token == "pat-very-secret"
    assert isinstance(Connection._meta.get_field("access_token"), models.TextField)
