"""An invoice of HubSpot as it looks once a person accepts what was changed in QuickBooks."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from syncapp.engine.compare import money_fold
from syncapp.engine.money import cents
from syncapp.engine.records import Line, LineKind, Pair, Side, Value
from syncapp.engine.said import said
from syncapp.objects.invoice_lines import LINES_KEY, to_hubspot, total
from syncapp.objects.invoice_protection import is_paid_on


def taken_over(lines: Iterable[Line], pair: Pair) -> tuple[Line, ...]:
    """HubSpot's own lines, but those that were changed, added or taken away in QuickBooks. A line
    whose money nobody touched stays as it is, its discount and words with it."""
    theirs = tuple(lines)
    ours = {line.id: line for line in _lines(pair.value(Side.HUBSPOT, "lines"))}
    partners = {there: here for here, there in pair.line_pairs.items()}
    agreed = {line.id: line for line in _agreed(pair)}
    items = [
        _item(line, ours.get(partners.get(line.id, "")), agreed.get(line.id), pair)
        for line in theirs
        if line.kind is LineKind.ITEM
    ]
    rest = [line for line in theirs if line.kind not in (LineKind.ITEM, LineKind.TEXT)]
    agreed_rest = [line for line in agreed.values() if line.kind is LineKind.DISCOUNT]
    if money_fold(tuple(rest)) == money_fold(tuple(agreed_rest)):
        return (*items, *(line for line in ours.values() if line.kind is LineKind.DISCOUNT))
    return (*items, *to_hubspot(rest, pair))


def why_not_accepted(pair: Pair) -> str:
    """Why HubSpot cannot follow QuickBooks, in a sentence; empty where it can."""
    here, there = pair.hubspot, pair.quickbooks
    if here is None or there is None:
        return said("It is not on both sides.")
    if pair.origin is not Side.HUBSPOT:
        return said(
            "It was made in QuickBooks, and what a copy says never changes the books. Make the"
            " change in QuickBooks."
        )
    if is_paid_on(pair, Side.HUBSPOT):
        return said(
            "It has a payment, so nobody can edit it in HubSpot. Undo the change in QuickBooks."
        )
    if here.get("hs_invoice_status") != "open":
        return said("It is not open in HubSpot, so it cannot be edited there.")
    theirs = _lines(there.get("Line"))
    if any(line.kind is LineKind.TAX for line in theirs):
        return said(
            "QuickBooks has put tax on it, which HubSpot's invoice cannot show. Undo it there."
        )
    if any(line.kind is LineKind.ITEM and line.amount < 0 for line in theirs):
        return said(
            "It has a line below zero, which HubSpot does not know. Enter a discount instead."
        )
    return _differing_total(taken_over(theirs, pair), there.fields)


def _differing_total(lines: Iterable[Line], fields: Mapping[str, Value]) -> str:
    wanted, currency = fields.get("TotalAmt"), str(fields.get("CurrencyRef") or "USD")
    if isinstance(wanted, Decimal) and cents(total(lines), currency) == wanted:
        return ""
    return said("HubSpot would add it up to another total. Undo the change in QuickBooks.")


def _item(line: Line, ours: Line | None, agreed: Line | None, pair: Pair) -> Line:
    if ours is not None and agreed is not None and money_fold((line,)) == money_fold((agreed,)):
        return replace(ours, partner=line.id)
    (made,) = to_hubspot((line,), pair)
    if ours is None:
        return made
    is_same_item = agreed is not None and agreed.product == line.product
    return replace(
        made,
        id=ours.id,
        name=ours.name if is_same_item else made.name,
        sku=ours.sku if is_same_item else "",
        product=ours.product if is_same_item else made.product,
        description=_words(line, ours, agreed, made),
    )


def _words(line: Line, ours: Line, agreed: Line | None, made: Line) -> str:
    """Ours, unless somebody rewrote theirs: theirs may only spell out a discount that we fold."""
    is_untouched = agreed is not None and agreed.description == line.description
    return ours.description if is_untouched else made.description


def _agreed(pair: Pair) -> tuple[Line, ...]:
    return _lines(pair.baseline.quickbooks.get(LINES_KEY)) if pair.baseline else ()


def _lines(value: Value) -> tuple[Line, ...]:
    return value if isinstance(value, tuple) else ()
