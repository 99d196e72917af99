"""Brings a property value sent by anybody to the text HubSpot keeps, or says what is wrong.

Rules of the types: hubspot-api.md 9 [PROPS].
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.hubspot.definitions import Definition
from sandbox.hubspot.instants import iso, iso_of_ms, parse_iso

LONGEST_TEXT = 65_536


class BadValue(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def check_value(definition: Definition, raw: Any, current: str | None = None) -> str | None:
    """None clears the property, as an empty string does [PROPS]."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, list | dict):
        raise BadValue("INVALID_VALUE", f"{definition.name} takes a single value.")
    text = _as_text(raw)
    if definition.type == "enumeration":
        return _options(definition, text, current)
    return _CHECKS.get(definition.type, _text)(definition, text)


def problems_with(
    definitions: Mapping[str, Definition], values: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The names nobody may write: hubspot-api.md 9 [ERR], READ_ONLY_VALUE unverified (12)."""
    problems = []
    for name in values:
        definition = definitions.get(name)
        if definition is None:
            problems.append(
                problem(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
            )
        elif definition.read_only:
            problems.append(problem(name, "READ_ONLY_VALUE", f'"{name}" is a read only property'))
    return problems


def problem(name: str, code: str, message: str) -> dict[str, str]:
    return {"message": message, "error": code, "name": name}


def _as_text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, Decimal):
        return format(raw, "f")
    return str(raw)


def _text(definition: Definition, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise BadValue(
            "PROPERTY_VALUE_TOO_LONG", f"{definition.name} is longer than {LONGEST_TEXT}."
        )
    return text


def _number(_definition: Definition, text: str) -> str:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise BadValue("INVALID_INTEGER", f"{text} was not a valid number.")
    return format(value, "f")


def _flag(_definition: Definition, text: str) -> str:
    value = text.strip().lower()
    if value not in ("true", "false"):
        raise BadValue("INVALID_OPTION", f"{text} was not a valid boolean.")
    return value


def _date(_definition: Definition, text: str) -> str:
    moment = _moment(text, "INVALID_DATE")
    if moment.time() != datetime.min.time():  # epoch milliseconds must name midnight UTC [PROPS]
        raise BadValue("INVALID_DATE", f"{text} is at {moment.timetz()}, not midnight!")
    return moment.date().isoformat()


def _instant(_definition: Definition, text: str) -> str:
    return iso(_moment(text, "INVALID_DATE"))


def _moment(text: str, code: str) -> datetime:
    try:
        if text.lstrip("-").isdigit():
            return parse_iso(iso_of_ms(int(text)))
        return parse_iso(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise BadValue(code, f"{text} was not a valid date.") from None


def _options(definition: Definition, text: str, current: str | None) -> str:
    """Several are joined with `;`, a leading one appends to what is there [PROPS]."""
    chosen = text.split(";") if definition.takes_several else [text]
    known = {value for value, _ in definition.options}
    for value in chosen:
        if value and value not in known:
            options = ", ".join(sorted(known))
            raise BadValue(
                "INVALID_OPTION", f"{value} was not one of the allowed options: [{options}]"
            )
    if definition.takes_several and text.startswith(";"):
        kept = (current or "").split(";")
        chosen = [*kept, *(value for value in chosen if value not in kept)]
    return ";".join(value for value in chosen if value)


_CHECKS: dict[str, Callable[[Definition, str], str]] = {
    "number": _number,
    "bool": _flag,
    "date": _date,
    "datetime": _instant,
}
