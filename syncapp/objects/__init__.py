"""What is special about each entity: default mappings, keys, automatic filters, guards.

As pure as the engine. A new entity is one file here and one line below.
"""

from collections.abc import Mapping

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction, EntityRules, FieldMapping, Filter, MatchKey
from syncapp.objects import contact, invoice, payment, product

SPECIAL: Mapping[Entity, EntityRules] = {
    Entity.CONTACT: contact.ContactRules(),
    Entity.PRODUCT: product.ProductRules(),
    Entity.INVOICE: invoice.InvoiceRules(),
    Entity.PAYMENT: payment.PaymentRules(),
}

DEFAULT_MAPPINGS: Mapping[Entity, tuple[FieldMapping, ...]] = {
    Entity.CONTACT: contact.MAPPINGS,
    Entity.PRODUCT: product.MAPPINGS,
    Entity.INVOICE: invoice.MAPPINGS,
    Entity.PAYMENT: payment.MAPPINGS,
}

MATCH_KEYS: Mapping[Entity, tuple[MatchKey, ...]] = {
    Entity.CONTACT: contact.MATCH_KEYS,
    Entity.PRODUCT: product.MATCH_KEYS,
    Entity.INVOICE: (),
    Entity.PAYMENT: (),
}

# Where one way is better than both.
RECOMMENDED_DIRECTIONS: Mapping[Entity, Direction] = {Entity.PRODUCT: product.RECOMMENDED_DIRECTION}

# On until somebody takes them away.
RECOMMENDED_FILTERS: Mapping[Entity, Mapping[Direction, Filter]] = {
    Entity.CONTACT: contact.RECOMMENDED_FILTERS,
    Entity.PRODUCT: {},
    Entity.INVOICE: {},
    Entity.PAYMENT: {},
}
