"""Hands out connectors: built from a connection's credentials, guarded against transactions.

One refresher at a time: whoever renews a token takes a short lease on the connection's row, and
stores the new pair before anybody uses it.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from syncapp.connectors import oauth
from syncapp.connectors.base import Connector, Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.connectors.throttle import (
    HUBSPOT_FAMILIES,
    HUBSPOT_LIMITS,
    QUICKBOOKS_FAMILIES,
    QUICKBOOKS_LIMITS,
    Throttle,
)
from syncapp.connectors.transport import Credentials, Gate, Transport
from syncapp.engine.records import Side
from syncapp.engine.said import said
from syncapp.errors import AuthorizationLost, InvariantBroken, Unavailable
from syncapp.models import Connection, Integration
from syncapp.pipeline import own_lines

_AHEAD = timedelta(minutes=3)  # a token is renewed this long before it expires
_REFRESH_SECONDS = 60
_REFRESH_POLL_SECONDS = 0.2


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


class StoredCredentials:
    """The access token of one connection row, renewed through the database."""

    def __init__(self, connection: Connection) -> None:
        self._pk = connection.pk
        self._token = ""
        self._expires_at: datetime | None = None
        self._owner = threading.get_ident()

    def access_token(self) -> str:
        if not self._token or (self._expires_at and timezone.now() > self._expires_at - _AHEAD):
            try:
                self._load()
            finally:
                if threading.get_ident() != self._owner:
                    database.close()  # a thread of a connector has one of its own
        if self._expires_at and timezone.now() > self._expires_at - _AHEAD:
            return self.renew(self._token)
        return self._token

    def renew(self, rejected_token: str) -> str:
        """The token another worker stored meanwhile, or a fresh one fetched by exactly one."""
        give_up_at = time.monotonic() + _REFRESH_SECONDS
        holder = uuid4().hex
        while time.monotonic() < give_up_at:
            connection = self._load()
            if self._token != rejected_token and not self._is_stale():
                return self._token
            if not connection.refresh_token:
                raise self._lost(
                    connection, said("its access token was refused and cannot be renewed")
                )
            if take_refresh_turn(self._pk, holder):
                return self._take_turn(holder, rejected_token)
            time.sleep(_REFRESH_POLL_SECONDS)
        raise Unavailable("Another worker has been renewing the token for too long.")

    def _is_stale(self) -> bool:
        return self._expires_at is not None and timezone.now() > self._expires_at - _AHEAD

    def _load(self) -> Connection:
        connection = Connection.objects.get(pk=self._pk)
        if connection.needs_reconnect:
            raise AuthorizationLost(
                said("“{connection_name}” must be reconnected.", connection_name=connection.name)
            )
        self._token, self._expires_at = connection.access_token, connection.expires_at
        return connection

    def _take_turn(self, holder: str, rejected_token: str) -> str:
        """The turn ends when the new pair is stored: nobody asks with the old one meanwhile. Who
        had the turn before us may have stored one since we looked."""
        try:
            connection = self._load()
            if self._token == rejected_token or self._is_stale():
                self._store(connection, self._granted(connection))
            return self._token
        finally:
            end_refresh_turn(self._pk, holder)

    def _store(self, connection: Connection, grant: oauth.Grant) -> None:
        connection.previous_refresh_token = connection.refresh_token
        connection.access_token = grant.access_token
        connection.refresh_token = grant.refresh_token or connection.refresh_token
        connection.expires_at = grant.expires_at
        connection.refresh_expires_at = grant.refresh_expires_at or connection.refresh_expires_at
        connection.hard_expires_at = grant.hard_expires_at or connection.hard_expires_at
        connection.save(
            update_fields=[
                "previous_refresh_token",
                "access_token",
                "refresh_token",
                "expires_at",
                "refresh_expires_at",
                "hard_expires_at",
                "updated_at",
            ]
        )
        self._token, self._expires_at = grant.access_token, grant.expires_at

    def _granted(self, connection: Connection) -> oauth.Grant:
        """After a refusal one more try: with what somebody stored meanwhile, who reconnected the
        account for instance, else with the token before, since the answer that carried its
        successor may have been lost."""
        client = oauth_client(connection.side)
        try:
            return client.refresh(connection.refresh_token)
        except AuthorizationLost as lost:
            asked_with = connection.refresh_token
            connection.refresh_from_db()
            newer = connection.refresh_token
            second = newer if newer != asked_with else connection.previous_refresh_token
            if not second:
                raise self._lost(connection, lost.message) from lost
        try:
            return client.refresh(second)
        except AuthorizationLost as lost:
            raise self._lost(connection, lost.message) from lost

    def _lost(self, connection: Connection, why: str) -> AuthorizationLost:
        """Unless the row holds other tokens by now: then somebody reconnected it meanwhile."""
        with transaction.atomic():
            row = Connection.objects.select_for_update().get(pk=self._pk)
            if (row.access_token, row.refresh_token) == (
                connection.access_token,
                connection.refresh_token,
            ):
                row.needs_reconnect, row.reconnect_reason = True, why
                row.save(update_fields=["needs_reconnect", "reconnect_reason"])
        return AuthorizationLost(
            said(
                "The connection “{connection_name}” is no longer accepted: reconnect it.",
                connection_name=connection.name,
            ),
            why,
        )


def take_refresh_turn(pk: int, holder: str) -> bool:
    now = timezone.now()
    free = Q(refresh_until__isnull=True) | Q(refresh_until__lt=now)
    return bool(
        Connection.objects.filter(free, pk=pk).update(
            refresh_holder=holder, refresh_until=now + timedelta(seconds=_REFRESH_SECONDS)
        )
    )


def end_refresh_turn(pk: int, holder: str) -> None:
    Connection.objects.filter(pk=pk, refresh_holder=holder).update(refresh_until=None)


def oauth_client(side: Side) -> oauth.Client:
    if side is Side.HUBSPOT:
        return oauth.hubspot(
            client_id=settings.HUBSPOT_CLIENT_ID,
            client_secret=settings.HUBSPOT_CLIENT_SECRET,
            api_base=settings.HUBSPOT_API_BASE,
            app_base=settings.HUBSPOT_APP_BASE,
            allow_plain_http=settings.ALLOW_PLAIN_HTTP,
        )
    return oauth.quickbooks(
        client_id=settings.QUICKBOOKS_CLIENT_ID,
        client_secret=settings.QUICKBOOKS_CLIENT_SECRET,
        base=settings.QUICKBOOKS_OAUTH_BASE,
        allow_plain_http=settings.ALLOW_PLAIN_HTTP,
    )


_throttles: dict[int, Throttle] = {}  # by connection: the windows outlive a pass
_throttles_lock = threading.Lock()


def throttle_for(connection: Connection) -> Throttle:
    """One per connection and process, made on first use (after a fork). A pause that the vendor
    asked another process for holds here too."""
    is_hubspot = connection.side is Side.HUBSPOT
    limits = settings.HUBSPOT_LIMITS if is_hubspot else settings.QUICKBOOKS_LIMITS
    with _throttles_lock:
        if connection.pk not in _throttles:
            _throttles[connection.pk] = Throttle(
                limits or (HUBSPOT_LIMITS if is_hubspot else QUICKBOOKS_LIMITS),
                HUBSPOT_FAMILIES if is_hubspot else QUICKBOOKS_FAMILIES,
                on_pause=partial(_keep_pause, connection.pk),
            )
        throttle = _throttles[connection.pk]
    if connection.paused_until is not None:
        throttle.hold((connection.paused_until - timezone.now()).total_seconds())
    return throttle


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
        ),
        Side.QUICKBOOKS: QuickBooksConnector(
            to(quickbooks),
            wanted=wanted[Side.QUICKBOOKS],
            realm=quickbooks.account_id,
            portal=hubspot.account_id,
            overlap_seconds=settings.CURSOR_OVERLAP,
            sweep_seconds=settings.SLOW_SWEEP,
            country=quickbooks.account.get("country", ""),
        ),
    }
    return {side: Guarded(one) for side, one in connectors.items()}
