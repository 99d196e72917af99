"""The lines of a sales form: what was sent becomes the whole new set (quickbooks-api.md 3, 8)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sandbox.quickbooks.amounts import ZERO, rounded
from sandbox.quickbooks.faults import Fault, broken_rule, missing
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.sales.discounts import complete_discounts
from sandbox.quickbooks.sales.item_lines import complete_item_line
from sandbox.quickbooks.table import Record

SUBTOTAL = "SubTotalLineDetail"
GROUP = "GroupLineDetail"
ITEM = "SalesItemLineDetail"
TEXT = "DescriptionOnly"
MOST_LINES = 10_000


def settle_lines(change: Change) -> None:
    """Replaces what was sent by complete lines with ids; leaves unsent lines alone."""
    record = change.record
    if "Line" not in record:
        raise missing("Line")
    if "Line" not in change.sent:
        return
    sent = [line for line in record["Line"] if line and line.get("DetailType") != SUBTOTAL]
    if not sent:
        raise Fault("2250", "You must enter at least one line.", "Line")
    if len(sent) > MOST_LINES:
        raise broken_rule(f"A transaction can have {MOST_LINES} lines.", "Line")
    lines = [_completed(change, line) for line in sent]
    if not any(line["DetailType"] in (ITEM, GROUP) for line in lines) and not _has_subtotal(lines):
        raise Fault("2250", "You must enter at least one line with an item.", "Line")
    complete_discounts(change, lines, subtotal(lines))
    _number(change, lines)
    record["Line"] = lines


def item_lines(lines: Sequence[Record]) -> Iterator[Record]:
    """The lines that are sold, those inside bundles included."""
    for line in lines:
        if line["DetailType"] == ITEM:
            yield line
        elif line["DetailType"] == GROUP:
            yield from line["GroupLineDetail"].get("Line", [])


def subtotal(lines: Sequence[Record]) -> Decimal:
    return sum((line["Amount"] for line in item_lines(lines)), ZERO)


def with_subtotal(lines: Sequence[Record]) -> list[Record]:
    """QuickBooks' own last line; it has no id."""
    own = [line for line in lines if line["DetailType"] != SUBTOTAL]
    total = {"Amount": rounded(subtotal(own)), "DetailType": SUBTOTAL, SUBTOTAL: {}}
    return [*own, total]


def _completed(change: Change, line: Record) -> Record:
    match line.get("DetailType"):
        case "SalesItemLineDetail":
            return complete_item_line(change, line)
        case "DiscountLineDetail":
            return line
        case "DescriptionOnly":
            line.pop("Amount", None)
            line.setdefault("DescriptionLineDetail", {})
            return line
        case "GroupLineDetail":
            return _completed_group(change, line)
        case None:
            raise missing("Line.DetailType")
        case other:
            raise Fault("2120", f"Invalid Type : {other} on a sales form", "Line.DetailType")


def _completed_group(change: Change, line: Record) -> Record:
    """A bundle; its children are ordinary lines, unfolded from its definition when not sent."""
    detail = line.get(GROUP) or {}
    reference = detail.get("GroupItemRef")
    if reference is None:
        raise missing("Line.GroupLineDetail.GroupItemRef")
    bundle = change.company.find("Item", reference["value"])
    if bundle is None or bundle["Type"] != "Group":
        detail_text = f"Invalid Reference Id : bundle {reference['value']} not found"
        raise Fault("2500", detail_text, "Line.GroupLineDetail.GroupItemRef")
    quantity = detail.get("Quantity", Decimal(1))
    children = detail.get("Line") or _unfolded(change, bundle, quantity)
    children = [complete_item_line(change, child) for child in children]
    complete: Record = {"GroupItemRef": {"value": bundle["Id"], "name": bundle["Name"]}}
    complete |= {"Quantity": quantity, "Line": children}
    amount = sum((child["Amount"] for child in children), ZERO)
    return line | {"Amount": rounded(amount), GROUP: complete}


def _unfolded(change: Change, bundle: Record, quantity: Decimal) -> list[Record]:
    lines = []
    for part in bundle.get("_bundle", []):
        item = change.company.read("Item", str(part["item"]))
        count = Decimal(str(part.get("quantity", 1))) * quantity
        detail = {"ItemRef": {"value": item["Id"]}, "Qty": count, "UnitPrice": item["UnitPrice"]}
        amount = rounded(count * item["UnitPrice"])
        lines.append({"DetailType": ITEM, "Amount": amount, ITEM: detail})
    return lines


def _has_subtotal(lines: Sequence[Record]) -> bool:
    """quickbooks-api.md 8: a text line beginning with "Subtotal:" is an inline subtotal."""
    return any(line.get("Description", "").startswith("Subtotal:") for line in lines)


def _number(change: Change, lines: Sequence[Record]) -> None:
    """Known ids stay, everything else is a new line (quickbooks-api.md 3)."""
    before = change.before or {}
    known = {line["Id"] for line in _flat(before.get("Line", [])) if "Id" in line}
    last = before.get("_last_line", 0)
    used: set[str] = set()
    for number, line in enumerate(_flat(lines), 1):
        if line.get("Id") not in known or line["Id"] in used:
            last += 1
            line["Id"] = str(last)
        used.add(line["Id"])
        line["LineNum"] = number
    change.record["_last_line"] = last


def _flat(lines: Sequence[Record]) -> Iterator[Record]:
    for line in lines:
        yield line
        yield from line.get(GROUP, {}).get("Line", [])
