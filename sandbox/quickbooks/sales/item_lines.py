"""One line that sells an item (quickbooks-api.md 8, 15, 17)."""

from decimal import Decimal

from sandbox.quickbooks.amounts import rounded
from sandbox.quickbooks.faults import Fault, broken_rule, made_inactive, missing
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.sales.line_tax import settle_line_tax_code
from sandbox.quickbooks.table import Record

DETAIL = "SalesItemLineDetail"
ITEM_REF = "Line.SalesItemLineDetail.ItemRef"
SPECIAL_ITEMS = {"SHIPPING_ITEM_ID": "AllowShipping", "GRATUITY_ITEM_ID": ""}
SMALLEST_PRICE = Decimal("0.0000001")


def complete_item_line(change: Change, line: Record) -> Record:
    detail = dict(line.get(DETAIL) or {})
    if line.get("DetailType", DETAIL) != DETAIL or not line.get(DETAIL):
        raise missing("Line.SalesItemLineDetail")
    if "ItemRef" not in detail:
        return _as_text(change, line, detail)
    item = _item(change, detail)
    if line.get("Amount") is None:
        raise missing("Line.Amount")
    _check_amount(change, line, detail)
    _check_service_date(change, detail)
    if item is not None:
        _check_inventory(change, item, detail)
        if change.company.options["item_description_on_line"] and item.get("Description"):
            line.setdefault("Description", item["Description"])
    settle_line_tax_code(change, line, detail, item)
    return line | {"DetailType": DETAIL, "Amount": rounded(line["Amount"]), DETAIL: detail}


def _as_text(change: Change, line: Record, detail: Record) -> Record:
    """quickbooks-api.md 8: without an item the line is text and its amount is ignored; 6440 is
    the other reading."""
    if change.company.options["line_without_item"] == "fault_6440":
        raise Fault("6440", "A line with an amount needs an item", ITEM_REF)
    kept = {name: line[name] for name in ("Id", "Description") if name in line}
    text = {"ServiceDate": detail["ServiceDate"]} if "ServiceDate" in detail else {}
    return kept | {"DetailType": "DescriptionOnly", "DescriptionLineDetail": text}


def _item(change: Change, detail: Record) -> Record | None:
    """None for the items that stand for shipping and gratuity."""
    item_id = detail["ItemRef"]["value"]
    company = change.company
    if item_id in SPECIAL_ITEMS:
        preference = SPECIAL_ITEMS[item_id]
        if preference and not company.preference("SalesFormsPrefs", preference):
            code = company.options["feature_off_code"]
            raise broken_rule("Shipping is switched off in this company.", ITEM_REF, code)
        return None
    item = company.find("Item", item_id)
    if item is None:
        raise Fault("2500", f"Invalid Reference Id : Item {item_id} not found", ITEM_REF)
    if not item["Active"]:
        raise made_inactive("items")
    if item["Type"] in ("Category", "Group"):
        raise broken_rule(f"{item['Name']} is no product or service.", ITEM_REF)
    detail["ItemRef"] = {"value": item["Id"], "name": item["Name"]}
    return item


def _check_amount(change: Change, line: Record, detail: Record) -> None:
    amount = line["Amount"]
    if amount < 0 and change.company.options["negative_lines"] == "fault_2290":
        raise Fault("2290", "Negative amounts are not supported on lines", "Line.Amount")
    quantity, price = detail.get("Qty"), detail.get("UnitPrice")
    if quantity == 0 and not price and amount:
        # clients that build every field send zeros for "not given" (python-quickbooks does)
        for name in ("Qty", "UnitPrice"):
            detail.pop(name, None)
    elif quantity is not None and price is not None:
        if rounded(quantity * price) != rounded(amount):
            given = f"Amount {amount}, Qty {quantity}, UnitPrice {price}"
            raise Fault(
                "6070", f"Amount is not equal to UnitPrice * Qty. Supplied value:{given}", "Amount"
            )
    elif quantity:
        detail["UnitPrice"] = (amount / quantity).quantize(SMALLEST_PRICE).normalize() + 0


def _check_service_date(change: Change, detail: Record) -> None:
    company = change.company
    if not company.preference("SalesFormsPrefs", "AllowServiceDate"):
        if company.options["service_date_when_off"] == "dropped":
            detail.pop("ServiceDate", None)
        return
    products = "ProductAndServicesPrefs"
    is_recognised = company.preference(products, "RevenueRecognitionEnabled")
    if is_recognised and "ServiceDate" not in detail and change.author.is_app:
        # quickbooks-api.md 17: revenue recognition demands a service date on every line
        code = company.options["revenue_recognition_code"]
        raise broken_rule("Every line needs a service date.", "Line", code)


def _check_inventory(change: Change, item: Record, detail: Record) -> None:
    if item["Type"] != "Inventory":
        return
    if detail.get("Qty") is None:
        raise Fault("6520", f"The quantity of {item['Name']} is missing", "Qty")
    if change.record["TxnDate"] < item["InvStartDate"]:
        detail_text = f"{item['Name']} is kept in stock since {item['InvStartDate']} only"
        raise Fault("6270", detail_text, "TxnDate")
