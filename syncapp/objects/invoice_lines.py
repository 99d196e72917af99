"""Invoice lines as the other side would hold them.

Outbound, line discounts are folded into the price, because QuickBooks has them per line in
France only. Inbound, what HubSpot has no line for becomes an order-level discount or tax.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from syncapp.engine.money import cents, show
from syncapp.engine.records import Line, LineKind, Pair, RecordRef, Side, Value

_PRICE_STEP = Decimal("0.00001")  # QuickBooks holds a price with five decimals
_ORDER_LEVEL = (LineKind.DISCOUNT, LineKind.TAX, LineKind.FEE)
_ONE = Decimal(1)
LINES_KEY = "lines=Line"  # of the mapping, under which the lines last agreed on are kept


def total(lines: Iterable[Line]) -> Decimal:
    """What the lines add up to: items plus fees and taxes, less discounts."""
    result = Decimal(0)
    for line in lines:
        match line.kind:
            case LineKind.DISCOUNT:
                result -= line.amount
            case LineKind.ITEM | LineKind.TAX | LineKind.FEE:
                result += line.amount + line.tax
            case LineKind.TEXT:
                pass
    return result


def item_for(line: Line, pair: Pair, catch_all: RecordRef | None) -> RecordRef | None:
    """The QuickBooks item of a HubSpot line: the one it was booked on, else through the product
    link, then by SKU, then the catch-all item."""
    linked = pair.partner_of(line.product) if line.product else None
    found = linked or pair.items_by_sku.get(line.sku.casefold()) or catch_all
    return booked_item(line, pair) or found


def booked_item(line: Line, pair: Pair) -> RecordRef | None:
    """Of a line whose product nobody changed: a product that is linked later must not move what
    is booked already to another account."""
    partner = pair.line_pairs.get(line.id)
    booked = _by_id(pair.value(Side.QUICKBOOKS, "Line"), partner)
    agreed = _by_id(pair.baseline.hubspot.get(LINES_KEY) if pair.baseline else None, line.id)
    if booked is None or agreed is None:
        return None
    is_same = (agreed.product, agreed.sku) == (line.product, line.sku)
    return booked.product if is_same else None


def _by_id(lines: Value, id_: str | None) -> Line | None:
    if not id_ or not isinstance(lines, tuple):
        return None
    return next((line for line in lines if line.id == id_), None)


def to_quickbooks(
    lines: Iterable[Line], pair: Pair, catch_all: RecordRef | None, currency: str
) -> tuple[Line, ...]:
    """HubSpot's lines in QuickBooks' form. Order-level discounts become one discount line; taxes
    and fees are left out, the caller refuses them before."""
    lines = tuple(lines)
    result = [
        _outbound_item(line, pair, catch_all, currency)
        for line in lines
        if line.kind is LineKind.ITEM
    ]
    discounts = [line for line in lines if line.kind is LineKind.DISCOUNT]
    if discounts:
        names = ", ".join(line.name for line in discounts if line.name)
        amount = sum((line.amount for line in discounts), Decimal(0))
        result.append(
            Line(kind=LineKind.DISCOUNT, description=names, amount=cents(amount, currency))
        )
    return tuple(result)


def _outbound_item(line: Line, pair: Pair, catch_all: RecordRef | None, currency: str) -> Line:
    amount = cents(line.amount, currency)
    quantity = line.quantity if line.quantity is not None else _ONE
    price = _price_for(amount, quantity, line.unit_price, currency)
    words = [line.description or line.name]
    if line.discount:
        words.append(f"(less {show(line.discount, currency)} discount)")
    if price is None:
        words.append(_counted(quantity, line.unit_price or Decimal(0)))
        quantity, price = _ONE, amount
    return Line(
        id=pair.line_pairs.get(line.id, ""),
        product=item_for(line, pair, catch_all),
        description=" ".join(words),
        quantity=quantity,
        unit_price=price,
        amount=amount,
        partner=line.id,
    )


def _counted(quantity: Decimal, price: Decimal) -> str:
    return f"({quantity.normalize():f} × {price.normalize():f})"


def _price_for(
    amount: Decimal, quantity: Decimal, price: Decimal | None, currency: str
) -> Decimal | None:
    """The price, with up to five decimals, at which quantity × price is exactly this amount once
    rounded; None where there is none."""
    is_exact = price is not None and price == price.quantize(_PRICE_STEP)
    if is_exact and price is not None and cents(quantity * price, currency) == amount:
        return price
    if not quantity:
        return None
    fitted = (amount / quantity).quantize(_PRICE_STEP)
    return fitted if cents(quantity * fitted, currency) == amount else None


def to_hubspot(lines: Iterable[Line], pair: Pair) -> tuple[Line, ...]:
    """QuickBooks' lines as a mirror invoice holds them."""
    result: list[Line] = []
    for line in lines:
        match line.kind:
            case LineKind.ITEM if line.amount < 0:
                result.append(_as_discount(line))
            case LineKind.ITEM:
                result.append(_inbound_item(line, pair))
            case LineKind.TEXT:
                _append_text(result, line)
            case LineKind.DISCOUNT | LineKind.TAX | LineKind.FEE:
                result.append(_bare(line, kind=line.kind, amount=line.amount))
    items = [line for line in result if line.kind is LineKind.ITEM]
    return (*items, *(line for line in result if line.kind in _ORDER_LEVEL))


def _inbound_item(line: Line, pair: Pair) -> Line:
    quantity, price, words = line.quantity, line.unit_price, line.description
    if quantity is None or price is None or price < 0 or quantity * price != line.amount:
        if quantity not in (None, _ONE, 0) and price is not None:
            words = f"{words} {_counted(quantity, price)}".strip()
        quantity, price = _ONE, line.amount
    return _bare(
        line,
        kind=LineKind.ITEM,
        amount=line.amount,
        product=pair.partner_of(line.product) if line.product else None,
        name=line.name or line.description or "Item",
        description=words,
        quantity=quantity,
        unit_price=price,
    )


def _as_discount(line: Line) -> Line:
    """A negative line: HubSpot prices cannot be negative (hubspot-api.md 5.4)."""
    named = _bare(line, kind=LineKind.DISCOUNT, amount=-line.amount)
    return replace(named, name=line.description or line.name or "Discount")


def _append_text(result: list[Line], text: Line) -> None:
    """A text line belongs to the line before it; in front of everything it is dropped."""
    for index in range(len(result) - 1, -1, -1):
        if result[index].kind is LineKind.ITEM:
            words = "\n".join(
                part for part in (result[index].description, text.description) if part
            )
            result[index] = replace(result[index], description=words)
            return


def _bare(line: Line, *, kind: LineKind, amount: Decimal, **rest: object) -> Line:
    names = {LineKind.TAX: "Tax", LineKind.DISCOUNT: "Discount", LineKind.FEE: "Fee"}
    made = Line(
        kind=kind,
        name=line.name or line.description or names.get(kind, ""),
        amount=amount,
        partner=line.partner or line.id,
    )
    return replace(made, **rest)  # type: ignore[arg-type]


def pair_lines(sent: Iterable[Line], answered: Iterable[Line]) -> Mapping[str, str]:
    """HubSpot line id -> QuickBooks line id after a write: QuickBooks keeps the order it got."""
    sent_items = [line for line in sent if line.kind is LineKind.ITEM]
    their_items = [line for line in answered if line.kind is LineKind.ITEM]
    if len(sent_items) != len(their_items):
        return {}
    return {ours.partner: theirs.id for ours, theirs in zip(sent_items, their_items, strict=True)}
