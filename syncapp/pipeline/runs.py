"""Opens a pass with everything it needs, and closes it with what came of it."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils import timezone

from syncapp.connectors.base import Connector
from syncapp.engine.records import Entity, Side
from syncapp.engine.said import said
from syncapp.errors import AuthorizationLost, SyncAppError
from syncapp.logs import about
from syncapp.models import ApiUsage, Connection, Integration, RecordCount, SyncRun
from syncapp.models.bulk import add_up
from syncapp.pipeline import account_share, accounts
from syncapp.pipeline.connect import open_connectors
from syncapp.pipeline.context import Pass, Progress
from syncapp.pipeline.guards.gate import Gate
from syncapp.pipeline.lease import Held
from syncapp.pipeline.progress import Watched
from syncapp.pipeline.rulebook import load_rules, wanted_by

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """`counts`: entity -> state -> records, as they are after the pass."""

    run_id: int
    counts: Mapping[str, Mapping[str, int]]
    writes: int
    api_calls: Mapping[str, int]

    @staticmethod
    def of(work: Pass) -> "Report":
        return Report(work.run.pk, work.run.counts, work.writes, work.run.api_calls)


# `open_connectors` or what stands in for it
Connect = Callable[..., Mapping[Side, Connector]]


@contextmanager
def opened(
    integration: Integration,
    lease: Held,
    trigger: str,
    progress: Progress,
    connect: Connect = open_connectors,
) -> Iterator[Pass]:
    run = SyncRun.objects.create(integration=integration, trigger=trigger, fencing=lease.fencing)
    with about(run=run.pk, integration=integration.pk):
        yield from _carried_out(run, integration, lease, progress, connect)


def _carried_out(
    run: SyncRun,
    integration: Integration,
    lease: Held,
    progress: Progress,
    connect: Connect,
) -> Iterator[Pass]:
    logger.info("pass begins (%s)", run.trigger)
    connectors: Mapping[Side, Connector] = {}
    work: Pass | None = None
    watched = Watched(run, progress)
    try:
        _look_at_connections(integration)
        _require_consent(integration)
        known = accounts.known(integration)
        rules = load_rules(integration, timezone.now(), known)
        invoices = rules.get(Entity.INVOICE)
        since = invoices.started_at if invoices else None
        account_share.meet(integration)
        gates = {side: Gate(lease) for side in Side}
        connectors = connect(integration, wanted_by(rules), history_since=since, gates=gates)
        accounts.prepare(integration, connectors)
        watched.connectors = connectors
        now = timezone.now()
        work = Pass(integration, lease, run, rules, connectors, known, now, watched, gates)
        yield work
        run.outcome = SyncRun.Outcome.DONE
    except SyncAppError as error:
        run.outcome, run.error = SyncRun.Outcome.FAILED, error.message
        raise
    except BaseException:
        run.outcome = SyncRun.Outcome.INTERRUPTED
        raise
    finally:
        _close(run, work, connectors)


def _look_at_connections(integration: Integration) -> None:
    """As they are now: whoever holds the integration may have read them long ago."""
    rows = Connection.objects.in_bulk([integration.hubspot_id, integration.quickbooks_id])
    integration.hubspot = rows[integration.hubspot_id]
    integration.quickbooks = rows[integration.quickbooks_id]


def _require_consent(integration: Integration) -> None:
    """One dead grant is enough to do nothing: what is read on the other side could go nowhere."""
    for side in Side:
        connection = integration.connection(side)
        if connection.needs_reconnect:
            raise AuthorizationLost(
                said("“{connection_name}” must be reconnected.", connection_name=connection.name)
            )


def _close(run: SyncRun, work: Pass | None, connectors: Mapping[Side, Connector]) -> None:
    run.ended_at = timezone.now()
    run.api_calls = {side.value: one.calls for side, one in connectors.items()}
    run.writes = work.writes if work else 0
    run.counts = RecordCount.objects.present(run.integration_id)
    run.save()
    logger.info("pass ends: %s, %s writes", run.outcome, run.writes)
    if work is not None:
        work.close()
    count_usage(*((run.integration.connection(side), one) for side, one in connectors.items()))
    for connector in connectors.values():
        connector.close()


def count_usage(*used: tuple[Connection, Connector]) -> None:
    today = timezone.now().date()
    rows = [
        ApiUsage(connection=connection, day=today, calls=connector.calls, reads=connector.reads)
        for connection, connector in used
    ]
    add_up(rows, by=("connection", "day"), numbers=("calls", "reads"))
