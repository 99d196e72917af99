"""The record types of the simulator: names, type ids and what differs between them on reads."""

from dataclasses import dataclass

from sandbox.hubspot.errors import invalid


@dataclass(frozen=True, slots=True)
class ObjectType:
    name: str
    singular: str
    type_id: str
    shown: tuple[str, ...]  # returned when nothing is asked for: hubspot-api.md 8 [SEARCH]
    searched: tuple[str, ...]  # where a search's `query` looks
    scopes: tuple[str, ...]  # prefixes before .read and .write: hubspot-api.md 3.3
    schema_scope: str  # to create properties: hubspot-api.md 3.3
    modified: str = "hs_lastmodifieddate"
    mergeable: bool = False

    @property
    def read_scopes(self) -> tuple[str, ...]:
        return tuple(s if s == "e-commerce" else f"{s}.read" for s in self.scopes)

    @property
    def write_scopes(self) -> tuple[str, ...]:
        return tuple(s if s == "e-commerce" else f"{s}.write" for s in self.scopes)


_STAMPS = ("createdate", "hs_lastmodifieddate", "hs_object_id")
_LINES = ("crm.objects.line_items", "e-commerce")

# names and ids: hubspot-api.md 5 [OBJ][SEARCH]
OBJECT_TYPES = {
    kind.name: kind
    for kind in (
        ObjectType(
            "contacts",
            "contact",
            "0-1",
            ("createdate", "email", "firstname", "lastname", "hs_object_id", "lastmodifieddate"),
            ("firstname", "lastname", "email", "phone", "company"),
            ("crm.objects.contacts",),
            "crm.schemas.contacts.write",
            modified="lastmodifieddate",
            mergeable=True,
        ),
        ObjectType(
            "companies",
            "company",
            "0-2",
            ("name", "domain", *_STAMPS),
            ("name", "domain", "phone", "website"),
            ("crm.objects.companies",),
            "crm.schemas.companies.write",
            mergeable=True,
        ),
        ObjectType(
            "products",
            "product",
            "0-7",
            ("name", "description", "price", *_STAMPS),
            ("name", "description", "price", "hs_sku"),
            ("crm.objects.products", "e-commerce"),
            "e-commerce",
        ),
        ObjectType(
            "line_items",
            "line_item",
            "0-8",
            ("quantity", "amount", "price", *_STAMPS),
            ("name", "description", "hs_sku"),
            _LINES,
            "e-commerce",
        ),
        ObjectType(
            "invoices",
            "invoice",
            "0-53",
            _STAMPS,
            ("hs_number", "hs_title"),
            ("crm.objects.invoices",),
            "crm.schemas.invoices.write",
        ),
        ObjectType(
            "commerce_payments",
            "commerce_payment",
            "0-101",
            _STAMPS,
            ("hs_customer_email", "hs_reference_number"),
            ("crm.objects.commercepayments",),
            "crm.schemas.commercepayments.write",
        ),
        ObjectType("discounts", "discount", "0-84", _STAMPS, ("hs_label",), _LINES, "e-commerce"),
        ObjectType("fees", "fee", "0-85", _STAMPS, ("hs_label",), _LINES, "e-commerce"),
        ObjectType("taxes", "tax", "0-86", _STAMPS, ("hs_label",), _LINES, "e-commerce"),
    )
}

# plural, singular (hubspot-api.md 6.2 **T**) and type id (4 [OBJ]) all name a type
_BY_ANY_NAME = {
    name: kind
    for kind in OBJECT_TYPES.values()
    for name in (kind.name, kind.singular, kind.type_id)
}


def known_type(name: str) -> ObjectType | None:
    return _BY_ANY_NAME.get(name.lower())


def object_type(name: str) -> ObjectType:
    found = known_type(name)
    if found is None:
        raise invalid(f"Unable to infer object type from: {name}")
    return found
