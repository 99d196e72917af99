"""Making, changing and archiving the account's own property definitions: hubspot-api.md 9."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.hubspot.definitions import HUBSPOT_DEFINED
from sandbox.hubspot.definitions.definition import option_json
from sandbox.hubspot.errors import ApiError, conflict, invalid, not_found
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.portal import Portal

MOST_UNIQUE = 10  # per object [PROPS]
_TYPES = {
    "bool": ("booleancheckbox", "calculation_equation", "checkbox"),
    "date": ("date",),
    "datetime": ("date",),
    "enumeration": ("booleancheckbox", "checkbox", "radio", "select", "calculation_equation"),
    "number": ("number", "calculation_equation"),
    "phone_number": ("phonenumber", "text"),
    "string": ("file", "html", "phonenumber", "text", "textarea", "calculation_equation"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NEEDED = ("groupName", "name", "label", "type", "fieldType")
_CHANGEABLE = (
    "label",
    "type",
    "fieldType",
    "groupName",
    "description",
    "displayOrder",
    "hidden",
    "formField",
)


def make_property(portal: Portal, kind: ObjectType, asked: Mapping[str, Any]) -> dict[str, Any]:
    _check_new(portal, kind, asked)
    now, is_calculated = portal.now(), asked["fieldType"] == "calculation_equation"
    own = {
        "name": asked["name"],
        "label": asked["label"],
        "type": asked["type"],
        "fieldType": asked["fieldType"],
        "groupName": asked["groupName"],
        "description": asked.get("description") or "",
        "options": _options(asked),
        "displayOrder": asked.get("displayOrder", -1),
        "calculated": is_calculated,
        "externalOptions": False,
        "hasUniqueValue": bool(asked.get("hasUniqueValue")),
        "hidden": bool(asked.get("hidden")),
        "hubspotDefined": False,
        "formField": bool(asked.get("formField")),
        "archived": False,
        "createdAt": now,
        "updatedAt": now,
        "modificationMetadata": {
            "archivable": True,
            "readOnlyDefinition": False,
            "readOnlyOptions": False,
            "readOnlyValue": is_calculated,
        },
    }
    portal.state["properties"][kind.name][own["name"]] = own
    _changed(portal)
    return own


def change_property(
    portal: Portal, kind: ObjectType, name: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """`hasUniqueValue` cannot be changed and is not looked at [SPEC]."""
    own = own_property(portal, kind, name)
    _check_texts(asked)
    values = {key: asked[key] for key in _CHANGEABLE if key in asked}
    if "options" in asked:
        values["options"] = _options(asked)
    if values.get("groupName", own["groupName"]) not in groups_of(portal, kind):
        raise _no_group(values["groupName"])
    _check_type({**own, **values})
    own.update(values)
    own["updatedAt"] = portal.now()
    _changed(portal)
    return own


def archive_property(portal: Portal, kind: ObjectType, name: str) -> None:
    own = own_property(portal, kind, name)
    own["archived"], own["archivedAt"] = True, portal.now()
    _changed(portal)


def own_property(portal: Portal, kind: ObjectType, name: str) -> dict[str, Any]:
    own: dict[str, Any] | None = portal.state["properties"][kind.name].get(name)
    if own is not None and not own["archived"]:
        return own
    if name in HUBSPOT_DEFINED[kind.name]:
        raise invalid(
            f"{name} is defined by HubSpot and cannot be changed", code="READ_ONLY_PROPERTY"
        )
    raise no_property(name)


def no_property(name: str) -> ApiError:
    return not_found(f"property {name} does not exist", {"propertyName": [name]})


def groups_of(portal: Portal, kind: ObjectType) -> dict[str, dict[str, Any]]:
    """HubSpot's own and the account's."""
    names = {definition.group for definition in HUBSPOT_DEFINED[kind.name].values()}
    found = {
        name: {"name": name, "label": name, "displayOrder": -1, "archived": False}
        for name in sorted(names)
    }
    own = portal.state["property_groups"][kind.name]
    return found | {name: group for name, group in own.items() if not group["archived"]}


def make_group(portal: Portal, kind: ObjectType, asked: Mapping[str, Any]) -> dict[str, Any]:
    name, label = asked.get("name"), asked.get("label")
    if not isinstance(name, str) or not isinstance(label, str) or not name:
        raise invalid("A property group needs name and label", code="REQUIRED_FIELD")
    if name in groups_of(portal, kind):
        raise conflict(f"A property group named {name} already exists", "OBJECT_ALREADY_EXISTS")
    group = {
        "name": name,
        "label": label,
        "displayOrder": asked.get("displayOrder", -1),
        "archived": False,
    }
    portal.state["property_groups"][kind.name][name] = group
    portal.changes += 1
    return group


def own_group(portal: Portal, kind: ObjectType, name: str) -> dict[str, Any]:
    group: dict[str, Any] | None = portal.state["property_groups"][kind.name].get(name)
    if group is None or group["archived"]:
        raise not_found(f"property group {name} does not exist or is HubSpot's own")
    return group


def _check_new(portal: Portal, kind: ObjectType, asked: Mapping[str, Any]) -> None:
    missing = [key for key in _NEEDED if not asked.get(key)]
    if missing:
        raise invalid(f"Required fields are missing: {missing}", code="REQUIRED_FIELD")
    _check_texts(asked)
    name = asked["name"]
    if portal.option("property_names") == "strict" and not _NAME.fullmatch(name):
        raise invalid(
            f"{name}: property names are lower case letters, digits and underscores",
            code="INVALID_PROPERTY_NAME",
        )
    if name in portal.catalogue.of(kind.name):
        category = portal.option("duplicate_property_category")
        raise conflict(f"A property named '{name}' already exists", category)
    if asked["groupName"] not in groups_of(portal, kind):
        raise _no_group(asked["groupName"])
    _check_type(asked)
    if asked.get("hasUniqueValue"):
        _check_unique(portal, kind, asked)


def _check_texts(asked: Mapping[str, Any]) -> None:
    wrong = [key for key in _NEEDED if key in asked and not isinstance(asked[key], str)]
    if wrong:
        raise invalid(f"These must be texts: {wrong}", code="INVALID_TYPE")


def _check_type(asked: Mapping[str, Any]) -> None:
    field_types = _TYPES.get(asked["type"])
    if field_types is None or asked["fieldType"] not in field_types:
        raise invalid(
            f"Property type {asked['type']} and field type {asked['fieldType']} do not go together",
            code="INVALID_TYPE",
        )


def _check_unique(portal: Portal, kind: ObjectType, asked: Mapping[str, Any]) -> None:
    if asked["type"] not in ("string", "number"):
        raise invalid(f"A property of type {asked['type']} cannot be unique", code="INVALID_TYPE")
    own = portal.state["properties"][kind.name].values()
    if sum(p["hasUniqueValue"] and not p["archived"] for p in own) >= MOST_UNIQUE:
        raise invalid(
            f"{kind.name} already have {MOST_UNIQUE} unique properties",
            code="UNIQUE_PROPERTY_LIMIT",
        )


def _options(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    options = asked.get("options") or []
    if asked.get("type") == "bool" and not options:
        options = [{"value": "true", "label": "Yes"}, {"value": "false", "label": "No"}]
    try:
        return [
            {**option_json(each["value"], each["label"], order), **each}
            for order, each in enumerate(options)
        ]
    except (KeyError, TypeError):
        raise invalid("Each option needs value and label", code="INVALID_OPTION") from None


def _no_group(name: str) -> ApiError:
    return invalid(
        f"Property group {name} does not exist", code="INVALID_GROUP", context={"groupName": [name]}
    )


def _changed(portal: Portal) -> None:
    portal.refresh_definitions()
    portal.changes += 1
