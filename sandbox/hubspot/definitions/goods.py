"""Properties of products, line items and of discounts, fees and taxes of a whole invoice."""

from sandbox.hubspot.definitions.definition import (
    Definition,
    calculated,
    choice,
    currency,
    date,
    group,
    money,
    number,
    text,
)
from sandbox.hubspot.definitions.every_record import EVERY_COMMERCE_RECORD

_FREQUENCIES = (
    "weekly",
    "biweekly",
    "monthly",
    "quarterly",
    "per_six_months",
    "annually",
    "per_two_years",
    "per_three_years",
    "per_four_years",
    "per_five_years",
)

# hubspot-api.md 5.3 [PROD]; hs_product_type, hs_images and hs_url **T**
PRODUCT: tuple[Definition, ...] = (
    *group(
        "productinformation",
        text("name", "Name"),
        text("description", "Product description", long=True),
        money("price", "Unit price"),
        text("hs_sku", "SKU"),
        money("hs_cost_of_goods_sold", "Unit cost"),
        text("hs_recurring_billing_period", "Term"),
        choice("recurringbillingfrequency", *_FREQUENCIES, label="Billing frequency"),
        choice("hs_product_type", "inventory", "non_inventory", "service", label="Product type"),
        text("hs_folder", "Folder"),
        text("hs_images", "Image URLs"),
        text("hs_url", "URL"),
        choice("hs_pricing_model", "flat", "volume", "graduated", "stairstep"),
        text("hs_tier_ranges", "Tier ranges"),
        text("hs_tier_prices", "Tier prices"),
    ),
    *EVERY_COMMERCE_RECORD,
)

# hubspot-api.md 5.4 [LI]; from hs_position_on_quote on **T**
LINE_ITEM: tuple[Definition, ...] = (
    *group(
        "lineiteminformation",
        text("name", "Name"),
        text("description", "Description", long=True),
        number("quantity", "Quantity"),
        money("price", "Unit price"),
        number("hs_product_id", "Product ID"),
        text("hs_sku", "SKU"),
        money("discount", "Unit discount"),
        number("hs_discount_percentage", "Discount percentage"),
        text("hs_tax_rate_group_id", "Tax rate group ID"),
        currency("hs_line_item_currency_code", "Currency"),
        choice("recurringbillingfrequency", *_FREQUENCIES, label="Billing frequency"),
        text("hs_recurring_billing_period", "Term"),
        date("hs_recurring_billing_start_date", "Billing start date"),
        date("hs_recurring_billing_end_date", "Billing end date"),
        number("hs_position_on_quote", "Position on quote"),
        money("hs_cost_of_goods_sold", "Unit cost"),
        choice("hs_billing_start_delay_type", "days", "months", "custom_date"),
        text("hs_external_id", "External ID"),
        text("tax", "Tax (legacy)"),
        text("hs_tax_category", "Tax category"),
        text("hs_external_tax_rate_id", "External tax rate ID"),
    ),
    # calculated, writing them is refused: hubspot-api.md 5.4 and 13 **T**
    *group(
        "lineiteminformation",
        calculated(money("amount", "Net price")),
        calculated(money("hs_pre_discount_amount", "Pre discount amount")),
        calculated(money("hs_total_discount", "Total discount")),
        calculated(money("hs_post_tax_amount", "Post tax amount")),
        calculated(money("hs_tax_amount", "Tax amount")),
        calculated(money("hs_auto_tax_amount", "Automatic tax amount")),
        calculated(money("hs_effective_unit_price", "Effective unit price")),
        calculated(number("hs_tax_rate", "Tax rate")),
        calculated(text("hs_tax_label", "Tax label")),
        calculated(money("hs_margin", "Margin")),
        calculated(money("hs_margin_acv", "Margin ACV")),
        calculated(money("hs_margin_arr", "Margin ARR")),
        calculated(money("hs_margin_mrr", "Margin MRR")),
        calculated(money("hs_margin_tcv", "Margin TCV")),
        calculated(money("hs_acv", "ACV")),
        calculated(money("hs_arr", "ARR")),
        calculated(money("hs_mrr", "MRR")),
        calculated(money("hs_tcv", "TCV")),
    ),
    *EVERY_COMMERCE_RECORD,
)

# hubspot-api.md 5.7 [TAX][DISC][FEE]
ADJUSTMENT: tuple[Definition, ...] = (
    *group(
        "adjustmentinformation",
        text("hs_label", "Label"),
        choice("hs_type", "FIXED", "PERCENT", label="Type"),
        money("hs_value", "Value"),
        number("hs_sort_order", "Sort order"),
    ),
    *EVERY_COMMERCE_RECORD,
)

DISCOUNT: tuple[Definition, ...] = (
    *group("adjustmentinformation", choice("hs_duration", "ONCE", label="Duration")),
    *ADJUSTMENT,
)
