"""Money as HubSpot's properties carry it: decimal text, never a float."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
_WITHOUT_CENTS = ("CLP", "ISK", "JPY", "KRW", "VND")


def amount_of(properties: Mapping[str, str | None], name: str) -> Decimal:
    text = properties.get(name)
    return Decimal(text) if text else ZERO


def rounded(value: Decimal, currency: str) -> Decimal:
    cent = Decimal(1) if currency in _WITHOUT_CENTS else Decimal("0.01")
    return value.quantize(cent, ROUND_HALF_UP)


def as_text(value: Decimal, currency: str) -> str:
    """Two decimals at least, as live values show: hubspot-api.md 5.4 **T**."""
    return format(rounded(value, currency), "f")
