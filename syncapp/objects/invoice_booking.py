"""HubSpot's lines as QuickBooks books them. Line discounts are folded into the price, because
QuickBooks has them per line in France only."""

from collections.abc import Iterable
from decimal import Decimal

from syncapp.engine.money import cents, show
from syncapp.engine.records import Line, LineKind, Pair, RecordRef, Side, Value
from syncapp.objects.invoice_lines import LINES_KEY, counted

_PRICE_STEP = Decimal("0.00001")  # QuickBooks holds a price with five decimals
_ONE = Decimal(1)


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
        words.append(counted(quantity, line.unit_price or Decimal(0)))
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
