"""The rows of an installation as they were at one moment, to be put back later."""

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.transaction import atomic

from syncapp.models import Connection

Rows = dict[str, tuple[list[str], list[Any]]]
QUEUE = ("django_q_ormq", "django_q_task")


def forget_everything() -> None:
    # in one transaction: PostgreSQL looks at foreign keys when it ends
    with connection.constraint_checks_disabled(), atomic(), connection.cursor() as cursor:
        for table in (*reversed(_ours()), *QUEUE):
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  our own names


def taken() -> Rows:
    rows: Rows = {}
    with connection.cursor() as cursor:
        for table in _ours():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows[table] = [one[0] for one in cursor.description or ()], cursor.fetchall()
    return rows


def put_back(rows: Rows) -> None:
    """The consents are younger than the backup: their owner gave them again."""
    consents = list(Connection.objects.all())
    forget_everything()
    with connection.constraint_checks_disabled(), atomic(), connection.cursor() as cursor:
        for table, (names, values) in rows.items():
            columns = ", ".join(f'"{name}"' for name in names)
            marks = ", ".join(["%s"] * len(names))
            if values:
                cursor.executemany(
                    f'INSERT INTO "{table}" ({columns}) VALUES ({marks})',  # noqa: S608
                    values,
                )
        for one in consents:
            one.save()


def _ours() -> list[str]:
    return [model._meta.db_table for model in apps.get_app_config("syncapp").get_models()]
