"""Writes an invoice's lines: the complete set, because one that is sent replaces all
(quickbooks-api.md 3). A line with a known id is what was read, with what changed in it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import simplejson

from syncapp.connectors.quickbooks.lines import BUNDLE, bundle_name, bundled
from syncapp.connectors.quickbooks.unwritable import Unwritable
from syncapp.engine.money import cents
from syncapp.engine.records import Line, LineKind, RecordRef

NO_SERVICE_DATE = "9999-12-31"  # quickbooks-api.md 18-11: came back after tax changes
Body = dict[str, Any]


def bodies(
    lines: Sequence[Line], before: Sequence[Line], *, currency: str, tax_code: str
) -> list[Body]:
    """`tax_code` is given to new lines; known ones keep theirs. Taxes are QuickBooks' to add."""
    known = {line.id: line for line in before if line.id}
    made = [
        (line.id, _body(line, _known(line, known), currency, tax_code))
        for line in lines
        if line.kind is not LineKind.TAX
    ]
    if not any(line.kind is LineKind.TEXT for line in lines):
        made = _with_texts(made, before)
    return _in_bundles(made, known)


def _known(line: Line, known: dict[str, Line]) -> Line | None:
    if line.id or line.kind is not LineKind.DISCOUNT:
        return known.get(line.id)
    # there is one for the whole invoice (quickbooks-api.md 8)
    return next((one for one in known.values() if one.kind is LineKind.DISCOUNT), None)


def _body(line: Line, known: Line | None, currency: str, tax_code: str) -> Body:
    raw = _raw(known)
    match line.kind:
        case LineKind.ITEM:
            return _item(line, raw, currency, tax_code)
        case LineKind.DISCOUNT:
            return _discount(line, raw)
        case LineKind.TEXT:
            return {**raw, "DetailType": "DescriptionOnly", "Description": line.description}
        case _:
            raise Unwritable(f"QuickBooks has no line for “{line.name or line.kind}”.")


def _item(line: Line, raw: Body, currency: str, tax_code: str) -> Body:
    detail = dict(raw.get("SalesItemLineDetail") or {})
    if isinstance(line.product, RecordRef):
        detail["ItemRef"] = {"value": line.product.id}
    elif not detail.get("ItemRef"):
        words = line.description or line.name
        raise Unwritable(f"The line “{words}” names no item, and QuickBooks ignores its amount.")
    amount = _priced(line, detail, currency)
    if tax_code:
        detail.setdefault("TaxCodeRef", {"value": tax_code})
    if detail.get("ServiceDate") == NO_SERVICE_DATE:
        del detail["ServiceDate"]
    if line.service_date:
        detail.setdefault("ServiceDate", line.service_date.isoformat())
    return {
        **raw,
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "Description": _own_words(line.description, raw),
        "SalesItemLineDetail": detail,
    }


def _priced(line: Line, detail: Body, currency: str) -> Decimal:
    """quickbooks-api.md 8: the amount must be quantity x price rounded, the price stays exact."""
    if line.quantity is None and line.unit_price is None:
        detail.pop("Qty", None)
        detail.pop("UnitPrice", None)
        return line.amount
    quantity = Decimal(1) if line.quantity is None else line.quantity
    price = line.amount if line.unit_price is None else line.unit_price
    detail |= {"Qty": quantity, "UnitPrice": price}
    return cents(quantity * price, currency)


def _discount(line: Line, raw: Body) -> Body:
    detail = dict(raw.get("DiscountLineDetail") or {})
    if line.percent is not None:
        detail |= {"PercentBased": True, "DiscountPercent": line.percent}
    elif raw.get("Amount") != line.amount:  # equal: a percentage that still gives this amount
        detail.pop("DiscountPercent", None)
        detail["PercentBased"] = False
    body = {**raw, "DetailType": "DiscountLineDetail", "Amount": line.amount}
    if line.description:
        body["Description"] = line.description
    return {**body, "DiscountLineDetail": detail}


def _own_words(words: str, raw: Body) -> str:
    """Of a bundle's child without the bundle's name, which reading put in front."""
    if BUNDLE not in raw:
        return words
    name = bundle_name(raw[BUNDLE])
    original = str(raw.get("Description") or "")
    if words == bundled(name, original):
        return original
    return words.removeprefix(f"{name}: ")


def _with_texts(made: list[tuple[str, Body]], before: Sequence[Line]) -> list[tuple[str, Body]]:
    """HubSpot has no lines of text alone. They stay behind the line they followed."""
    result = list(made)
    passed: list[str] = []
    for line in before:
        if line.kind is LineKind.TEXT:
            places = [index for index, (id, _) in enumerate(result) if id and id in passed]
            result.insert(places[-1] + 1 if places else 0, (line.id, _raw(line)))
        passed.append(line.id)
    return result


def _in_bundles(made: list[tuple[str, Body]], known: dict[str, Line]) -> list[Body]:
    """Children go back into their bundle, at the place of its first one."""
    result: list[Body] = []
    children: dict[str, list[Body]] = {}
    for id, body in made:
        bundle = body.pop(BUNDLE, None) if id in known else None
        if bundle is None:
            result.append(body)
        elif (bundle_id := str(bundle.get("Id"))) in children:
            children[bundle_id].append(body)
        else:
            children[bundle_id] = [body]
            detail = {**bundle["GroupLineDetail"], "Line": children[bundle_id]}
            result.append({**bundle, "GroupLineDetail": detail})
    return result


def _raw(line: Line | None) -> Body:
    """Without its number in the set: the order of the list says it."""
    if line is None or not line.carried:
        return {}
    raw: Body = simplejson.loads(line.carried, use_decimal=True)
    raw.pop("LineNum", None)
    return raw
