"""Many rows in one statement: a tenth of what saving them one by one takes, and half of what
`bulk_create` does, which asks each field of each row anew how it is written.
"""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, models, transaction
from django.utils import timezone

# Columns of these go to the database as they stand, where they hold the type beside it.
_PLAIN: dict[type[Any], type] = {
    models.BigAutoField: int,
    models.BigIntegerField: int,
    models.BooleanField: bool,
    models.CharField: str,
    models.ForeignKey: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.TextField: str,
}


class Quick(json.JSONEncoder):
    def encode(self, value: Any) -> str:
        try:
            return orjson.dumps(value).decode()
        except TypeError:  # half a surrogate pair, a very large number: JSON can say them
            return super().encode(value)


def update_all(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """What `save(update_fields=…)` does to each. Rows of one model; a row that is gone meanwhile
    stays gone."""
    if not rows:
        return
    meta: Any = type(rows[0])._meta
    columns = [meta.get_field(name) for name in fields]
    assignments = ", ".join(f"{_name(column.column)} = %s" for column in columns)
    prepared = [_prepared(column, is_new=False) for column in (*columns, meta.pk)]
    values = [[one(row) for one in prepared] for row in rows]
    with connection.cursor() as cursor:
        # names come from our own models, values travel as parameters
        cursor.executemany(
            f"UPDATE {_name(meta.db_table)} SET {assignments}"  # noqa: S608
            f" WHERE {_name(meta.pk.column)} = %s",
            values,
        )


def insert_all(rows: Collection[models.Model], *, keep_known: bool = False) -> None:
    """What `bulk_create` does, but the rows do not learn their primary keys. `keep_known`: a row
    that breaks a unique constraint is left out."""
    if not rows:
        return
    model = type(next(iter(rows)))
    meta: Any = model._meta
    columns = [column for column in meta.concrete_fields if column is not meta.auto_field]
    prepared = [_prepared(column, is_new=True) for column in columns]
    values = [[one(row) for one in prepared] for row in rows]
    insert_values(model, [column.attname for column in columns], values, keep_known=keep_known)


def insert_values(
    model: type[models.Model],
    names: Sequence[str],
    values: Sequence[Sequence[Any]],
    *,
    keep_known: bool = False,
) -> None:
    """Rows that are never looked at as objects, with all their columns but the key, as the
    database takes them."""
    if not values:
        return
    meta: Any = model._meta
    columns = ", ".join(_name(meta.get_field(name).column) for name in names)
    places = ", ".join(["%s"] * len(names))
    otherwise = " ON CONFLICT DO NOTHING" if keep_known else ""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_name(meta.db_table)} ({columns}) VALUES ({places}){otherwise}",  # noqa: S608
            values,
        )


def add_up(rows: Sequence[models.Model], by: Sequence[str], numbers: Sequence[str]) -> None:
    """Each row is made, or its numbers are added to those that stand there. `by`: what tells the
    rows apart, one of their unique constraints. For a few rows: they travel in one statement."""
    if not rows:
        return
    meta: Any = type(rows[0])._meta
    columns = [meta.get_field(name) for name in (*by, *numbers)]
    table = _name(meta.db_table)
    names = ", ".join(_name(column.column) for column in columns)
    places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
    known_by = ", ".join(_name(meta.get_field(name).column) for name in by)
    sums = ", ".join(
        f"{column} = {table}.{column} + excluded.{column}"
        for column in (_name(meta.get_field(name).column) for name in numbers)
    )
    prepared = [_prepared(column, is_new=True) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) VALUES {places}"  # noqa: S608
            f" ON CONFLICT ({known_by}) DO UPDATE SET {sums}",
            [one(row) for row in rows for one in prepared],
        )


def _name(of: str) -> str:
    return connection.ops.quote_name(of)


def _prepared(column: Any, *, is_new: bool) -> Callable[[models.Model], Any]:
    """What the database is told of this column of a row."""
    if type(column) is models.DateTimeField:
        return _moment(column, is_new=is_new)
    if type(column) is models.JSONField and column.encoder is None:
        return _json(column)
    plain, name = _PLAIN.get(type(column)), column.attname

    def any_value(row: models.Model) -> Any:
        return column.get_db_prep_save(column.pre_save(row, is_new), connection)

    def plain_value(row: models.Model) -> Any:
        value = getattr(row, name)
        if value is None or type(value) is plain or (plain is str and isinstance(value, str)):
            return value
        return any_value(row)

    return any_value if plain is None else plain_value


def _json(column: Any) -> Callable[[models.Model], Any]:
    name, adapted = column.attname, connection.ops.adapt_json_value

    def json_value(row: models.Model) -> Any:
        value = getattr(row, name)
        return None if value is None else adapted(value, Quick)

    return json_value


def _moment(column: Any, *, is_new: bool) -> Callable[[models.Model], Any]:
    """Rows that are written together were made, or changed, in the same moment."""
    name, adapted = column.attname, connection.ops.adapt_datetimefield_value
    now = timezone.now()
    told_now = adapted(now)

    def this_moment(row: models.Model) -> Any:
        setattr(row, name, now)
        return told_now

    def some_moment(row: models.Model) -> Any:
        value = getattr(row, name)
        is_aware = type(value) is datetime and value.tzinfo is not None
        return adapted(value) if is_aware else column.get_db_prep_save(value, connection)

    return this_moment if column.auto_now or (is_new and column.auto_now_add) else some_moment
