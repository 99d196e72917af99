"""Connectors call from threads of their own, which now and then ask our database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def left_as_it_was() -> Iterator[None]:
    """A thread that had no connection to the database has none afterwards: when it ends, nobody
    would close it."""
    was_open = connection.connection is not None
    try:
        yield
    finally:
        if not was_open:
            connection.close()
