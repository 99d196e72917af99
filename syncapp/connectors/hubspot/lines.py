"""The lines of an invoice: line items, then order-level discounts, fees and taxes. Pure.

HubSpot computes discounts, then fees, then taxes (hubspot-api.md 5.7 [INV]); a percentage is
turned into money here, so that everybody else sees amounts.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from syncapp.connectors.hubspot.objects import KEY, ORDER_LEVEL
from syncapp.engine.money import cents
from syncapp.engine.records import Entity, Line, LineKind, RecordRef, Side

Record = Mapping[str, Any]
OrderLevel = Mapping[LineKind, Sequence[Record]]

PERCENT = "PERCENT"
FIXED = "FIXED"
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)


def lines(items: Iterable[Record], order_level: OrderLevel, currency: str) -> tuple[Line, ...]:
    read = [item(record) for record in sorted(items, key=_position)]
    return (*read, *_order_level(read, order_level, currency))


def item(record: Record) -> Line:
    properties = record.get("properties") or {}
    quantity = _number(properties, "quantity")
    price = _number(properties, "price")
    discount = _number(properties, "hs_total_discount") or _ZERO
    amount = _number(properties, "amount")
    if amount is None:  # calculated by HubSpot a moment later
        amount = (Decimal(1) if quantity is None else quantity) * (price or _ZERO) - discount
    return Line(
        id=str(record["id"]),
        kind=LineKind.ITEM,
        product=_product(properties),
        sku=properties.get("hs_sku") or "",
        name=properties.get("name") or "",
        description=properties.get("description") or "",
        quantity=quantity,
        unit_price=price,
        amount=amount,
        discount=discount,
        tax=_number(properties, "hs_tax_amount") or _ZERO,
        is_recurring=bool(properties.get("recurringbillingfrequency")),
        partner=partner_in(properties.get(KEY) or ""),
    )


def item_properties(line: Line, position: int) -> dict[str, str]:
    """As a mirror holds it: one-time even when its product recurs (hubspot-api.md 5.4 **T**), the
    amount as one times itself where quantity and price do not make it."""
    quantity, price = line.quantity, line.unit_price
    if quantity is None or price is None or quantity * price != line.amount:
        quantity, price = Decimal(1), line.amount
    written = {
        "name": line.name or line.description or "Item",
        "description": line.description,
        "quantity": _plain(quantity),
        "price": _plain(price),
        "recurringbillingfrequency": "",
        "hs_recurring_billing_period": "",
        "hs_position_on_quote": str(position),
    }
    if isinstance(line.product, RecordRef):
        written["hs_product_id"] = line.product.id
    if line.sku:
        written["hs_sku"] = line.sku
    return written


def order_level_properties(line: Line, position: int) -> dict[str, str]:
    """Exact amounts: hubspot-api.md 5.7 (a percentage may round otherwise over there)."""
    return {
        "hs_label": line.name or line.kind.value.capitalize(),
        "hs_type": FIXED,
        "hs_value": _plain(line.amount),
        "hs_sort_order": str(position),
    }


def part_key(line: Line, position: int) -> str:
    """The name of a line among the parts of one write."""
    kind = "line" if line.kind is LineKind.ITEM else line.kind.value
    return f"{kind}:{line.partner or f'n{position}'}"


def partner_in(key: str) -> str:
    """`<realm>:invoice:145:line:3` -> 3."""
    return key.partition(":line:")[2]


def total(lines: Iterable[Line]) -> Decimal:
    result = _ZERO
    for line in lines:
        if line.kind is LineKind.DISCOUNT:
            result -= line.amount
        elif line.kind is not LineKind.TEXT:
            result += line.amount + line.tax
    return result


def _order_level(items: Iterable[Line], records: OrderLevel, currency: str) -> list[Line]:
    base = sum((line.amount for line in items), _ZERO)
    read: list[Line] = []
    for kind in ORDER_LEVEL:
        before = base
        for record in sorted(records.get(kind, ()), key=_sort_order):
            # one discount after the other; fees and taxes each of what stood before their kind
            line = _adjustment(
                kind, record, base if kind is LineKind.DISCOUNT else before, currency
            )
            base += -line.amount if kind is LineKind.DISCOUNT else line.amount
            read.append(line)
    return read


def _adjustment(kind: LineKind, record: Record, base: Decimal, currency: str) -> Line:
    properties = record.get("properties") or {}
    value = _number(properties, "hs_value") or _ZERO
    is_percent = properties.get("hs_type") == PERCENT
    return Line(
        id=str(record["id"]),
        kind=kind,
        name=properties.get("hs_label") or "",
        amount=cents(base * value / _HUNDRED if is_percent else value, currency),
        percent=value if is_percent else None,
    )


def _plain(number: Decimal) -> str:
    """The same text for 2 and 2.00, so that texts can be compared."""
    return format(number.normalize(), "f")


def _product(properties: Mapping[str, str | None]) -> RecordRef | None:
    product_id = properties.get("hs_product_id")
    return RecordRef(Side.HUBSPOT, Entity.PRODUCT, product_id) if product_id else None


def _position(record: Record) -> tuple[Decimal, int]:
    position = _number(record.get("properties") or {}, "hs_position_on_quote")
    return (_ZERO if position is None else position, int(record["id"]))


def _sort_order(record: Record) -> tuple[Decimal, int]:
    order = _number(record.get("properties") or {}, "hs_sort_order")
    return (_ZERO if order is None else order, int(record["id"]))


def _number(properties: Mapping[str, str | None], name: str) -> Decimal | None:
    text = properties.get(name)
    return Decimal(text) if text else None
