"""Invoice lines: what they add up to, and how a mirror holds those of QuickBooks: what HubSpot has
no line for becomes an order-level discount or tax."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from syncapp.engine.records import Line, LineKind, Pair

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


def counted(quantity: Decimal, price: Decimal) -> str:
    return f"({quantity.normalize():f} × {price.normalize():f})"


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
            words = f"{words} {counted(quantity, price)}".strip()
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
    values = {"name": line.name or line.description or names.get(kind, ""), **rest}
    return Line(kind=kind, amount=amount, partner=line.partner or line.id, **values)  # type: ignore[arg-type]


def pair_lines(sent: Iterable[Line], answered: Iterable[Line]) -> Mapping[str, str]:
    """HubSpot line id -> QuickBooks line id after a write: QuickBooks keeps the order it got."""
    sent_items = [line for line in sent if line.kind is LineKind.ITEM]
    their_items = [line for line in answered if line.kind is LineKind.ITEM]
    if len(sent_items) != len(their_items):
        return {}
    return {ours.partner: theirs.id for ours, theirs in zip(sent_items, their_items, strict=True)}
