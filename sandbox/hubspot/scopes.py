"""The scopes an account can grant, and which a call needs: hubspot-api.md 3.3 [SPEC]."""

from collections.abc import Mapping

from sandbox.hubspot.object_types import object_type

_OBJECTS = ("contacts", "companies", "products", "line_items", "invoices", "commercepayments")
_SCHEMAS = ("contacts", "companies", "invoices", "commercepayments")

ALL_SCOPES = (
    "oauth",
    *(f"crm.objects.{name}.{right}" for name in _OBJECTS for right in ("read", "write")),
    *(f"crm.schemas.{name}.{right}" for name in _SCHEMAS for right in ("read", "write")),
    "crm.objects.owners.read",
    "e-commerce",
    "tax_rates.read",
    "settings.currencies.read",
    "external-settings-access",
)

Needed = tuple[tuple[str, ...], ...]  # of each group one


def to_read(variables: Mapping[str, str]) -> Needed:
    return (object_type(variables["type"]).read_scopes,)


def to_write(variables: Mapping[str, str]) -> Needed:
    return (object_type(variables["type"]).write_scopes,)


def to_read_definitions(variables: Mapping[str, str]) -> Needed:
    """The object's read scope or that of its schema."""
    kind = object_type(variables["type"])
    schema = kind.schema_scope.replace(".write", ".read")
    return ((*kind.read_scopes, schema),)


def to_write_definitions(variables: Mapping[str, str]) -> Needed:
    return ((object_type(variables["type"]).schema_scope,),)


def to_read_links(variables: Mapping[str, str]) -> Needed:
    return tuple(object_type(variables[end]).read_scopes for end in ("from", "to"))


def to_write_links(variables: Mapping[str, str]) -> Needed:
    return tuple(object_type(variables[end]).write_scopes for end in ("from", "to"))
