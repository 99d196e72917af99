"""Characters that a US company may not be able to keep (quickbooks-api.md 1)."""

from collections.abc import Mapping
from typing import Any

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault


def check_characters(company: Company, entity: str, sent: Mapping[str, Any]) -> None:
    rule = company.options["non_latin1"]
    if rule == "kept" or company.country != "US":
        return
    _check_values(rule, sent, entity)


def _check_values(rule: str, value: Any, element: str) -> Any:
    match value:
        case dict():
            for name, inner in value.items():
                value[name] = _check_values(rule, inner, name)
        case list():
            value[:] = [_check_values(rule, inner, element) for inner in value]
        case str() if any(ord(character) > 0xFF for character in value):
            if rule == "refused":
                raise Fault("2040", f"Element contains invalid characters: {value}", element)
            return "".join(c if ord(c) <= 0xFF else "?" for c in value)
    return value
