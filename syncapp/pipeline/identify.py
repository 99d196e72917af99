"""Whose account do these credentials open? Asked before they are stored."""

from dataclasses import dataclass

from django.conf import settings

from syncapp.connectors import oauth
from syncapp.connectors.base import Account, Connector, Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.connectors.transport import Transport
from syncapp.engine.records import Side
from syncapp.engine.said import said
from syncapp.errors import AuthorizationLost, ConfigurationError, Rejected
from syncapp.models import Connection
from syncapp.pipeline.connect import transport_for
from syncapp.pipeline.credentials import oauth_client


@dataclass(slots=True)
class Credentials:
    """Tokens that are in no row yet. A refresh rotates them: `grant` is then what to store."""

    side: Side
    token: str
    refresh_token: str
    grant: oauth.Grant | None = None

    def access_token(self) -> str:
        return self.token

    def renew(self, rejected_token: str) -> str:
        if self.token != rejected_token:
            return self.token
        if not self.refresh_token:
            message = said("{side} does not accept the access token.", side=self.side.product_name)
            raise AuthorizationLost(message)
        self.grant = oauth_client(self.side).refresh(self.refresh_token)
        self.token = self.grant.access_token
        self.refresh_token = self.grant.refresh_token or self.refresh_token
        return self.token


def identify(account_id: str, credentials: Credentials) -> Account:
    """Raises `ConfigurationError` when they open another account or none, `Unavailable` when the
    vendor cannot be asked now."""
    side = credentials.side
    try:
        account = opened_by(credentials, account_id)
    except (AuthorizationLost, Rejected) as refusal:
        message = said(
            "{side} does not open account {account_id} with these credentials.",
            side=side.product_name,
            account_id=account_id,
        )
        raise ConfigurationError(message, refusal.message) from refusal
    if account.id != account_id:
        message = said(
            "these credentials open the {side} account {account_id} ({account_name}), not"
            " {account_id2}.",
            side=side.product_name,
            account_id=account.id,
            account_name=account.name,
            account_id2=account_id,
        )
        raise ConfigurationError(message)
    return account


def opened_by(credentials: Credentials, realm: str = "") -> Account:
    """HubSpot's credentials say themselves which account they open, QuickBooks must be told."""
    connector = _connector(realm, credentials)
    try:
        return connector.account()
    finally:
        connector.close()


def asking(connection: Connection, given: Credentials | None = None) -> Connector:
    """For questions about the account; it refuses every write. `given`: tokens that are not
    stored with the connection yet."""
    transport = transport_of(given) if given else transport_for(connection, read_only=True)
    return _over(transport, connection.side, connection.account_id)


def _connector(account_id: str, credentials: Credentials) -> Connector:
    return _over(transport_of(credentials), credentials.side, account_id)


def _over(transport: Transport, side: Side, account_id: str) -> Connector:
    if side is Side.HUBSPOT:
        return HubSpotConnector(transport, wanted=Wanted(), realm="", overlap_seconds=0)
    return QuickBooksConnector(
        transport, wanted=Wanted(), realm=account_id, portal="", overlap_seconds=0
    )


def transport_of(credentials: Credentials) -> Transport:
    """One that refuses every write."""
    is_hubspot = credentials.side is Side.HUBSPOT
    return Transport(
        base_url=settings.HUBSPOT_API_BASE if is_hubspot else settings.QUICKBOOKS_API_BASE,
        credentials=credentials,
        side=credentials.side,
        timeout=float(settings.HTTP_TIMEOUT),
        read_only=True,
        allow_plain_http=settings.ALLOW_PLAIN_HTTP,
    )
