"""Hands out connectors: built from a connection's credentials, guarded against transactions."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from syncapp.connectors.answers import LONGEST_PAUSE_SECONDS
from syncapp.connectors.base import Connector, Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.connectors.throttle import (
    HUBSPOT_FAMILIES,
    HUBSPOT_LIMITS,
    QUICKBOOKS_FAMILIES,
    QUICKBOOKS_LIMITS,
    Limits,
    Throttle,
)
from syncapp.connectors.transport import Credentials, Gate, Transport
from syncapp.engine.records import Side
from syncapp.errors import InvariantBroken
from syncapp.models import Connection, Integration
from syncapp.pipeline import latest, own_lines
from syncapp.pipeline.credentials import StoredCredentials
from syncapp.pipeline.thread_connection import left_as_it_was


class Guarded:
    """A connector that refuses to speak while the calling thread has a transaction open: HTTP
    inside one would hold the database's only writer."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._connector, name)
        if callable(value) and transaction.get_connection().in_atomic_block:
            raise InvariantBroken(f"{name} was called inside a database transaction.")
        return value


_throttles: dict[int, Throttle] = {}  # by connection: the windows outlive a pass
_throttles_lock = threading.Lock()


def throttle_for(connection: Connection) -> Throttle:
    """One per connection and process, made on first use (after a fork). A pause that the vendor
    asked another process for holds here too."""
    is_hubspot = connection.side is Side.HUBSPOT
    with _throttles_lock:
        if connection.pk not in _throttles:
            _throttles[connection.pk] = Throttle(
                _limits_of(connection.side),
                HUBSPOT_FAMILIES if is_hubspot else QUICKBOOKS_FAMILIES,
                on_pause=partial(_keep_pause, connection.pk),
            )
        throttle = _throttles[connection.pk]
    throttle.hold(seconds_paused(connection.paused_until))
    return throttle


def _limits_of(side: Side) -> Limits:
    if side is Side.HUBSPOT:
        return {**HUBSPOT_LIMITS, **settings.HUBSPOT_LIMITS}
    limits = {**QUICKBOOKS_LIMITS, **settings.QUICKBOOKS_LIMITS}
    if singles := settings.QUICKBOOKS_SINGLE_CREATES:
        limits["single"] = singles, limits["minute"][1]
    return limits


def seconds_paused(until: datetime | None) -> float:
    """A pause that is longer than any was stored by a clock that was ahead."""
    seconds = (until - timezone.now()).total_seconds() if until else 0.0
    return seconds if seconds <= LONGEST_PAUSE_SECONDS else 0.0


@left_as_it_was()
def _keep_pause(pk: int, seconds: float) -> None:
    """A process that is killed now must not be the only one to know."""
    until = timezone.now() + timedelta(seconds=seconds)
    shorter = Q(paused_until__isnull=True) | Q(paused_until__lt=until)
    Connection.objects.filter(shorter, pk=pk).update(paused_until=until)


CredentialsOf = Callable[[Connection], Credentials]


def transport_for(
    connection: Connection,
    *,
    read_only: bool = False,
    credentials_of: CredentialsOf = StoredCredentials,
    gate: Gate | None = None,
) -> Transport:
    is_hubspot = connection.side is Side.HUBSPOT
    return Transport(
        base_url=settings.HUBSPOT_API_BASE if is_hubspot else settings.QUICKBOOKS_API_BASE,
        credentials=credentials_of(connection),
        side=connection.side,
        throttle=throttle_for(connection),
        gate=gate,
        timeout=float(settings.HTTP_TIMEOUT),
        read_only=read_only,
        allow_plain_http=settings.ALLOW_PLAIN_HTTP,
    )


def open_connectors(
    integration: Integration,
    wanted: Mapping[Side, Wanted],
    *,
    history_since: datetime | None = None,
    read_only: bool = False,
    credentials_of: CredentialsOf = StoredCredentials,
    gates: Mapping[Side, Gate] | None = None,
) -> dict[Side, Connector]:
    """`history_since`: who changed an invoice is read only of invoices changed after this.
    `read_only`: the transport itself refuses every write. `gates`: what each write is asked."""
    hubspot, quickbooks = integration.hubspot, integration.quickbooks

    def to(connection: Connection) -> Transport:
        return transport_for(
            connection,
            read_only=read_only,
            credentials_of=credentials_of,
            gate=(gates or {}).get(connection.side),
        )

    connectors: dict[Side, Connector] = {
        Side.HUBSPOT: HubSpotConnector(
            to(hubspot),
            wanted=wanted[Side.HUBSPOT],
            realm=quickbooks.account_id,
            overlap_seconds=settings.CURSOR_OVERLAP,
            sweep_seconds=settings.SLOW_SWEEP,
            time_zone=hubspot.account.get("time_zone", ""),
            history_since=history_since,
            left_lines=partial(own_lines.left, integration.pk),
            fresh_seconds=settings.SEND_DEADLINE,
            latest=partial(latest.ids, integration.pk),
        ),
        Side.QUICKBOOKS: QuickBooksConnector(
            to(quickbooks),
            wanted=wanted[Side.QUICKBOOKS],
            realm=quickbooks.account_id,
            portal=hubspot.account_id,
            overlap_seconds=settings.CURSOR_OVERLAP,
            sweep_seconds=settings.SLOW_SWEEP,
            country=quickbooks.account.get("country", ""),
            fresh_seconds=settings.SEND_DEADLINE,
            single_creates=settings.QUICKBOOKS_SINGLE_CREATES > 0,
        ),
    }
    return {side: Guarded(one) for side, one in connectors.items()}
