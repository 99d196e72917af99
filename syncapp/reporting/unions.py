"""Several short walks along different indexes, asked for at once."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


def ids_of(ways: Iterable[QuerySet[Any]], most: int) -> RawSQL:
    """The ids that any of them leads to, so many of each at most: for `pk__in`. An "or" of them
    would be sorted or read whole, and SQLite takes no limits in the parts of Django's union."""
    parts: list[str] = []
    values: list[Any] = []
    for number, way in enumerate(ways):
        sql, its = way.values("id")[:most].query.sql_with_params()
        parts.append(f"SELECT id FROM ({sql}) AS way_{number}")  # noqa: S608  Django's own text
        values.extend(its)
    return RawSQL(" UNION ".join(parts), values)  # noqa: S611  nothing of it was typed by anybody
