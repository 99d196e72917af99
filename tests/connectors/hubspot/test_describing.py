"""Property definitions as HubSpot sends them, and what we make of them."""

from typing import Any

import pytest

from syncapp.connectors.hubspot.describing import field_info
from syncapp.connectors.hubspot.objects import CONTACTS, INVOICES
from syncapp.engine.field_types import FieldType


def definition(type: str, field_type: str, **more: Any) -> dict[str, Any]:
    return {"name": "size", "label": "Size", "type": type, "fieldType": field_type, **more}


@pytest.mark.parametrize(
    ("type", "field_type", "expected"),
    [
        ("string", "text", FieldType.TEXT),
        ("string", "textarea", FieldType.TEXT),
        ("phone_number", "phonenumber", FieldType.TEXT),
        ("number", "number", FieldType.NUMBER),
        ("date", "date", FieldType.DATE),
        ("datetime", "date", FieldType.DATETIME),
        ("bool", "booleancheckbox", FieldType.BOOLEAN),
        ("enumeration", "booleancheckbox", FieldType.BOOLEAN),
        ("enumeration", "select", FieldType.CHOICE),
        ("enumeration", "radio", FieldType.CHOICE),
        ("enumeration", "checkbox", FieldType.CHOICES),
    ],
)
def test_a_property_is_what_its_types_say(type: str, field_type: str, expected: FieldType) -> None:
    assert field_info(CONTACTS, definition(type, field_type)).type is expected


def test_an_owner_is_a_user_and_no_choice() -> None:
    owner = definition("enumeration", "select", referencedObjectType="OWNER", externalOptions=True)
    assert field_info(CONTACTS, owner).type is FieldType.OWNER


@pytest.mark.parametrize(
    "said",
    [
        {"calculated": True},
        {"modificationMetadata": {"readOnlyValue": True}},
        {"fieldType": "calculation_equation"},
        {"fieldType": "calculation_score"},
    ],
)
def test_what_hubspot_computes_is_read_only(said: dict[str, Any]) -> None:
    info = field_info(CONTACTS, {**definition("number", "number"), **said})
    assert info.is_read_only
    assert info.type is FieldType.NUMBER


def test_an_invoice_date_is_a_day_though_hubspot_keeps_an_instant() -> None:
    info = field_info(INVOICES, {**definition("datetime", "date"), "name": "hs_due_date"})
    assert info.type is FieldType.DATE


def test_hidden_options_are_not_offered() -> None:
    options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B", "hidden": True}]
    info = field_info(CONTACTS, definition("enumeration", "radio", options=options))
    assert info.options == (("a", "A"),)
