"""What the go-live check asks of a portal: a handful of calls, all of them reads."""

from collections.abc import Collection, Mapping

from syncapp.connectors.base import Account
from syncapp.connectors.hubspot import accounts
from syncapp.connectors.hubspot.endpoints import API_VERSION, Endpoints
from syncapp.connectors.hubspot.faults import error_in
from syncapp.connectors.hubspot.objects import INVOICES, KEY
from syncapp.connectors.transport import Request, Transport
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction

# hubspot-api.md 3.3: our key is a property of every object, made once, whatever the rules are
SCHEMA_SCOPES = (
    "crm.schemas.contacts.write",
    "crm.schemas.invoices.write",
    "crm.schemas.commercepayments.write",
    "e-commerce",
)
PAYMENT_WRITE_SCOPE = "crm.objects.commercepayments.write"
_LEGACY_GOODS = "e-commerce"  # hubspot-api.md 3.3: stands for products and line items too


def needed_scopes(entity: Entity, direction: Direction) -> tuple[str, ...]:
    """hubspot-api.md 3.3."""
    names = {
        Entity.CONTACT: ("contacts",),
        Entity.PRODUCT: ("products",),
        Entity.INVOICE: ("invoices", "line_items", "contacts"),
        Entity.PAYMENT: ("commercepayments",),
    }[entity]
    scopes = [f"crm.objects.{name}.read" for name in names]
    if direction.reaches(Side.HUBSPOT):
        scopes += [f"crm.objects.{name}.write" for name in names]
    if entity is Entity.INVOICE and direction.reaches(Side.QUICKBOOKS):
        scopes += needed_scopes(Entity.PAYMENT, Direction.BOTH)
    return tuple(scopes)


def missing(granted: Collection[str], needed: Collection[str]) -> tuple[str, ...]:
    return tuple(scope for scope in needed if not _is_granted(scope, granted))


def _is_granted(scope: str, granted: Collection[str]) -> bool:
    is_goods = scope.startswith(("crm.objects.products.", "crm.objects.line_items."))
    return scope in granted or (is_goods and _LEGACY_GOODS in granted)


class Survey:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._endpoints = Endpoints(transport)

    def account(self) -> Account:
        return accounts.account(self._endpoints.account())

    def unreadable(self, scopes: Collection[str]) -> tuple[str, ...]:
        """Of a token that nobody can ask for its scopes: the reading ones that are refused. What
        may be written shows with the first write only."""
        found = []
        for scope in scopes:
            name, _, right = scope.rpartition(".")
            if right == "read" and not self._may_read(name.rpartition(".")[2]):
                found.append(scope)
        return tuple(found)

    def invoices_of_another_sync(self, *, has_key: bool) -> int:
        """hubspot-api.md 7.6. `has_key`: the property that marks our own copies exists."""
        filters: list[Mapping[str, str]] = [
            {"propertyName": "hs_invoice_source", "operator": "EQ", "value": "data_sync"}
        ]
        if has_key:
            filters.append({"propertyName": KEY, "operator": "NOT_HAS_PROPERTY"})
        body = {"filterGroups": [{"filters": filters}], "properties": [], "limit": 1}
        return self._endpoints.search(INVOICES, body).total or 0

    def close(self) -> None:
        self._transport.close()

    def _may_read(self, name: str) -> bool:
        path = f"/crm/objects/{API_VERSION}/{_PATHS.get(name, name)}"
        response = self._transport.send(Request("GET", path, params={"limit": "1"}, is_read=True))
        return response.status != 403 and not error_in(response).missing_scopes


_PATHS = {"commercepayments": "commerce_payments"}
