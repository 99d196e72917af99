"""What a client may send: field names, types and lengths, from the data files. Knows no rules
between fields and no company."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import simplejson

from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.stamps import DATE, is_date

Fields = dict[str, Any]
DATA = Path(__file__).parent / "data"
# Flagged read-only in the reference, yet taken where it identifies or when a record is created
TAKEN_ANYWAY = {("Customer", "CurrencyRef"), ("Vendor", "CurrencyRef"), ("Line", "Id")} | {
    ("CustomField", name) for name in ("DefinitionId", "Name", "Type")
}
ENVELOPE = {"Id", "SyncToken", "MetaData", "domain", "sparse", "status"}
# The one text inside a small type that carries the length given for the whole field
TEXT_INSIDE = {"TelephoneNumber": "FreeFormNumber", "WebSiteAddress": "URI"}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@cache
def read_data(name: str) -> Any:
    return simplejson.loads((DATA / f"{name}.json").read_text("utf-8"), use_decimal=True)


def known_fields(entity: str) -> Mapping[str, Mapping[str, Any]]:
    fields: Mapping[str, Mapping[str, Any]] = read_data("entities")[entity]
    return fields


def cleaned(entity: str, body: Mapping[str, Any]) -> Fields:
    """The writable part; None where the client asked for emptiness. What only Intuit's schema
    knows and what is read-only is dropped without a word (quickbooks-api.md 1)."""
    if not isinstance(body, Mapping):
        raise Fault("2000", f"Object Name: {entity} must be an object")
    fields = known_fields(entity)
    return _cleaned_fields(entity, fields, body, skip=ENVELOPE)


def _cleaned_fields(
    owner: str, fields: Mapping[str, Any], body: Mapping[str, Any], skip: set[str]
) -> Fields:
    clean: Fields = {}
    for name, value in body.items():
        if name in skip:
            continue
        field = fields.get(name)
        if field is None:
            if _is_misspelt_subtotal(name):
                continue
            raise Fault("2010", f"Property Name:{name} is unsupported or invalid", name)
        if field.get("xsdOnly"):
            continue
        if field.get("readOnly") and (owner, name) not in TAKEN_ANYWAY:
            continue
        clean[name] = _value(name, field, value)
    return clean


def _is_misspelt_subtotal(name: str) -> bool:
    return name == "SubtotalLineDetail"  # python-quickbooks sends it back, and lives with it


def _value(name: str, field: Mapping[str, Any], value: Any) -> Any:
    if value is None or value == "":
        return None
    if field.get("list"):
        return [_single(name, field, one) for one in _as_list(name, value)]
    return _single(name, field, value)


def _as_list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Fault("2010", f"Property Name:{name} must be a list", name)
    return value


def _single(name: str, field: Mapping[str, Any], value: Any) -> Any:
    match field["type"]:
        case "string":
            return _text(name, field, value)
        case "number" | "integer":
            return _number(name, field, value)
        case "boolean":
            return _boolean(name, value)
        case "date":
            return _date(name, value)
        case "datetime" | "object":
            return value
        case "ReferenceType":
            return _reference(name, value)
        case "EmailAddress":
            return _email(name, value)
        case kind:
            return _inner(name, field, kind, value)


def _text(name: str, field: Mapping[str, Any], value: Any) -> str | None:
    if isinstance(value, dict | list):
        raise Fault("2010", f"Property Name:{name} must be a text", name)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    check_length(name, text, field.get("maxLength"))
    choices = field.get("enum")
    if isinstance(choices, str):
        choices = read_data("enums").get(choices)
    if choices and text not in choices:
        raise Fault("2170", f"Invalid Enumeration : {text}", name)
    return text


def check_length(name: str, text: str, most: int | None) -> None:
    if most is not None and len(text) > most:
        detail = f"String length specified does not match the supported length. Min: 0, Max: {most}"
        raise Fault("2050", f"{detail}, Supplied: {len(text)}", name)


def _number(name: str, field: Mapping[str, Any], value: Any) -> Decimal | int:
    try:
        number = Decimal(str(value)) if not isinstance(value, bool | dict | list) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise Fault("2080", f"Invalid Number Format. Supplied value:{value}", name)
    if not field.get("min", number) <= number <= field.get("max", number):
        raise Fault("2240", f"Invalid Number Range. Supplied value:{value}", name)
    if number.adjusted() >= 15:  # quickbooks-api.md 3: up to 15 digits
        raise Fault("2090", f"Invalid Number : {value}", name)
    return int(number) if field["type"] == "integer" else number


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise Fault("2230", f"Invalid Boolean. Supplied value:{value}", name)


def _date(name: str, value: Any) -> str:
    text = str(value)
    if not DATE.match(text):
        raise Fault("2060", f"Invalid Date Format. Supplied value:{value}", name)
    if not is_date(text[:10]):
        raise Fault("2070", f"Invalid Date. Supplied value:{value}", name)
    return text[:10]


def _reference(name: str, value: Any) -> Fields | None:
    # only `value` counts on write, `name` is decoration (quickbooks-api.md 3)
    target = value.get("value") if isinstance(value, Mapping) else value
    if target is None or target == "":
        return None
    if isinstance(target, dict | list | bool):
        raise Fault("2030", f"Invalid ID. Supplied value:{target}", name)
    return {"value": str(target)}


def _email(name: str, value: Any) -> Fields | None:
    address = value.get("Address") if isinstance(value, Mapping) else value
    if address is None or address == "":
        return None
    most = 200 if name in ("BillEmailCc", "BillEmailBcc") else 100  # quickbooks-api.md 4, 8
    check_length(name, str(address), most)
    # quickbooks-api.md 4: "@" and "." needed; several addresses may share the field
    for part in str(address).split(","):
        if not EMAIL.fullmatch(part.strip()):
            raise Fault("2210", f"Email Address does not conform: {address}", name)
    return {"Address": str(address)}


def _inner(name: str, field: Mapping[str, Any], kind: str, value: Any) -> Fields | None:
    fields = read_data("types").get(kind)
    if fields is None:
        return None
    if not isinstance(value, Mapping):
        raise Fault("2010", f"Property Name:{name} must be an object", name)
    clean = _cleaned_fields(kind, fields, value, skip=set())
    clean = {key: inner for key, inner in clean.items() if inner is not None}
    if text_inside := TEXT_INSIDE.get(kind):
        check_length(name, clean.get(text_inside, ""), field.get("maxLength"))
    return clean if clean or kind in ("SubTotalLineDetail", "DescriptionLineDetail") else None
