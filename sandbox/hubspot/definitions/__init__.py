"""The properties HubSpot itself defines, per record type."""

from sandbox.hubspot.definitions.billing import INVOICE, PAYMENT
from sandbox.hubspot.definitions.definition import Definition
from sandbox.hubspot.definitions.goods import ADJUSTMENT, DISCOUNT, LINE_ITEM, PRODUCT
from sandbox.hubspot.definitions.people_and_companies import COMPANY, CONTACT

_TABLES: dict[str, tuple[Definition, ...]] = {
    "contacts": CONTACT,
    "companies": COMPANY,
    "products": PRODUCT,
    "line_items": LINE_ITEM,
    "invoices": INVOICE,
    "commerce_payments": PAYMENT,
    "discounts": DISCOUNT,
    "fees": ADJUSTMENT,
    "taxes": ADJUSTMENT,
}

HUBSPOT_DEFINED: dict[str, dict[str, Definition]] = {
    name: {definition.name: definition for definition in table} for name, table in _TABLES.items()
}

__all__ = ["HUBSPOT_DEFINED", "Definition"]
