"""Which fields may stand in WHERE and ORDERBY, and how their values compare
(quickbooks-api.md 11 and data/query_fields.json)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import Any

from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.query_parser import Condition
from sandbox.quickbooks.schema import known_fields, read_data
from sandbox.quickbooks.stamps import milliseconds
from sandbox.quickbooks.table import Record, fold, int_or_text

META = ("MetaData.CreateTime", "MetaData.LastUpdatedTime")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "<": lt, ">": gt, "<=": le, ">=": ge}
LOOKED_UP = ("string", "ReferenceType", "EmailAddress")


@dataclass(frozen=True, slots=True)
class FieldTest:
    field: str
    operator: str
    values: tuple[str, ...]
    is_exact: bool  # equality of a text: can be looked up
    matches: Callable[[Record], bool]


def canonical(entity: str, name: str, use: str) -> str:
    """The field's own spelling; Fault 4001 when it may not be used like that. `use` is
    "filterable", "sortable" or "any" (a column)."""
    if use == "any":
        allowed = list(known_fields(entity))
    else:
        allowed = [field for field in read_data("query_fields")[entity][use] if field != "MetaData"]
        allowed += META
    for field in allowed:
        if field.lower() == name.lower():
            return field
    verb = "queryable" if use != "sortable" else "sortable"
    raise Fault("4001", f"QueryValidationError: property '{name}' is not {verb}")


def tester(entity: str, condition: Condition) -> FieldTest:
    field = canonical(entity, condition.field, "filterable")
    kind = _kind(entity, field)
    if field == "Id" and condition.operator not in ("=", "IN"):
        raise Fault("4001", f"QueryValidationError: operator {condition.operator} on Id")
    values = tuple(_wanted(kind, field, value, condition.operator) for value in condition.values)
    is_exact = condition.operator in ("=", "IN") and kind in LOOKED_UP
    return FieldTest(
        field,
        condition.operator,
        condition.values,
        is_exact,
        _match(field, kind, condition, values),
    )


def sort_key(entity: str, field: str) -> Callable[[Record], Any]:
    if field == "Id":
        return lambda record: int_or_text(record["Id"])
    kind = _kind(entity, field)

    def key(record: Record) -> Any:
        value = _value(record, field, kind)
        return (value is not None, value)

    return key


def _match(
    field: str, kind: str, condition: Condition, values: tuple[Any, ...]
) -> Callable[[Record], bool]:
    if condition.operator == "IN":
        wanted_values = frozenset(values)
        return lambda record: _value(record, field, kind) in wanted_values
    if condition.operator == "LIKE":
        parts = condition.values[0].casefold().split("%")
        pattern = re.compile(".*".join(re.escape(part) for part in parts), re.DOTALL)
        return lambda record: bool(pattern.fullmatch(_value(record, field, kind) or ""))
    compare, wanted = COMPARE[condition.operator], values[0]

    def holds(record: Record) -> bool:
        value = _value(record, field, kind)
        return value is not None and compare(value, wanted)

    return holds


def _kind(entity: str, field: str) -> str:
    return "datetime" if field in META else str(known_fields(entity)[field]["type"])


def _value(record: Record, field: str, kind: str) -> Any:
    if kind == "datetime":
        return milliseconds(record["MetaData"][field.partition(".")[2]])
    value = record.get(field)
    return value if kind in ("number", "boolean", "integer") else fold(value)


def _wanted(kind: str, field: str, text: str, operator: str) -> Any:
    """The literal in the form records are compared in; second precision for times."""
    try:
        match kind:
            case "number" | "integer":
                return Decimal(text)
            case "boolean" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "datetime":
                return milliseconds(text) // 1000 * 1000
            case "boolean":
                raise ValueError(text)
    except (ValueError, InvalidOperation):
        detail = f"QueryValidationError: value {text} does not fit property '{field}' {operator}"
        raise Fault("4001", detail) from None
    return text.casefold()
