"""Connecting an account: a person is sent to the vendor's consent page and comes back with a code,
is shown the account it opens, and only what they confirm is stored.

`Attempt` and `Offer` hold secrets. The caller keeps them for a few minutes, sealed, and forgets an
attempt when it is used; nothing of them stands in a page or, but for `state`, in an address.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from syncapp.connectors.base import Account
from syncapp.connectors.oauth import Grant
from syncapp.engine.records import Side
from syncapp.errors import AuthorizationLost, ConfigurationError, NotPossible, Rejected
from syncapp.logs import remember_secret
from syncapp.models import Connection, Integration
from syncapp.pipeline import accounts, audit
from syncapp.pipeline.credentials import oauth_client
from syncapp.pipeline.identify import Credentials, opened_by
from syncapp.pipeline.wake import wake

_ROOM = 70  # of a name, so that an account id fits behind it
_KEYS = {
    Side.HUBSPOT: ("HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET"),
    Side.QUICKBOOKS: ("QUICKBOOKS_CLIENT_ID", "QUICKBOOKS_CLIENT_SECRET"),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """`connection_id`: that one is to be reconnected; None: any account."""

    side: Side
    connection_id: int | None
    state: str
    verifier: str = field(repr=False)

    @staticmethod
    def fresh(side: Side, connection: Connection | None = None) -> "Attempt":
        pk = connection.pk if connection else None
        return Attempt(side, pk, secrets.token_urlsafe(32), secrets.token_urlsafe(64))


@dataclass(frozen=True, slots=True)
class Offer:
    """An account that credentials open, not stored yet. Without a refresh token the access token
    is a static one."""

    side: Side
    connection_id: int | None
    account: Account
    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    hard_expires_at: datetime | None = None


def missing_keys(side: Side) -> list[str]:
    """Names of the settings without which the vendor does not know our app."""
    return [name for name in _KEYS[side] if not getattr(settings, name)]


def authorize_url(attempt: Attempt, redirect_uri: str) -> str:
    if missing := missing_keys(attempt.side):
        raise ConfigurationError(
            _("%(names)s is not set: register an app with %(vendor)s and put its keys into the"
              " environment.")
            % {"names": ", ".join(missing), "vendor": attempt.side.product_name}
        )  # fmt: skip
    return oauth_client(attempt.side).authorize_url(
        redirect_uri=redirect_uri, state=attempt.state, code_verifier=attempt.verifier
    )


def answered(attempt: Attempt, answer: Mapping[str, str], redirect_uri: str) -> Offer:
    """What the vendor sent back, its code exchanged and its account asked. Raises `NotPossible`
    with what to do, `Unavailable`, `ConfigurationError`."""
    vendor = {"vendor": attempt.side.product_name}
    if "error" in answer:
        raise NotPossible(_refusal(attempt.side, answer["error"]), answer["error"])
    try:
        grant = oauth_client(attempt.side).exchange_code(
            code=answer.get("code", ""),
            redirect_uri=redirect_uri,
            code_verifier=attempt.verifier,
        )
    except (AuthorizationLost, Rejected) as refused:
        raise NotPossible(
            _("%(vendor)s did not accept the code it had sent: it is good once and for a few"
              " minutes. Nothing was changed; start again.") % vendor,
            refused.message,
        ) from refused  # fmt: skip
    return _offer(attempt, grant, answer.get("realmId", ""))


def with_static_token(token: str, connection: Connection | None = None) -> Offer:
    """A token of a HubSpot private app: it has no end and is never renewed."""
    side = Side.HUBSPOT
    remember_secret(token)
    account = _account(Credentials(side, token, ""))
    _refuse_another(connection, account, side)
    return Offer(side, connection.pk if connection else None, account, token)


def store(offer: Offer, name: str = "") -> Connection:
    """One row per account: who connects an account that is connected already renews its consent.
    Raises `NotPossible` when the name is another connection's."""
    with transaction.atomic():
        row = known_as(offer)
        deed = "reconnected" if row else "connected"
        row = row or Connection(vendor=offer.side.value, account_id=offer.account.id)
        row.name = name.strip() or row.name or proposed_name(offer)
        if Connection.objects.filter(name=row.name).exclude(pk=row.pk).exists():
            taken = _("“%(name)s” is the name of another connection: choose another one.")
            raise NotPossible(taken % {"name": row.name})
        _fill(row, offer)
        with audit.unrecorded():
            row.save()
        audit.note(row, deed, account=offer.account.id)
        for integration in uses(row):
            wake(integration.pk)
    return row


def proposed_name(offer: Offer) -> str:
    """The account's own, told apart where another connection has it."""
    account = offer.account
    name = account.name[:_ROOM] or account.id
    is_taken = Connection.objects.filter(name=name).exists()
    return f"{name} ({account.id})" if is_taken else name


def known_as(offer: Offer) -> Connection | None:
    rows = Connection.objects.filter(vendor=offer.side.value, account_id=offer.account.id)
    return rows.first()


def consent_origin(side: Side) -> str:
    return oauth_client(side).consent_origin


def turned_down(offer: Offer) -> None:
    """Consent that is not wanted after all is given back, unless a connection lives on it: ending
    one grant of an app and account may end its others."""
    if offer.refresh_token and known_as(offer) is None:
        oauth_client(offer.side).revoke(offer.refresh_token)


def uses(connection: Connection) -> list[Integration]:
    used: Any = (
        connection.hubspot_integrations
        if connection.side is Side.HUBSPOT
        else connection.quickbooks_integrations
    )
    return list(used.all())


def _offer(attempt: Attempt, grant: Grant, realm: str) -> Offer:
    side = attempt.side
    account = _account(Credentials(side, grant.access_token, grant.refresh_token), realm)
    if grant.account_id and grant.account_id != account.id:
        raise NotPossible(_("HubSpot named two different accounts. Nothing was changed."))
    offer = Offer(
        side,
        attempt.connection_id,
        account,
        grant.access_token,
        grant.refresh_token,
        grant.expires_at,
        grant.refresh_expires_at,
        grant.hard_expires_at,
    )
    pk = attempt.connection_id
    connection = Connection.objects.get(pk=pk) if pk else None
    try:
        _refuse_another(connection, account, side)
    except NotPossible:
        turned_down(offer)
        raise
    return offer


def _account(credentials: Credentials, realm: str = "") -> Account:
    side = credentials.side
    if side is Side.QUICKBOOKS and not realm.isdecimal():
        raise NotPossible(_("QuickBooks did not say which company was chosen. Start again."))
    try:
        return opened_by(credentials, realm)
    except (AuthorizationLost, Rejected) as refused:
        refusal = _("%(vendor)s does not open the account with these credentials: %(why)s")
        told = {"vendor": side.product_name, "why": refused.message}
        raise NotPossible(refusal % told, refused.detail) from refused


def _refuse_another(connection: Connection | None, account: Account, side: Side) -> None:
    """The links of a connection belong to records of its account; with another one they would
    point to strangers."""
    if connection is None or account.id == connection.account_id:
        return
    raise NotPossible(
        _("You chose “%(found)s” (%(found_id)s), but “%(name)s” holds the links of %(vendor)s"
          " account %(id)s. Nothing was changed. Sign in to %(vendor)s with that account and"
          " reconnect again; to sync the other account, connect it as a connection of its own.")
        % {
            "found": account.name,
            "found_id": account.id,
            "name": connection.name,
            "id": connection.account_id,
            "vendor": side.product_name,
        }
    )  # fmt: skip


def _fill(row: Connection, offer: Offer) -> None:
    row.access_token, row.refresh_token = offer.access_token, offer.refresh_token
    row.previous_refresh_token = ""
    row.expires_at, row.refresh_expires_at = offer.expires_at, offer.refresh_expires_at
    row.hard_expires_at = offer.hard_expires_at
    row.needs_reconnect, row.reconnect_reason = False, ""
    row.account = accounts.encode(offer.account)


def _refusal(side: Side, error: str) -> str:
    vendor = {"vendor": side.product_name}
    if error == "access_denied":
        return _("You did not allow the access in %(vendor)s. Nothing was changed.") % vendor
    return _(
        "%(vendor)s sent you back with the error “%(error)s”. Nothing was changed; start again."
    ) % {**vendor, "error": error[:100]}
