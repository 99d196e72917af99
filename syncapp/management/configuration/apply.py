"""Carries a configuration document out: asks the vendors first, then writes in one transaction."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from syncapp.engine.records import Side
from syncapp.errors import ConfigurationError, SyncAppError, Unavailable
from syncapp.management.configuration import field_gate, gate
from syncapp.management.configuration.document import (
    ConnectionWanted,
    Document,
    DocumentErrors,
    IntegrationWanted,
)
from syncapp.models import Connection, Integration
from syncapp.pipeline.identify import Credentials, identify
from syncapp.pipeline.wake import wake
from syncapp.setup.rule_document.store import store_rule


@dataclass(slots=True)
class Tokens:
    access_token: str
    refresh_token: str
    expires_at: datetime | None
    refresh_expires_at: datetime | None = None
    hard_expires_at: datetime | None = None

    def renew(self, credentials: Credentials) -> None:
        if credentials.grant is not None:
            self.access_token, self.refresh_token = credentials.token, credentials.refresh_token
            self.expires_at = credentials.grant.expires_at
            self.refresh_expires_at = credentials.grant.refresh_expires_at
            self.hard_expires_at = credentials.grant.hard_expires_at


@dataclass(slots=True)
class Outcome:
    done: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def carry_out(document: Document) -> Outcome:
    """Raises `DocumentErrors`; nothing is written then."""
    outcome = Outcome(warnings=list(document.warnings))
    tokens = _asked_tokens(document, outcome)
    document, found = _checked(document, tokens, outcome)
    with transaction.atomic():
        for wanted in document.connections:
            outcome.done.append(_store_connection(wanted, tokens.get(wanted.name)))
        for one in document.integrations:
            outcome.done.extend(_store_integration(one))
    gate.remember(found)
    return outcome


def _checked(
    document: Document, tokens: Mapping[str, Tokens], outcome: Outcome
) -> tuple[Document, gate.Found]:
    """Raises `DocumentErrors` for what blocks switching on. A token that was refreshed for it is
    the one to store."""
    given = {
        one.name: Credentials(
            Side(one.vendor), tokens[one.name].access_token, tokens[one.name].refresh_token
        )
        for one in document.connections
        if one.name in tokens
    }
    errors: list[str] = []
    document = field_gate.checked(document, given, outcome.warnings, errors)
    found = gate.checked(document, given, outcome.warnings, errors)
    for name, credentials in given.items():
        tokens[name].renew(credentials)
    if errors:
        raise DocumentErrors(errors)
    return document, found


def _asked_tokens(document: Document, outcome: Outcome) -> dict[str, Tokens]:
    """The tokens to store, by connection; absent where the stored ones stay. HTTP, so it comes
    before the transaction."""
    found: dict[str, Tokens] = {}
    errors: list[str] = []
    for wanted in document.connections:
        stored = Connection.objects.filter(name=wanted.name).first()
        if stored is not None and _brings_nothing_new(wanted, stored):
            continue
        try:
            found[wanted.name] = _asked(wanted)
        except Unavailable as silence:
            found[wanted.name] = _given(wanted)
            outcome.warnings.append(f"{wanted.path}: not checked, {silence.message}")
        except ConfigurationError as error:
            errors.append(f"{wanted.path}.account: {error.message}")
        except SyncAppError as error:
            errors.append(f"{wanted.path}: {error.message}")
    if errors:
        raise DocumentErrors(errors)
    return found


def _asked(wanted: ConnectionWanted) -> Tokens:
    given = _given(wanted)
    credentials = Credentials(Side(wanted.vendor), given.access_token, given.refresh_token)
    identify(wanted.account, credentials)
    given.renew(credentials)
    return given


def _given(wanted: ConnectionWanted) -> Tokens:
    return Tokens(wanted.access_token or "", wanted.refresh_token or "", wanted.expires_at)


def _brings_nothing_new(wanted: ConnectionWanted, stored: Connection) -> bool:
    """Refresh tokens rotate: the one that was given last time has long been replaced by ours, and
    giving the same file again must not put it back."""
    if wanted.access_token is None:
        return True
    return stored.configured_with == _fingerprint(wanted) and not stored.needs_reconnect


def _fingerprint(wanted: ConnectionWanted) -> str:
    given = f"{wanted.account}\n{wanted.access_token}\n{wanted.refresh_token}"
    return hashlib.sha256(given.encode()).hexdigest()


def _store_connection(wanted: ConnectionWanted, tokens: Tokens | None) -> str:
    row = Connection.objects.filter(name=wanted.name).first()
    verb = "Updated" if row else "Connected"
    row = row or Connection(name=wanted.name)
    if row.pk and row.account_id != wanted.account and _is_in_use(row):
        raise DocumentErrors([f"{wanted.path}.account: {_other_account(row, wanted)}"])
    row.vendor, row.account_id = wanted.vendor, wanted.account
    if tokens is not None:
        row.access_token, row.refresh_token = tokens.access_token, tokens.refresh_token
        row.previous_refresh_token = ""
        row.expires_at, row.refresh_expires_at = tokens.expires_at, tokens.refresh_expires_at
        row.hard_expires_at = tokens.hard_expires_at
        row.needs_reconnect, row.reconnect_reason = False, ""
        row.configured_with = _fingerprint(wanted)
        row.account = {}  # read again by the next pass
    taken = Connection.objects.filter(vendor=wanted.vendor, account_id=wanted.account)
    other = taken.exclude(pk=row.pk).first()
    if other is not None:
        sentence = f"{wanted.account} is connected already, as “{other.name}”."
        raise DocumentErrors([f"{wanted.path}.account: {sentence}"])
    row.save()
    return f"{verb} {row.name}."


def _is_in_use(row: Connection) -> bool:
    return row.hubspot_integrations.exists() or row.quickbooks_integrations.exists()


def _other_account(row: Connection, wanted: ConnectionWanted) -> str:
    return (
        f"“{row.name}” holds the links of account {row.account_id}; connect {wanted.account} "
        "under another name."
    )


def _store_integration(wanted: IntegrationWanted) -> Iterator[str]:
    sides = {
        "hubspot": Connection.objects.get(name=wanted.hubspot),
        "quickbooks": Connection.objects.get(name=wanted.quickbooks),
    }
    row = Integration.objects.filter(name=wanted.name).first()
    _refuse_other_accounts(wanted, row, sides)
    verb = "Updated" if row else "Made"
    row = row or Integration(name=wanted.name)
    row.hubspot, row.quickbooks = sides["hubspot"], sides["quickbooks"]
    row.is_paused = wanted.is_paused
    row.interval_seconds = wanted.interval_seconds
    row.confirm_initial_load = wanted.confirm_initial_load
    row.save()
    yield f"{verb} {row.name}."
    for rule in wanted.rules:
        yield from store_rule(row, rule)
    if not row.is_paused:
        wake(row.pk)


def _refuse_other_accounts(
    wanted: IntegrationWanted, row: Integration | None, sides: Mapping[str, Any]
) -> None:
    taken = Integration.objects.filter(**sides).first()
    if taken is not None and taken != row:
        sentence = f"{wanted.path}: these accounts are synced already, as “{taken.name}”."
        raise DocumentErrors([sentence])
    if row is None or (row.hubspot, row.quickbooks) == (sides["hubspot"], sides["quickbooks"]):
        return
    if row.links.exists():
        sentence = f"{wanted.path}: “{row.name}” has links with other accounts; use another name."
        raise DocumentErrors([sentence])
