"""The custom fields of sales forms, three texts with names of the company's own choice
(quickbooks-api.md 7 and 10). Called `CustomField.1` to `CustomField.3` here, after their ids."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from syncapp.connectors.quickbooks.values import Raw, text
from syncapp.engine.field_types import FieldInfo
from syncapp.engine.records import Value

PREFIX = "CustomField."
_LIST = "CustomField"
_PREFERENCE = "SalesFormsPrefs."


def is_custom(name: str) -> bool:
    return name.startswith(PREFIX)


def described(preferences: Mapping[str, Any]) -> tuple[FieldInfo, ...]:
    """Those that are switched on for sales forms, in the words of the company."""
    said = _said(preferences)
    return tuple(
        FieldInfo(f"{PREFIX}{number}", str(said.get(f"SalesCustomName{number}") or "Custom field"))
        for number in ("1", "2", "3")
        if said.get(f"UseSalesCustom{number}") is True
    )


def read(raw: Raw, names: Iterable[str]) -> dict[str, Value]:
    held = {str(one.get("DefinitionId")): one for one in raw.get(_LIST) or ()}
    return {
        name: text(held.get(name.removeprefix(PREFIX), {}).get("StringValue"))
        for name in names
        if is_custom(name)
    }


def missing(known: Collection[str], names: Iterable[str]) -> frozenset[str]:
    """Asked for, but switched off or never made."""
    return frozenset(name for name in names if is_custom(name) and name not in known)


def bodies(fields: Mapping[str, Value], before: Iterable[Raw]) -> list[dict[str, Any]]:
    """All of them: whether a sparse update spares those that are not sent, nobody says."""
    values = {str(one["DefinitionId"]): str(one.get("StringValue") or "") for one in before}
    values |= {
        name.removeprefix(PREFIX): str(value or "")
        for name, value in fields.items()
        if is_custom(name)
    }
    return [
        {"DefinitionId": number, "Type": "StringType", "StringValue": value}
        for number, value in sorted(values.items())
    ]


def _said(preferences: Mapping[str, Any]) -> dict[str, Any]:
    """The list is nested twice."""
    groups = (preferences.get("SalesFormsPrefs") or {}).get(_LIST) or ()
    return {
        str(one.get("Name", "")).removeprefix(_PREFERENCE): one.get(
            "BooleanValue", one.get("StringValue")
        )
        for group in groups
        for one in group.get(_LIST) or ()
    }
