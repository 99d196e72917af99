"""The calculated properties of a line item: hubspot-api.md 5.4."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.hubspot.billing.amounts import ZERO, amount_of, as_text, rounded

Values = Mapping[str, str | None]
# what the calculated properties follow from
INPUTS = (
    "quantity",
    "price",
    "discount",
    "hs_discount_percentage",
    "hs_tax_rate_group_id",
    "hs_cost_of_goods_sold",
    "hs_line_item_currency_code",
)


def calculated_values(
    values: Values, currency: str, tax_rate: Mapping[str, Any] | None
) -> dict[str, str | None]:
    """`discount` is an amount per unit, `hs_discount_percentage` a percentage."""
    quantity = amount_of(values, "quantity") if values.get("quantity") else Decimal(1)
    before = quantity * amount_of(values, "price")
    discount = quantity * amount_of(values, "discount")
    discount += before * amount_of(values, "hs_discount_percentage") / 100
    net = rounded(before - discount, currency)
    tax = net * Decimal(tax_rate["percentageRate"]) / 100 if tax_rate else ZERO
    tax = rounded(tax, currency)
    cost = quantity * amount_of(values, "hs_cost_of_goods_sold")
    return {
        "amount": as_text(net, currency),
        "hs_pre_discount_amount": as_text(before, currency),
        "hs_total_discount": as_text(discount, currency),
        "hs_tax_amount": as_text(tax, currency),
        "hs_post_tax_amount": as_text(net + tax, currency),
        "hs_effective_unit_price": as_text(net / quantity if quantity else ZERO, currency),
        "hs_margin": as_text(net - cost, currency),
        "hs_tax_rate": format(Decimal(tax_rate["percentageRate"]), "f") if tax_rate else None,
        "hs_tax_label": str(tax_rate["label"]) if tax_rate else None,
    }
