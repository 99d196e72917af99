"""What an account's property definitions say a property is. Pure."""

from collections.abc import Mapping
from typing import Any

from syncapp.connectors.hubspot.objects import ASSOCIATED_COMPANY, Kind, ObjectType
from syncapp.engine.field_types import FieldInfo, FieldType
from syncapp.engine.records import Entity

_KINDS = {  # hubspot-api.md 9 [SPEC]; all else is text
    "number": Kind.NUMBER,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
    "bool": Kind.BOOL,
    "enumeration": Kind.CHOICE,
}
_TYPES = {
    Kind.TEXT: FieldType.TEXT,
    Kind.CHOICE: FieldType.CHOICE,
    Kind.NUMBER: FieldType.NUMBER,
    Kind.DATE: FieldType.DATE,
    Kind.DATETIME: FieldType.DATETIME,
    Kind.BOOL: FieldType.BOOLEAN,
    Kind.DAY: FieldType.DATE,
}
_SEVERAL = "checkbox"
_SINGLE = "booleancheckbox"
_CALCULATED = "calculation"  # calculation_equation, calculation_score, …

# What HubSpot holds as associations, for the mapping page
MADE: Mapping[Entity, tuple[FieldInfo, ...]] = {
    Entity.CONTACT: (FieldInfo(ASSOCIATED_COMPANY, "Primary company", is_read_only=True),),
    Entity.PRODUCT: (),
    Entity.INVOICE: (
        FieldInfo("contact", "Contact", FieldType.REFERENCE, is_required=True),
        FieldInfo("contact_count", "Number of contacts", FieldType.NUMBER, is_read_only=True),
        FieldInfo("lines", "Lines", FieldType.LINES, is_required=True),
    ),
    Entity.PAYMENT: (
        FieldInfo("invoice", "Invoice", FieldType.REFERENCE),
        FieldInfo("invoice_count", "Number of invoices", FieldType.NUMBER, is_read_only=True),
        FieldInfo("contact", "Contact", FieldType.REFERENCE),
    ),
}


def kind_of(kind: ObjectType, definition: Mapping[str, Any]) -> Kind:
    known = kind.kinds.get(str(definition["name"]))
    if known is Kind.DAY:
        return known
    if definition.get("fieldType") == _SINGLE:  # also of an enumeration with true and false
        return Kind.BOOL
    return _KINDS.get(str(definition.get("type")), Kind.TEXT)


def field_info(kind: ObjectType, definition: Mapping[str, Any]) -> FieldInfo:
    name = str(definition["name"])
    type = _type(kind, definition)
    return FieldInfo(
        name=name,
        label=str(definition.get("label") or name),
        type=type,
        is_read_only=_is_read_only(definition),
        is_required=name in kind.required,
        options=tuple(
            (str(option["value"]), str(option.get("label") or option["value"]))
            for option in definition.get("options") or ()
            if not option.get("hidden")
        )
        if type in (FieldType.CHOICE, FieldType.CHOICES)
        else (),
    )


def _type(kind: ObjectType, definition: Mapping[str, Any]) -> FieldType:
    value_kind = kind_of(kind, definition)
    if value_kind is not Kind.CHOICE:
        return _TYPES[value_kind]
    if definition.get("referencedObjectType") == "OWNER":
        return FieldType.OWNER
    return FieldType.CHOICES if definition.get("fieldType") == _SEVERAL else FieldType.CHOICE


def _is_read_only(definition: Mapping[str, Any]) -> bool:
    metadata = definition.get("modificationMetadata") or {}
    return bool(
        metadata.get("readOnlyValue")
        or definition.get("calculated")
        or str(definition.get("fieldType")).startswith(_CALCULATED)
    )
