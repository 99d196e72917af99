"""Association type ids, hubspot-api.md 6.1 [ASSOC], and inline associations of a create."""

from collections.abc import Iterable
from typing import Any

from syncapp.engine.records import LineKind

PRIMARY_COMPANY = 1  # contact -> its primary company
INVOICE_TO_CONTACT = 177
INVOICE_TO_COMPANY = 179
PAYMENT_TO_CONTACT = 387
PAYMENT_TO_COMPANY = 389
PAYMENT_TO_INVOICE = 542  # the payments guide's example mislabels it as an order: 6.1

INVOICE_TO_PART = {
    LineKind.ITEM: 409,
    LineKind.DISCOUNT: 411,
    LineKind.FEE: 413,
    LineKind.TAX: 415,
}
PART_TO_INVOICE = {
    LineKind.ITEM: 410,
    LineKind.DISCOUNT: 412,
    LineKind.FEE: 414,
    LineKind.TAX: 416,
}


def to(record_id: str, type_id: int) -> dict[str, Any]:
    return {"to": {"id": record_id}, "types": [spec(type_id)]}


def spec(type_id: int) -> dict[str, Any]:
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}


def by_name(associations: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """HubSpot keys them by display name or by path name: "line items" or "line_items"
    (hubspot-api.md 4 **T**)."""
    return {name.replace(" ", "_"): value for name, value in associations}
