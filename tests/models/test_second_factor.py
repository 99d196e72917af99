"""Seeds and recovery codes as the database holds them."""

import importlib
import time
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection as database

from syncapp.models import AuthenticatorApp, RecoveryCodes
from syncapp.models.second_factor import fresh_code
from tests.commands.calling import call
from tests.web.signing_in import code_of

pytestmark = pytest.mark.django_db

TABLES = (
    "CREATE TABLE otp_totp_totpdevice (id integer, user_id integer, confirmed bool, key text,"
    " last_t bigint)",
    "CREATE TABLE otp_static_staticdevice (id integer, user_id integer)",
    "CREATE TABLE otp_static_statictoken (device_id integer, token text)",
)
SEED = "3132333435363738393031323334353637383930"


@pytest.fixture
def ada():
    return User.objects.create_user("ada")


def raw(column):
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM syncapp_authenticatorapp")  # noqa: S608
        return cursor.fetchone()[0]


def test_a_seed_is_stored_sealed_and_gives_the_code_of_the_standard(ada):
    app = AuthenticatorApp.objects.create(user=ada, seed=SEED)

    assert raw("seed").startswith("enc1:")
    assert AuthenticatorApp.objects.get().code_at(59) == "287082"  # RFC 6238, appendix B
    assert app.code_at(1111111109) == "081804"


@pytest.mark.parametrize("typed", ["", "287082x", "٢٨٧٠٨٢", "000000"])
def test_what_is_no_code_is_refused_and_counted(ada, typed):
    app = AuthenticatorApp.objects.create(user=ada, seed=SEED)

    assert not app.verify_token(typed)
    assert AuthenticatorApp.objects.get().throttling_failure_count == 1


def test_a_code_of_the_neighbouring_half_minute_counts_and_a_later_one_does_not(ada):
    app = AuthenticatorApp.objects.create(user=ada, seed=SEED)

    assert not app.verify_token(app.code_at(time.time() + 90))
    app.throttle_reset()
    assert app.verify_token(code_of(app, steps_ahead=1))


def test_an_older_code_than_the_last_one_is_worth_nothing(ada):
    app = AuthenticatorApp.objects.create(user=ada, seed=SEED)
    earlier = code_of(app)
    app.verify_token(code_of(app, steps_ahead=1))

    assert not AuthenticatorApp.objects.get().verify_token(earlier)


def test_of_recovery_codes_only_hashes_are_stored(ada):
    codes = [fresh_code() for _ in range(3)]

    kept = RecoveryCodes.of(ada, codes)

    assert not set(codes) & set(kept.hashes)
    assert [kept.verify_token(codes[1]), kept.verify_token(codes[1])] == [True, False]
    assert len(RecoveryCodes.objects.get().hashes) == 2


def test_keys_are_rotated_under_the_seeds_too(ada, settings):
    AuthenticatorApp.objects.create(user=ada, seed=SEED)
    new = Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [new, *settings.TOKEN_KEYS]

    assert "1 authenticator apps" in call("rotate_keys").out

    settings.TOKEN_KEYS = [new]
    assert AuthenticatorApp.objects.get().code_at(59) == "287082"


def test_what_stood_readable_in_the_old_tables_is_taken_over_and_gone(ada):
    with database.cursor() as cursor:
        for table in TABLES:
            cursor.execute(table)
        cursor.execute(
            "INSERT INTO otp_totp_totpdevice VALUES (1, %s, %s, %s, 7)", [ada.pk, True, SEED]
        )
        cursor.execute("INSERT INTO otp_static_staticdevice VALUES (5, %s)", [ada.pk])
        cursor.execute("INSERT INTO otp_static_statictoken VALUES (5, 'abcd2345')")
    migration = importlib.import_module("syncapp.migrations.0016_take_over_second_factors")

    migration.take_over(apps, SimpleNamespace(connection=database))

    app = AuthenticatorApp.objects.get(confirmed=True, last_step=7)
    assert (app.user, app.code_at(59)) == (ada, "287082")
    assert RecoveryCodes.objects.get(user=ada).verify_token("abcd2345")
    assert not [one for one in database.introspection.table_names() if one.startswith("otp_")]
