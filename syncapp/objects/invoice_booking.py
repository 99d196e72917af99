"""HubSpot's lines as QuickBooks books them. Line discounts are folded into the price, because
QuickBooks has them per line in France only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from syncapp.engine.money import cents, show
from syncapp.engine.records import Entity, Line, LineKind, Pair, RecordRef, Side, Value
from syncapp.engine.rules import SyncRule
from syncapp.objects.invoice_lines import LINES_KEY, counted

_PRICE_STEP = Decimal("0.00001")  # QuickBooks holds a price with five decimals
_ONE = Decimal(1)
_LINE_TAXES = "line-taxes"  # stands for all of them where lines are paired


@dataclass(frozen=True, slots=True)
class Booking:
    """What a rule says on how lines are booked. `fee` and `tax` are the items for those of a whole
    order, None where they are refused. `service_date` is given to lines that have none."""

    currency: str = "USD"
    catch_all: RecordRef | None = None
    fee: RecordRef | None = None
    tax: RecordRef | None = None
    service_date: date | None = None

    def order_level_item(self, kind: LineKind) -> RecordRef | None:
        return {LineKind.FEE: self.fee, LineKind.TAX: self.tax}.get(kind)


def booking_of(rule: SyncRule, pair: Pair, currency: str = "") -> Booking:
    day = pair.value(Side.HUBSPOT, "hs_invoice_date")
    is_dated = rule.option("invoice_date_as_service_date") == "True"
    ours, theirs = (
        pair.value(Side.HUBSPOT, "hs_currency"),
        pair.value(Side.QUICKBOOKS, "CurrencyRef"),
    )
    return Booking(
        currency=currency or str(ours or theirs or "USD"),
        catch_all=rule.catch_all_item,
        fee=_item(rule.option("fee_item")),
        tax=_item(rule.option("tax_item")),
        service_date=day if is_dated and isinstance(day, date) else None,
    )


def _item(id_: str) -> RecordRef | None:
    return RecordRef(Side.QUICKBOOKS, Entity.PRODUCT, id_) if id_ else None


def to_quickbooks(lines: Iterable[Line], pair: Pair, booking: Booking) -> tuple[Line, ...]:
    """HubSpot's lines in QuickBooks' form. Order-level discounts become one discount line; taxes
    and fees ordinary lines where there is an item for them, else the caller refuses them."""
    lines = tuple(lines)
    items = [_outbound_item(line, pair, booking) for line in lines if line.kind is LineKind.ITEM]
    extra = [
        _on_item(line, pair, booking, item)
        for line in (*lines, *_line_taxes(lines))
        if (item := booking.order_level_item(line.kind))
    ]
    return (*items, *extra, *_one_discount(lines, booking.currency))


def _one_discount(lines: Iterable[Line], currency: str) -> Iterator[Line]:
    discounts = [line for line in lines if line.kind is LineKind.DISCOUNT]
    if discounts:
        names = ", ".join(line.name for line in discounts if line.name)
        amount = sum((line.amount for line in discounts), Decimal(0))
        yield Line(kind=LineKind.DISCOUNT, description=names, amount=cents(amount, currency))


def _line_taxes(lines: Iterable[Line]) -> Iterator[Line]:
    """The taxes that single lines carry, together."""
    if amount := sum((line.tax for line in lines if line.kind is LineKind.ITEM), Decimal(0)):
        yield Line(_LINE_TAXES, LineKind.TAX, name="Tax", amount=amount)


def _on_item(line: Line, pair: Pair, booking: Booking, item: RecordRef) -> Line:
    amount = cents(line.amount, booking.currency)
    return Line(
        id=pair.line_pairs.get(line.id, ""),
        product=booked_item(line, pair) or item,
        description=line.name or line.kind.value.capitalize(),
        quantity=_ONE,
        unit_price=amount,
        amount=amount,
        service_date=booking.service_date,
        partner=line.id,
    )


def _outbound_item(line: Line, pair: Pair, booking: Booking) -> Line:
    currency = booking.currency
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
        product=item_for(line, pair, booking.catch_all),
        description=" ".join(words),
        quantity=quantity,
        unit_price=price,
        amount=amount,
        service_date=booking.service_date,
        partner=line.id,
    )


def _price_for(
    amount: Decimal, quantity: Decimal, price: Decimal | None, currency: str
) -> Decimal | None:
    """The price, with up to five decimals, at which quantity × price is exactly this amount once
    rounded; None where there is none."""
    is_exact = price is not None and price == price.quantize(_PRICE_STEP)
    if is_exact and price is not None and _makes(quantity * price, amount, currency):
        return price
    if not quantity:
        return None
    fitted = (amount / quantity).quantize(_PRICE_STEP)
    return fitted if _makes(quantity * fitted, amount, currency) else None


def _makes(product: Decimal, amount: Decimal, currency: str) -> bool:
    """Once rounded, also to hundredths where the currency has none: nobody knows to which of the
    two QuickBooks rounds, and it refuses an amount that is another one."""
    in_hundredths = cents(product) == amount or cents(amount) != amount
    return cents(product, currency) == amount and in_hundredths


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
