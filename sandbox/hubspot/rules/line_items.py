"""Line items: values from the product, no negative price, amounts worked out."""

from typing import Any

from sandbox.hubspot.billing.amounts import amount_of
from sandbox.hubspot.billing.lines import INPUTS, calculated_values
from sandbox.hubspot.change import Change
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.links.store import linked_ids
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.rules.editing import check_members_editable
from sandbox.hubspot.rules.plain import Rules

# taken from the product where the line says nothing: hubspot-api.md 5.4 [LI][PROD], 7.1 **T**
_INHERITED = (
    "name",
    "description",
    "price",
    "hs_sku",
    "hs_cost_of_goods_sold",
    "recurringbillingfrequency",
    "hs_recurring_billing_period",
)


class LineItemRules(Rules):
    def before_create(self, change: Change) -> None:
        _inherit(change)
        change.default("quantity", "1")
        change.default("hs_line_item_currency_code", change.portal.option("currency"))
        _calculate(change)

    def before_update(self, change: Change) -> None:
        for invoice_id in linked_ids(
            change.portal, "line_items", change.existing["id"], "invoices"
        ):
            if any(change.alters(name) for name in (*INPUTS, *_INHERITED)):
                invoice = change.portal.records("invoices")[invoice_id]
                check_members_editable(change.portal, invoice)
        if change.alters("hs_product_id"):
            _inherit(change)
        _calculate(change)

    def before_archive(self, change: Change) -> None:
        for invoice in _invoices(change.portal, change.existing):
            check_members_editable(change.portal, invoice)

    def after(self, portal: Portal, record: Record) -> None:
        for invoice in _invoices(portal, record):
            portal.stale_invoices[invoice["id"]] = None


def _invoices(portal: Portal, line: Record) -> list[Record]:
    ids = linked_ids(portal, "line_items", line["id"], "invoices")
    return [portal.records("invoices")[invoice_id] for invoice_id in ids]


def _inherit(change: Change) -> None:
    product_id = change.values.get("hs_product_id")
    product = change.portal.live("products", product_id) if product_id else None
    if product is None:
        return
    for name in _INHERITED:
        if not change.value(name):
            change.default(name, product["properties"].get(name))


def _calculate(change: Change) -> None:
    values = {name: change.value(name) for name in INPUTS}
    if amount_of(values, "price") < 0:  # hubspot-api.md 5.4 [LI]
        raise invalid(
            "The price of a line item cannot be negative",
            code="INVALID_PRICE",
            context={"propertyName": ["price"]},
        )
    currency = values["hs_line_item_currency_code"] or change.portal.option("currency")
    rate = _tax_rate(change.portal, values["hs_tax_rate_group_id"])
    change.system_values |= calculated_values(values, currency, rate)


def _tax_rate(portal: Portal, group_id: str | None) -> dict[str, Any] | None:
    if not group_id:
        return None
    rate: dict[str, Any] | None = portal.state["tax_rates"].get(group_id)
    if rate is None:
        raise invalid(
            f"{group_id} is not a tax rate of this account",
            code="INVALID_OPTION",
            context={"propertyName": ["hs_tax_rate_group_id"]},
        )
    return rate
