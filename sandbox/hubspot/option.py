"""One switch of the account and the values it can take."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    default: Any
    source: str  # section of hubspot-api.md
    decides: str
    choices: tuple[str, ...] = ()

    def check(self, value: Any) -> Any:
        """The value as kept; raises ValueError when this option cannot take it."""
        if self.choices and value not in self.choices:
            raise ValueError(f"hubspot.{self.name} is one of {', '.join(self.choices)}.")
        if isinstance(self.default, int) and not isinstance(self.default, bool):
            return self._number(value)
        if not isinstance(value, type(self.default)):
            raise ValueError(f"hubspot.{self.name} must be {_KINDS[type(self.default)]}.")
        return value

    def fresh_default(self) -> Any:
        return self.default.copy() if isinstance(self.default, list | dict) else self.default

    def _number(self, value: Any) -> int | Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or value < 0:
            raise ValueError(f"hubspot.{self.name} must be a number from 0 on.")
        return value if isinstance(value, int) else Decimal(str(value))


_KINDS = {bool: "true or false", str: "a text", list: "a list", dict: "an object"}


def on(name: str, source: str, decides: str) -> Option:
    return Option(name, True, source, decides)  # noqa: FBT003  that is what on means


def off(name: str, source: str, decides: str) -> Option:
    return Option(name, False, source, decides)  # noqa: FBT003


def either(name: str, choices: str, source: str, decides: str) -> Option:
    """The first of the choices is the default."""
    values = tuple(choices.split())
    return Option(name, values[0], source, decides, values)
