"""Reads the body of a control request field by field. Whatever is wrong with it ends in a
ValueError whose sentence the caller of `/control/...` gets to read."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from sandbox.web import Request


class Asked:
    def __init__(self, values: Mapping[str, Any], what: str) -> None:
        self._values = dict(values)
        self._what = what

    @classmethod
    def body_of(cls, request: Request, what: str) -> "Asked":
        return cls(json_object(request), what)

    def text(self, name: str, default: str | None = None) -> str:
        value = self._take(name, default)
        if not isinstance(value, str):
            raise ValueError(f'"{name}" of {self._what} must be a text.')
        return value

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in choices:
            known = ", ".join(choices)
            raise ValueError(f'"{name}" of {self._what} is one of {known}, not "{value}".')
        return value

    def number(
        self, name: str, default: float | None = None, *, least: float = 0, most: float = 1e12
    ) -> float:
        return number(self._take(name, default), f'"{name}" of {self._what}', least, most)

    def count(self, name: str, default: int | None = None, *, least: int = 0) -> int:
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f'"{name}" of {self._what} must be a whole number from {least} on.')
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        value = self._take(name, {})
        if not isinstance(value, dict):
            raise ValueError(f'"{name}" of {self._what} must be a JSON object.')
        return value

    def anything(self, name: str) -> Any:
        return self._values.pop(name, None)

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def nothing_else(self) -> None:
        if self._values:
            unknown = ", ".join(sorted(self._values))
            raise ValueError(f"{self._what.capitalize()} has no field {unknown}.")

    def _take(self, name: str, default: Any) -> Any:
        value = self._values.pop(name, None)
        if value is None:
            value = default
        if value is None:
            raise ValueError(f'{self._what.capitalize()} needs "{name}".')
        return value


def json_object(request: Request) -> dict[str, Any]:
    if not request.body.strip():
        return {}
    try:
        value = request.json()
    except ValueError:
        raise ValueError("The body is not JSON.") from None
    if not isinstance(value, dict):
        raise ValueError("The body must be a JSON object.")
    return value


def number(value: Any, name: str, least: float = 0, most: float = 1e12) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"{name} must be a number.")
    if not least <= value <= most:
        raise ValueError(f"{name} must lie between {least:g} and {most:g}.")
    return float(value)
