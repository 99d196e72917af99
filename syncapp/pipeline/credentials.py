"""The tokens of a connection.

One refresher at a time: whoever renews a token takes a short lease on the connection's row, and
stores the new pair before anybody uses it.
"""

import time
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from syncapp.connectors import oauth
from syncapp.engine.records import Side
from syncapp.engine.said import said
from syncapp.errors import AuthorizationLost, Unavailable
from syncapp.models import Connection
from syncapp.pipeline.leaps import LONGEST_REFRESH_SECONDS
from syncapp.pipeline.thread_connection import left_as_it_was

_AHEAD = timedelta(minutes=3)  # a token is renewed this long before it expires
_REFRESH_POLL_SECONDS = 0.2


class StoredCredentials:
    """The access token of one connection row, renewed through the database. It begins with what
    the row said when it was read: one that was replaced since is refused, and then looked up."""

    def __init__(self, connection: Connection) -> None:
        self._pk = connection.pk
        self._token = "" if connection.needs_reconnect else connection.access_token
        self._expires_at: datetime | None = connection.expires_at

    def access_token(self) -> str:
        if not self._token or (self._expires_at and timezone.now() > self._expires_at - _AHEAD):
            with left_as_it_was():
                self._load()
        if self._expires_at and timezone.now() > self._expires_at - _AHEAD:
            return self.renew(self._token)
        return self._token

    @left_as_it_was()
    def renew(self, rejected_token: str) -> str:
        """The token another worker stored meanwhile, or a fresh one fetched by exactly one."""
        give_up_at = time.monotonic() + LONGEST_REFRESH_SECONDS
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
            refresh_holder=holder, refresh_until=now + timedelta(seconds=LONGEST_REFRESH_SECONDS)
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
