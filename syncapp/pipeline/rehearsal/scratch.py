"""A copy of one integration in a database of its own, for this thread only.

While it is in use, everything this thread asks of the database goes to the copy: the pass of a
rehearsal takes no lease of the live sync and changes no row of it. Other threads, and with them
the tokens that must be renewed, keep the live database (see `Elsewhere`).
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Q, QuerySet
from django.db.utils import ConnectionHandler

from syncapp.connectors.transport import Credentials
from syncapp.engine.records import Entity
from syncapp.models import (
    ChangeCursor,
    Connection,
    FieldMapping,
    FilterCondition,
    FilterGroup,
    Integration,
    PendingChange,
    RecordCount,
    RecordLink,
    RecordReference,
    SyncRule,
    SyncRun,
    WriteBatch,
    WriteIntent,
)
from syncapp.pipeline import audit
from syncapp.pipeline.credentials import StoredCredentials

_COPY = "rehearsal"
_CHUNK = 2000
_DOCUMENTS = (Entity.INVOICE, Entity.PAYMENT)


@contextmanager
def on_scratch(integration: Integration) -> Iterator[Integration]:
    """Answers the copy. What is written to the database meanwhile is gone afterwards."""
    with TemporaryDirectory(prefix="ledgerline-rehearsal-") as folder:
        copy = _database(Path(folder) / "copy.sqlite3")
        live = connections[DEFAULT_DB_ALIAS]
        connections[_COPY] = copy
        try:
            _make_tables(copy)
            for rows in _rows_of(integration):
                _copy(rows)
            connections[DEFAULT_DB_ALIAS] = copy
            with audit.unrecorded():  # the copy has no table for it, and nothing is changed
                yield Integration.objects.get(pk=integration.pk)
        finally:
            connections[DEFAULT_DB_ALIAS] = live
            del connections[_COPY]
            copy.close()


class Elsewhere:
    """A connection's tokens, asked for in a thread that still has the live database: one that is
    renewed during a rehearsal must be kept, or the account would have to be connected again."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tokens")

    def credentials_of(self, connection: Connection) -> Credentials:
        return _Asked(self._thread, StoredCredentials(connection))

    def run(self, function: Callable[[], None]) -> None:
        self._thread.submit(function).result()

    def close(self) -> None:
        self._thread.submit(connections.close_all).result()
        self._thread.shutdown()


class _Asked:
    def __init__(self, thread: ThreadPoolExecutor, stored: StoredCredentials) -> None:
        self._thread = thread
        self._stored = stored

    def access_token(self) -> str:
        return self._thread.submit(self._stored.access_token).result()

    def renew(self, rejected_token: str) -> str:
        return self._thread.submit(self._stored.renew, rejected_token).result()


def _database(path: Path) -> Any:
    """Nobody reads it after a crash, so it need not survive one."""
    return ConnectionHandler(
        {
            DEFAULT_DB_ALIAS: {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(path),
                "OPTIONS": {
                    "init_command": "PRAGMA foreign_keys=OFF; PRAGMA journal_mode=MEMORY;"
                    " PRAGMA synchronous=OFF;"
                },
            }
        }
    )[DEFAULT_DB_ALIAS]


def _make_tables(copy: Any) -> None:
    with copy.schema_editor() as editor:
        for model in (*apps.get_app_config("syncapp").get_models(), get_user_model()):
            editor.create_model(model)  # of people none are copied, but rows may name nobody


def _rows_of(integration: Integration) -> Iterable[QuerySet[Any]]:
    """Everything a pass looks at. Of other companies of the same portal their documents only,
    because two of them never book one document."""
    companies = Integration.objects.filter(hubspot=integration.hubspot_id)
    mine = {"integration": integration}
    accounts = Q(pk__in=companies.values("hubspot")) | Q(pk__in=companies.values("quickbooks"))
    links = RecordLink.objects.filter(
        Q(**mine) | Q(integration__in=companies, entity__in=_DOCUMENTS, hubspot_id__isnull=False)
    )
    open_intents = WriteIntent.objects.filter(
        integration__in=companies, state=WriteIntent.State.OPEN
    )
    return (
        Connection.objects.filter(accounts),
        companies,
        SyncRule.objects.filter(**mine),
        FieldMapping.objects.filter(rule__integration=integration),
        FilterGroup.objects.filter(rule__integration=integration),
        FilterCondition.objects.filter(group__rule__integration=integration),
        ChangeCursor.objects.filter(**mine),
        links,
        RecordCount.objects.filter(**mine),
        RecordReference.objects.filter(**mine),
        PendingChange.objects.filter(**mine),
        SyncRun.objects.filter(pk__in=open_intents.values("run")),
        WriteBatch.objects.filter(pk__in=open_intents.values("batch")),
        open_intents,
    )


def _copy(rows: QuerySet[Any]) -> None:
    found = rows.order_by("pk").iterator(chunk_size=_CHUNK)
    while chunk := list(islice(found, _CHUNK)):
        if rows.model is Connection:
            for row in chunk:  # its tokens stay where they are
                row.__dict__.update(dict.fromkeys(Connection.sealed_fields(), ""))
        rows.model.objects.using(_COPY).bulk_create(chunk)
