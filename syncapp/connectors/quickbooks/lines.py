"""Reads an invoice's lines (quickbooks-api.md 8). Each carries its own JSON, because a set of
lines is written as a whole and what we do not map must go back as it came."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from syncapp.connectors.quickbooks import values
from syncapp.connectors.quickbooks.codec import ref_of, to_carry
from syncapp.connectors.quickbooks.values import Raw
from syncapp.engine.records import Entity, Line, LineKind

# Stand in for items in shipping and gratuity lines
SPECIAL_ITEMS = {"SHIPPING_ITEM_ID": "Shipping", "GRATUITY_ITEM_ID": "Gratuity"}
BUNDLE = "_bundle"  # the key under which a child carries the bundle it belongs to


def read(raw: Raw) -> tuple[Line, ...]:
    lines = [line for one in raw.get("Line") or () for line in _read(one)]
    return (*lines, *_taxes(raw.get("TxnTaxDetail") or {}))


def bundled(name: str, words: str) -> str:
    """How the children of a bundle are described: their bundle's name goes first."""
    return ": ".join(part for part in (name, words) if part)


def bundle_name(bundle: Raw) -> str:
    item = (bundle.get("GroupLineDetail") or {}).get("GroupItemRef") or {}
    return str(item.get("name") or bundle.get("Description") or "")


def _read(raw: Raw) -> Iterator[Line]:
    match raw.get("DetailType"):
        case "SubTotalLineDetail":
            return
        case "GroupLineDetail":
            yield from _children(raw)
        case "DiscountLineDetail":
            yield _discount(raw)
        case "SalesItemLineDetail" if _detail(raw).get("ItemRef"):
            yield _item(raw)
        case _:  # its amount does not count
            yield _line(raw, LineKind.TEXT)


def _item(raw: Raw) -> Line:
    detail = _detail(raw)
    item = detail["ItemRef"]
    id = str(item.get("value", ""))
    is_special = id in SPECIAL_ITEMS
    return _line(
        raw,
        LineKind.ITEM,
        product=None if is_special else ref_of(Entity.PRODUCT, id),
        name=SPECIAL_ITEMS[id] if is_special else str(item.get("name") or ""),
        quantity=values.number(detail.get("Qty")),
        unit_price=values.number(detail.get("UnitPrice")),
        amount=_amount(raw),
    )


def _discount(raw: Raw) -> Line:
    detail = raw.get("DiscountLineDetail") or {}
    percent = values.number(detail.get("DiscountPercent")) if detail.get("PercentBased") else None
    return _line(raw, LineKind.DISCOUNT, amount=abs(_amount(raw)), percent=percent)


def _children(bundle: Raw) -> Iterator[Line]:
    group = bundle.get("GroupLineDetail") or {}
    around = {key: value for key, value in group.items() if key != "Line"}
    shell = {**bundle, "GroupLineDetail": around}
    for child in group.get("Line") or ():
        for line in _read({**child, BUNDLE: shell}):
            yield replace(line, description=bundled(bundle_name(bundle), line.description))


def _taxes(detail: Raw) -> Iterator[Line]:
    rates = detail.get("TaxLine") or ()
    for number, raw in enumerate(rates, start=1):
        if amount := _amount(raw):
            rate = raw.get("TaxLineDetail") or {}
            percent = rate.get("TaxPercent") if rate.get("PercentBased") else None
            name = str((rate.get("TaxRateRef") or {}).get("name") or "")
            yield _tax(number, amount, name=name, percent=values.number(percent))
    total = values.number(detail.get("TotalTax"))
    if total and not rates:  # set by hand: there is no rate behind it
        yield _tax(1, total)


def _tax(number: int, amount: Decimal, **more: Any) -> Line:
    return Line(kind=LineKind.TAX, amount=amount, partner=f"tax:{number}", **more)


def _line(raw: Raw, kind: LineKind, **more: Any) -> Line:
    id = str(raw.get("Id") or "")
    description = str(raw.get("Description") or "")
    return Line(
        id=id, kind=kind, description=description, partner=id, carried=to_carry(raw), **more
    )


def _amount(raw: Raw) -> Decimal:
    return values.number(raw.get("Amount")) or Decimal(0)


def _detail(raw: Raw) -> Mapping[str, Any]:
    detail: Mapping[str, Any] = raw.get("SalesItemLineDetail") or {}
    return detail
