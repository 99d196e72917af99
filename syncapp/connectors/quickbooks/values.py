"""One value between QuickBooks' JSON and ours. Money is Decimal, an empty text is None."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from syncapp.connectors.quickbooks.fields import Field
from syncapp.engine.field_types import FieldType
from syncapp.engine.records import RecordRef, Value

Raw = Mapping[str, Any]


def read(raw: Raw, field: Field) -> Value:
    value: Any = raw
    for key in field.path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return _from_json(field.type, value)


def write(body: dict[str, Any], field: Field, value: Value, before: Raw) -> None:
    """Puts the value at its place. An object that is written in part keeps its other parts: a
    sparse update spares fields, not what is inside them (quickbooks-api.md 3)."""
    root, *rest = field.path
    if not rest:
        body[root] = to_json(value)
        return
    is_reference = field.inside == "value"  # its name would be stale, and only decorates
    kept = {} if is_reference else body.get(root) or before.get(root) or {}
    body[root] = {**kept, rest[0]: to_json(value)}


def to_json(value: Value) -> Any:
    """An empty text clears the field; None would too, but some fields refuse it."""
    match value:
        case None:
            return ""
        case RecordRef():
            return value.id
        case date():
            return value.isoformat()
        case _:
            return value


def instant(text: Any) -> datetime | None:
    """Answers carry the company's or the Pacific offset (quickbooks-api.md 1)."""
    if not isinstance(text, str) or not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None or value == "":
        return None
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None


def text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value is not None and str(value).strip() else None


def day(value: Any) -> date | None:
    """Without a zone, and never moved by one."""
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def _from_json(type: FieldType, value: Any) -> Value:
    match type:
        case FieldType.NUMBER:
            return number(value)
        case FieldType.BOOLEAN:
            return value if isinstance(value, bool) else None
        case FieldType.DATE:
            return day(value)
        case FieldType.DATETIME:
            return instant(value)
        case _:
            return None if isinstance(value, Mapping | list) else text(value)
