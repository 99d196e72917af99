"""Where each vendor asks people for their consent, hands out tokens and takes them back."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncapp.engine.records import Side

# quickbooks-api.md 2. The discovery document says the same and is not read at run time.
INTUIT_AUTHORIZE = "https://appcenter.intuit.com/connect/oauth2"
INTUIT_TOKEN = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"  # noqa: S105
INTUIT_REVOKE = "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"
INTUIT_SCOPES = ("com.intuit.quickbooks.accounting",)

HUBSPOT_OAUTH_VERSION = "2026-09"  # hubspot-api.md 3.2
# hubspot-api.md 3.3: what we read and write, and where we keep properties of our own
_HUBSPOT_OBJECTS = ("contacts", "products", "line_items", "invoices", "commercepayments")
HUBSPOT_SCOPES = (
    "oauth",
    *(f"crm.objects.{name}.{right}" for name in _HUBSPOT_OBJECTS for right in ("read", "write")),
    "crm.objects.companies.read",
    "crm.schemas.contacts.write",
    "crm.schemas.invoices.write",
    "crm.schemas.commercepayments.write",
    "e-commerce",
)


@dataclass(frozen=True, slots=True)
class Vendor:
    """Where a vendor's endpoints are and how our keys are shown there."""

    side: Side
    authorize: str
    token: str
    revoke: str
    scopes: tuple[str, ...]
    headers: Mapping[str, str]
    has_keys_in_body: bool


def hubspot(api_base: str, app_base: str) -> Vendor:
    token = f"{api_base.rstrip('/')}/oauth/{HUBSPOT_OAUTH_VERSION}/token"
    return Vendor(
        side=Side.HUBSPOT,
        authorize=f"{app_base.rstrip('/')}/oauth/authorize",
        token=token,
        revoke=f"{token}/revoke",
        scopes=HUBSPOT_SCOPES,
        headers={},
        has_keys_in_body=True,
    )


def quickbooks(base: str = "") -> Vendor:
    """Without a base Intuit's own three hosts, with one everything below it."""
    below = base.rstrip("/")
    return Vendor(
        side=Side.QUICKBOOKS,
        authorize=f"{below}/connect/oauth2" if below else INTUIT_AUTHORIZE,
        token=f"{below}/oauth2/v1/tokens/bearer" if below else INTUIT_TOKEN,
        revoke=f"{below}/v2/oauth2/tokens/revoke" if below else INTUIT_REVOKE,
        scopes=INTUIT_SCOPES,
        headers={"x-include-refresh-token-hard-expires-in": "true"},
        has_keys_in_body=False,
    )
