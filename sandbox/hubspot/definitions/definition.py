"""A property definition and the short forms in which the tables of this folder state them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

# HubSpot's own definitions predate every account
DEFINED_AT = "2020-06-30T15:57:37.247Z"


@dataclass(frozen=True, slots=True)
class Definition:
    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    group: str = ""
    description: str = ""
    options: tuple[tuple[str, str], ...] = ()  # (value, label)
    options_from: str = ""  # "currencies" or "owners" of the account
    unique: bool = False
    read_only: bool = False
    calculated: bool = False
    is_money: bool = False
    hubspot_defined: bool = True
    own: Mapping[str, Any] | None = None  # the API form of a property an app or person made

    @property
    def takes_several(self) -> bool:
        return self.type == "enumeration" and self.field_type == "checkbox"

    def in_group(self, group: str) -> "Definition":
        return replace(self, group=group)

    def as_json(self) -> dict[str, Any]:
        """hubspot-api.md 9 [SPEC]."""
        if self.own is not None:
            return dict(self.own)
        return {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "groupName": self.group,
            "description": self.description,
            "options": [
                option_json(value, label, order)
                for order, (value, label) in enumerate(self.options)
            ],
            "displayOrder": -1,
            "calculated": self.calculated,
            "externalOptions": bool(self.options_from),
            "hasUniqueValue": self.unique,
            **({"referencedObjectType": "OWNER"} if self.options_from == "owners" else {}),
            "hidden": False,
            "hubspotDefined": True,
            "formField": not self.read_only,
            "archived": False,
            "showCurrencySymbol": self.is_money,
            "createdAt": DEFINED_AT,
            "updatedAt": DEFINED_AT,
            "modificationMetadata": {
                "archivable": False,
                "readOnlyDefinition": True,
                "readOnlyOptions": True,
                "readOnlyValue": self.read_only,
            },
        }


def option_json(value: str, label: str, order: int) -> dict[str, Any]:
    return {"value": value, "label": label, "displayOrder": order, "hidden": False}


def text(name: str, label: str = "", *, long: bool = False, unique: bool = False) -> Definition:
    field_type = "textarea" if long else "text"
    return Definition(name, label or _label(name), "string", field_type, unique=unique)


def number(name: str, label: str = "") -> Definition:
    return Definition(name, label or _label(name), "number", "number")


def money(name: str, label: str = "") -> Definition:
    return replace(number(name, label), is_money=True)


def date(name: str, label: str = "") -> Definition:
    return Definition(name, label or _label(name), "date", "date")


def instant(name: str, label: str = "") -> Definition:
    return Definition(name, label or _label(name), "datetime", "date")


def flag(name: str, label: str = "") -> Definition:
    options = (("true", "Yes"), ("false", "No"))
    return Definition(name, label or _label(name), "bool", "booleancheckbox", options=options)


def choice(name: str, *values: str, label: str = "", several: bool = False) -> Definition:
    options = tuple((value, value.replace("_", " ").capitalize()) for value in values)
    field_type = "checkbox" if several else "select"
    return Definition(name, label or _label(name), "enumeration", field_type, options=options)


def currency(name: str, label: str = "") -> Definition:
    return Definition(
        name, label or _label(name), "enumeration", "select", options_from="currencies"
    )


def owner(name: str, label: str) -> Definition:
    return Definition(name, label, "enumeration", "select", options_from="owners")


def read_only(definition: Definition) -> Definition:
    return replace(definition, read_only=True)


def calculated(definition: Definition) -> Definition:
    return replace(definition, read_only=True, calculated=True)


def group(name: str, *members: Definition) -> tuple[Definition, ...]:
    return tuple(member.in_group(name) for member in members)


def _label(name: str) -> str:
    return name.removeprefix("hs_").replace("_", " ").capitalize()
