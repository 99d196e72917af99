"""The second factors that people had set up stood readable in tables of `django_otp`: their seeds
are sealed, their recovery codes hashed, and the old tables dropped."""

from django.db import migrations

from syncapp.models.second_factor import hashed, secrets

APPS = 'otp_totp_totpdevice'
SETS = 'otp_static_staticdevice'
CODES = 'otp_static_statictoken'


def take_over(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        known = set(connection.introspection.table_names(cursor))
        if APPS in known:
            _seeds(apps, cursor)
        if {SETS, CODES} <= known:
            _codes(apps, cursor)
        for table in (CODES, SETS, APPS):
            cursor.execute(f'DROP TABLE IF EXISTS {table}')
        cursor.execute("DELETE FROM django_migrations WHERE app IN ('otp_totp', 'otp_static')")


def _seeds(apps, cursor):
    model = apps.get_model('syncapp', 'AuthenticatorApp')
    cursor.execute(f'SELECT user_id, confirmed, last_t, key FROM {APPS} ORDER BY id')
    for user, confirmed, last_step, key in cursor.fetchall():
        row = model.objects.create(
            user_id=user, name='app', confirmed=bool(confirmed), last_step=last_step, seed=''
        )
        row.seed = key
        row.save()


def _codes(apps, cursor):
    model = apps.get_model('syncapp', 'RecoveryCodes')
    cursor.execute(f'SELECT id, user_id FROM {SETS} ORDER BY id')
    for pk, user in cursor.fetchall():
        cursor.execute(f'SELECT token FROM {CODES} WHERE device_id = %s', [pk])
        salt = secrets.token_hex(16)
        hashes = [hashed(token, salt) for (token,) in cursor.fetchall()]
        model.objects.create(user_id=user, name='recovery', salt=salt, hashes=hashes)


class Migration(migrations.Migration):

    dependencies = [('syncapp', '0015_sealed_second_factor')]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
