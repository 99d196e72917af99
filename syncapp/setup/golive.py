"""The go-live check: asks both accounts what the rules need to know before they are switched on.

Never inside a transaction: it speaks to the vendors. What it finds is kept with the integration
for pages; a rule that is on already is not switched off by it.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from syncapp.connectors.base import Account
from syncapp.connectors.hubspot import survey as hubspot
from syncapp.connectors.quickbooks import survey as quickbooks
from syncapp.connectors.transport import Transport
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.engine.said import joined, said
from syncapp.errors import AuthorizationLost, ConfigurationError, InvariantBroken, RemoteError
from syncapp.models import Connection, Integration, RecordLink, SyncRule
from syncapp.objects.golive import blocking, findings
from syncapp.objects.golive_checks import shows_balances_only
from syncapp.objects.golive_facts import (
    BookAccount,
    CompanyFacts,
    Facts,
    GoLiveFinding,
    PortalFacts,
    RuleWanted,
    Severity,
)
from syncapp.pipeline.connect import transport_for
from syncapp.pipeline.credentials import StoredCredentials, oauth_client
from syncapp.pipeline.guards.payment_probe import Probe, judge, probe
from syncapp.pipeline.identify import Credentials, transport_of
from syncapp.setup.switch import switch

INTUIT_HOST = "quickbooks.api.intuit.com"
EXPIRES_SOON = timedelta(days=30)

Given = Mapping[Side, Credentials]  # of connections whose tokens are in no row yet


def check(
    integration: Integration, rules: Sequence[RuleWanted], given: Given | None = None
) -> tuple[GoLiveFinding, ...]:
    """Raises `Unavailable` and the like when a vendor cannot be asked. The integration and its
    connections need not be stored yet; `given` are then their tokens."""
    if transaction.get_connection().in_atomic_block:
        raise InvariantBroken("The go-live check was asked for inside a database transaction.")
    given = given or {}
    facts = Facts(
        company=_company(integration, rules, given.get(Side.QUICKBOOKS)),
        portal=_portal(integration, rules, given.get(Side.HUBSPOT)),
        expiring=_expiring(integration),
    )
    return findings(facts, rules)


def remember(integration: Integration, found: Sequence[GoLiveFinding]) -> None:
    integration.golive = [as_json(one) for one in found]
    integration.golive_at = timezone.now()
    integration.save(update_fields=["golive", "golive_at"])


def require(found: Sequence[GoLiveFinding], entity: Entity) -> None:
    """Raises `ConfigurationError` with what hinders this entity's rule."""
    if hindering := blocking(found, entity):
        raise ConfigurationError(joined(" ", *(one.sentence for one in hindering)))


def wanted(rule: SyncRule) -> RuleWanted:
    return RuleWanted(Entity(rule.entity), Direction(rule.direction), rule.options)


def rules_of(integration: Integration) -> list[RuleWanted]:
    """All of them, on or not: the check is about what hinders switching on."""
    return [wanted(rule) for rule in integration.rules.order_by("id")]


def switch_on(rule: SyncRule, by: User | None = None) -> str:
    """Asks both vendors first. Raises `ConfigurationError` when something blocks this rule; a
    vendor that does not answer blocks nothing, and the answer says so."""
    integration, warning = rule.integration, ""
    try:
        found = check(integration, rules_of(integration))
    except RemoteError as silence:
        warning = said(
            "The accounts were not checked: {silence_message}", silence_message=silence.message
        )
    else:
        remember(integration, found)
        require(found, Entity(rule.entity))
    switch(rule, on=True, by=by)
    return warning


def as_json(finding: GoLiveFinding) -> dict[str, Any]:
    return {**asdict(finding), "facts": dict(finding.facts)}


def is_blocked(found: Sequence[GoLiveFinding]) -> bool:
    return any(one.severity is Severity.BLOCKING for one in found)


def _company(
    integration: Integration, rules: Sequence[RuleWanted], given: Credentials | None
) -> CompanyFacts:
    connection = integration.quickbooks
    with closing(quickbooks.Survey(_transport(connection, given), connection.account_id)) as survey:
        account = survey.account()
        entities = {rule.entity for rule in rules}
        return CompanyFacts(
            country=account.country,
            currency=account.currency,
            subscription=account.settings.get("SubscriptionStatus", ""),
            is_sandbox=urlsplit(settings.QUICKBOOKS_API_BASE).hostname != INTUIT_HOST,
            preferences=account.settings,
            accounts={
                id: BookAccount(*shown)
                for id, shown in survey.book_accounts(_income_accounts(rules)).items()
            },
            items_without_sku=survey.items_without_sku() if Entity.PRODUCT in entities else None,
            customers_without_email=(
                survey.customers_without_email() if Entity.CONTACT in entities else None
            ),
            doubled=_doubled(integration, survey),
        )


def _income_accounts(rules: Sequence[RuleWanted]) -> set[str]:
    return {str(id) for rule in rules if (id := rule.options.get("income_account"))}


def _doubled(integration: Integration, survey: quickbooks.Survey) -> tuple[str, ...]:
    """Of payments that came from HubSpot; an invoice that came from there is no second one."""
    if integration.pk is None:
        return ()
    ours = RecordLink.objects.filter(
        integration=integration, origin=Side.HUBSPOT, quickbooks_id__isnull=False
    )
    ids = {
        entity: list(ours.filter(entity=entity).values_list("quickbooks_id", flat=True))
        for entity in (Entity.PAYMENT, Entity.INVOICE)
    }
    payments = {str(id).partition("/")[0] for id in ids[Entity.PAYMENT]}
    return survey.doubles_of(payments, [str(id) for id in ids[Entity.INVOICE]])


def _portal(
    integration: Integration, rules: Sequence[RuleWanted], given: Credentials | None
) -> PortalFacts:
    connection = integration.hubspot
    with closing(hubspot.Survey(_transport(connection, given))) as survey:
        account = survey.account()
        missing = _missing_scopes(connection, survey, rules, given)
        may_search = any(rule.entity is Entity.INVOICE for rule in rules) and not any(
            scope == "crm.objects.invoices.read" for scopes in missing.values() for scope in scopes
        )
        is_prepared = connection.prepared_version > 0
        payments = _probe(integration)
        return PortalFacts(
            currencies=_currencies(account),
            missing_scopes=missing,
            foreign_invoices=(
                survey.invoices_of_another_sync(has_key=is_prepared) if may_search else 0
            ),
            api_payments=payments.verdict,
            api_payments_why=payments.sentence,
        )


def _probe(integration: Integration) -> Probe:
    """From what stands in our own rows; an account nobody has read yet has none."""
    if integration.pk is None or not integration.hubspot.account:
        return judge(frozenset(), was_refused=False, was_taken=False)
    return probe(integration)


def _currencies(account: Account) -> frozenset[str]:
    more = account.settings.get("additionalCurrencies", "").split(",")
    return frozenset(filter(None, [account.currency, *more]))


def _missing_scopes(
    connection: Connection,
    survey: hubspot.Survey,
    rules: Sequence[RuleWanted],
    given: Credentials | None,
) -> dict[Entity, tuple[str, ...]]:
    """Of an OAuth token HubSpot says what it may; of another one it is tried."""
    once = () if connection.prepared_version else hubspot.SCHEMA_SCOPES
    needed = {rule.entity: (*_needed_scopes(rule), *once) for rule in rules}
    granted = _granted(connection, given)
    if granted is not None:
        return {entity: hubspot.missing(granted, scopes) for entity, scopes in needed.items()}
    asked = {scope for scopes in needed.values() for scope in scopes}
    refused = set(survey.unreadable(sorted(asked)))
    return {
        entity: tuple(scope for scope in scopes if scope in refused)
        for entity, scopes in needed.items()
    }


def _needed_scopes(rule: RuleWanted) -> tuple[str, ...]:
    needed = hubspot.needed_scopes(rule.entity, rule.direction)
    if not shows_balances_only(rule):
        return needed
    return tuple(scope for scope in needed if scope != hubspot.PAYMENT_WRITE_SCOPE)


def _granted(connection: Connection, given: Credentials | None) -> frozenset[str] | None:
    is_oauth = given.refresh_token if given else connection.refresh_token
    if not is_oauth or not settings.HUBSPOT_CLIENT_ID:
        return None
    token = given.access_token() if given else StoredCredentials(connection).access_token()
    return oauth_client(Side.HUBSPOT).granted_scopes(token)


def _transport(connection: Connection, given: Credentials | None) -> Transport:
    if given is not None:
        return transport_of(given)
    if connection.needs_reconnect:
        raise AuthorizationLost(
            said("“{connection_name}” must be reconnected.", connection_name=connection.name)
        )
    return transport_for(connection, read_only=True)


def _expiring(integration: Integration) -> dict[str, Any]:
    """A consent that ends; without a refresh token the access token is all there is."""
    soon = timezone.now() + EXPIRES_SOON
    ends = {
        one.name: one.refresh_expires_at if one.refresh_token else one.expires_at
        for one in (integration.hubspot, integration.quickbooks)
    }
    return {name: end for name, end in ends.items() if end is not None and end < soon}
