"""The account, its owners, tax rates and the app's installation: hubspot-api.md 2, 5.7, 9."""

from collections.abc import Mapping

from sandbox.hubspot.endpoints import account, manual_payments, older_definitions
from sandbox.hubspot.routes.route import Endpoint, Needs, Route, reading, writing
from sandbox.hubspot.scopes import Needed, to_read_definitions

_BETA = ("2027-03-beta",)


def _needing(*scopes: str) -> Needs:
    def needs(_variables: Mapping[str, str]) -> Needed:
        return (scopes,)

    return needs


def _owners(rest: str, endpoint: Endpoint) -> Route:
    needs = _needing("crm.objects.owners.read")
    return reading("GET", f"/crm/{{v}}/owners{rest}", endpoint, needs)


def _tax_rates(rest: str, endpoint: Endpoint) -> Route:
    path, versions = f"/tax-rates/{{v}}/tax-rates{rest}", ("v1", "2026-03", "2026-09")
    return reading("GET", path, endpoint, _needing("tax_rates.read"), versions)


PLATFORM = (
    reading(
        "GET",
        "/properties/{v}/{type}/properties",
        older_definitions.list_properties,
        to_read_definitions,
        ("v1", "v2"),
    ),
    reading("GET", "/crm/{v}/schemas", older_definitions.list_schemas, _needing("oauth")),
    _owners("", account.list_owners),
    _owners("/", account.list_owners),
    _owners("/{id}", account.read_owner),
    reading("GET", "/account-info/{v}/details", account.details, _needing("oauth")),
    reading(
        "GET",
        "/account-info/{v}/api-usage/daily/private-apps",
        account.api_usage,
        _needing("oauth"),
    ),
    _tax_rates("", account.list_tax_rates),
    _tax_rates("/{id}", account.read_tax_rate),
    writing(
        "POST",
        "/commerce/payments/{v}/manual-payments",
        manual_payments.record_payment,
        _needing("crm.objects.commercepayments.write"),
        _BETA,
    ),
)
