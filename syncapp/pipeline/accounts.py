"""What we know of the two accounts: read when connected, kept with the connection."""

from collections.abc import Mapping
from typing import Any

from syncapp.connectors.base import Account, Connector, Wanted
from syncapp.engine.records import Entity, Side
from syncapp.engine.said import said
from syncapp.errors import ConfigurationError
from syncapp.models import Connection, Integration
from syncapp.pipeline.connect import open_connectors

# Raised when prepare() of a connector makes more than before.
PREPARED_VERSION = 2

_NOTHING = {side: Wanted() for side in Side}


def known(integration: Integration) -> dict[Side, Account]:
    """As stored; an account nobody has asked yet is asked now."""
    connections = {side: integration.connection(side) for side in Side}
    missing = [side for side, one in connections.items() if not one.account]
    if missing:
        connectors = open_connectors(integration, _NOTHING)
        for side in missing:
            refresh(connections[side], connectors[side])
            connectors[side].close()
    return {side: decode(one.account) for side, one in connections.items()}


def refresh(connection: Connection, connector: Connector) -> Account:
    """Raises ConfigurationError when the credentials open another account than configured."""
    account = connector.account()
    if account.id != connection.account_id:
        raise ConfigurationError(
            said(
                "The connection “{connection_name}” is meant for account"
                " {connection_account_id}, but its credentials open {account_id}. Correct the"
                " account id or the tokens.",
                connection_name=connection.name,
                connection_account_id=connection.account_id,
                account_id=account.id,
            )
        )
    connection.account = encode(account)
    connection.save(update_fields=["account", "updated_at"])
    return account


def prepare(integration: Integration, connectors: Mapping[Side, Connector]) -> None:
    """What our copies need over there is made once per account, for every entity."""
    for side, connector in connectors.items():
        connection = integration.connection(side)
        if connection.prepared_version < PREPARED_VERSION:
            connector.prepare(tuple(Entity))
            connection.prepared_version = PREPARED_VERSION
            connection.save(update_fields=["prepared_version", "updated_at"])


def encode(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "country": account.country,
        "currency": account.currency,
        "time_zone": account.time_zone,
        "app_url": account.app_url,
        "settings": dict(account.settings),
        "scopes": sorted(account.scopes),
    }


def decode(stored: Mapping[str, Any]) -> Account:
    return Account(**{**stored, "scopes": frozenset(stored["scopes"])})
