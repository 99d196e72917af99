"""The total of an invoice from its lines and its order-level records. Pure arithmetic."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.hubspot.billing.amounts import ZERO, amount_of, rounded

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Parts:
    lines: Sequence[Values]
    discounts: Sequence[Values]
    fees: Sequence[Values]
    taxes: Sequence[Values]


@dataclass(frozen=True, slots=True)
class Totals:
    subtotal: Decimal
    discount: Decimal
    fees: Decimal
    tax: Decimal

    @property
    def billed(self) -> Decimal:
        return self.subtotal - self.discount + self.fees + self.tax


def total_of(parts: Parts, currency: str) -> Totals:
    """Discounts, then fees, then taxes; each percentage of what stands before its kind, those of
    one kind one after the other in `hs_sort_order`: hubspot-api.md 5.7 [INV]."""
    subtotal = sum((amount_of(line, "amount") for line in parts.lines), ZERO)
    line_tax = sum((amount_of(line, "hs_tax_amount") for line in parts.lines), ZERO)
    discount = ZERO
    for record in _in_order(parts.discounts):
        discount += _share(record, subtotal - discount, currency)
    discounted = subtotal - discount
    fees = sum((_share(record, discounted, currency) for record in _in_order(parts.fees)), ZERO)
    taxable = discounted + fees
    tax = sum((_share(record, taxable, currency) for record in _in_order(parts.taxes)), ZERO)
    return Totals(subtotal, discount, fees, line_tax + tax)


def _in_order(records: Iterable[Values]) -> list[Values]:
    return sorted(records, key=lambda record: amount_of(record, "hs_sort_order"))


def _share(record: Values, base: Decimal, currency: str) -> Decimal:
    value = amount_of(record, "hs_value")
    share = base * value / 100 if record.get("hs_type") == "PERCENT" else value
    return rounded(share, currency)
