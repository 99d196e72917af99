"""Whether an answer has known fields of the right types only, by Intuit's own schema."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

SPEC = json.loads(
    (Path(__file__).parents[1] / "specs" / "quickbooks" / "entities.json").read_text("utf-8")
)
# In no public reference, yet seen in real answers or needed to say what the sheet says
SEEN_ANYWAY = {
    ("ModificationMetaData", "LastModifiedByRef"),  # quickbooks-api.md 3 [observed]
    ("Payment", "LinkedTxn"),  # quickbooks-api.md 9: how a deposited payment shows
}
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def problems(entity: str, answer: dict[str, Any]) -> list[str]:
    """One sentence for each field that should not be there or is of another type."""
    return list(_in_object(entity, _fields(entity), answer, entity))


def _fields(entity: str) -> dict[str, Any]:
    if entity != "CreditMemo":
        return SPEC["entities"][entity]
    # not in the compact view; a sales form like the invoice, with its rest of credit
    return SPEC["entities"]["Invoice"] | {"RemainingCredit": {"type": "number"}}


def _in_object(
    owner: str, fields: dict[str, Any], value: dict[str, Any], path: str
) -> Iterator[str]:
    for name, inner in value.items():
        field = fields.get(name)
        if field is None:
            yield f"{path}.{name} is unknown"
        elif field.get("xsdOnly") and (owner, name) not in SEEN_ANYWAY:
            yield f"{path}.{name} never shows up"
        elif field.get("list"):
            if not isinstance(inner, list):
                yield f"{path}.{name} is no list"
                continue
            for number, one in enumerate(inner):
                yield from _in_value(field, one, f"{path}.{name}[{number}]")
        else:
            yield from _in_value(field, inner, f"{path}.{name}")


def _in_value(field: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    kind = field["type"]
    if kind in SPEC["types"]:
        if not isinstance(value, dict):
            yield f"{path} is no {kind}"
        else:
            yield from _in_object(kind, SPEC["types"][kind], value, path)
        return
    if not _is_of(kind, value):
        yield f"{path} is no {kind}: {value!r}"
    elif isinstance(value, str) and len(value) > field.get("maxLength", len(value)):
        yield f"{path} is longer than {field['maxLength']}"
    choices = field.get("enum")
    allowed = SPEC["enums"].get(choices, []) if isinstance(choices, str) else choices
    if allowed and value not in allowed:
        yield f"{path} is not one of {allowed}: {value!r}"


def _is_of(kind: str, value: Any) -> bool:
    match kind:
        case "string":
            return isinstance(value, str) and value != ""
        case "number":
            return isinstance(value, Decimal | int) and not isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, str) and bool(DATE.fullmatch(value))
        case "datetime":
            return isinstance(value, str) and bool(STAMP.fullmatch(value))
        case _:
            return isinstance(value, dict)
