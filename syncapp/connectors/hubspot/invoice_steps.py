"""Which calls a write to an invoice takes, worked out from the write alone. Pure.

Create, of a mirror:
    LINES      its line items, upserted by their keys, still without an invoice
    DOCUMENT   the invoice as a draft, associated with contact, primary company and line items
    ATTACH     order-level discounts, fees and taxes, each associated with the invoice; they have
               no key, so they are made where the invoice can tell which are there already. Line
               items too where the account lets us give them no key.
    FINISH     status, number and amounts, once everything is in place
Update:
    ATTACH     lines that are new
    CHANGE     lines that differ, only what differs
    REMOVE     lines that are no more
    RELATE     another contact
    FINISH     the invoice's own properties
A step that has nothing to do is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from syncapp.connectors.hubspot.codec import VOIDED
from syncapp.connectors.hubspot.lines import item_properties, order_level_properties, part_key
from syncapp.connectors.hubspot.objects import SYNC_MESSAGE, SYNC_STATE
from syncapp.engine.records import Line, LineKind, Value
from syncapp.engine.writes import Operation, Write

LAST_PROPERTIES = frozenset(
    {
        *("hs_invoice_status", "hs_number", "hs_amount_billed"),
        *("ledgerline_total", "ledgerline_balance", "ledgerline_status", "ledgerline_url"),
        *(SYNC_STATE, SYNC_MESSAGE),
    }
)
INVOICE = "invoice"  # the invoice itself among the parts of a write


class Step(StrEnum):
    LINES = "lines"
    DOCUMENT = "document"
    ATTACH = "attach"
    CHANGE = "change"
    REMOVE = "remove"
    RELATE = "relate"
    FINISH = "finish"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Part:
    """One line or order-level record of a write. `properties` are what is to be written."""

    key: str
    kind: LineKind
    properties: Mapping[str, str]
    line: Line
    id: str = ""  # of one that exists

    def is_held_by(self, other: Line) -> bool:
        """Has this line of the invoice been made from this part?"""
        label = self.properties["name" if self.kind is LineKind.ITEM else "hs_label"]
        return (other.kind, other.name, other.amount) == (
            self.kind,
            label,
            self.line.amount,
        ) and other.partner in ("", self.line.partner)


@dataclass(frozen=True, slots=True)
class Merge:
    new: tuple[Part, ...] = ()
    changed: tuple[Part, ...] = ()
    removed: tuple[Part, ...] = ()


def steps_of(write: Write, *, keyed_lines: bool) -> tuple[Step, ...]:
    match write.operation:
        case Operation.CREATE:
            return _create_steps(write, keyed_lines=keyed_lines)
        case Operation.ARCHIVE:
            return (Step.ARCHIVE,)
        case Operation.VOID:
            return (Step.FINISH,)
        case Operation.UPDATE:
            return _update_steps(write)


def parts(write: Write) -> tuple[Part, ...]:
    """Everything a create makes beside the invoice."""
    return tuple(
        _part(line, position)
        for position, line in enumerate(_lines(write.fields))
        if line.kind is not LineKind.TEXT
    )


def kinds_made(write: Write) -> frozenset[LineKind]:
    """Of these parts. Asked at every step of every write, so without making them."""
    return frozenset(line.kind for line in _lines(write.fields)) - {LineKind.TEXT}


def merge(write: Write) -> Merge:
    """The wanted lines against those that are there."""
    if "lines" not in write.fields:
        return Merge()
    left = list(_lines(write.before.fields if write.before else {}))
    new: list[Part] = []
    changed: list[Part] = []
    for position, line in enumerate(_lines(write.fields)):
        there = _counterpart(line, left)
        if there is None:
            new.append(_part(line, position))
            continue
        left.remove(there)
        differing = _differing(there, line, position)
        if differing:
            changed.append(Part(part_key(line, position), line.kind, differing, line, there.id))
    gone = (Part(f"gone:{line.id}", line.kind, {}, line, line.id) for line in left)
    return Merge(tuple(new), tuple(changed), tuple(gone))


def own_properties(write: Write, step: Step) -> dict[str, Value]:
    """The invoice's own fields that belong to this step."""
    fields = {name: value for name, value in write.fields.items() if name != "lines"}
    if write.operation is Operation.VOID:
        return {**fields, "hs_invoice_status": VOIDED}
    if write.operation is not Operation.CREATE:
        return fields
    is_last = step is Step.FINISH
    return {name: v for name, v in fields.items() if (name in LAST_PROPERTIES) == is_last}


def _create_steps(write: Write, *, keyed_lines: bool) -> tuple[Step, ...]:
    kinds = kinds_made(write)
    attached = kinds - {LineKind.ITEM} if keyed_lines else kinds
    return (
        *([Step.LINES] if kinds and keyed_lines else []),
        Step.DOCUMENT,
        *([Step.ATTACH] if attached else []),
        *([Step.FINISH] if own_properties(write, Step.FINISH) else []),
    )


def _update_steps(write: Write) -> tuple[Step, ...]:
    lines = merge(write)
    rest = set(write.fields) - {"lines", "contact", "company"}
    wanted = {
        Step.ATTACH: bool(lines.new),
        Step.CHANGE: bool(lines.changed),
        Step.REMOVE: bool(lines.removed),
        Step.RELATE: "contact" in write.fields,
        Step.FINISH: bool(rest),
    }
    return tuple(step for step, is_wanted in wanted.items() if is_wanted) or (Step.FINISH,)


def _part(line: Line, position: int) -> Part:
    is_item = line.kind is LineKind.ITEM
    properties = (item_properties if is_item else order_level_properties)(line, position)
    return Part(part_key(line, position), line.kind, properties, line)


def _counterpart(line: Line, left: Sequence[Line]) -> Line | None:
    """What is there of this line: by id, by partner, else what says the same without a key."""
    alike = [old for old in left if old.kind is line.kind]
    if line.id:
        return next((old for old in alike if old.id == line.id), None)
    partners = [old for old in alike if line.partner and old.partner == line.partner]
    keyless = [
        old
        for old in alike
        if not old.partner and (old.name, old.amount) == (line.name, line.amount)
    ]
    return next(iter([*partners, *keyless]), None)


def _differing(old: Line, line: Line, position: int) -> dict[str, str]:
    if line.kind is not LineKind.ITEM:
        if old.amount == line.amount:
            return {}
        wanted = order_level_properties(line, position)
        return {name: wanted[name] for name in ("hs_label", "hs_type", "hs_value")}
    now, wanted = item_properties(old, position), item_properties(line, position)
    differing = {name: value for name, value in wanted.items() if now.get(name) != value}
    return differing | _cleared(old, line)


def _cleared(old: Line, line: Line) -> dict[str, str]:
    """What somebody gave a line over there and the books do not know."""
    cleared: dict[str, str] = {}
    if old.discount and not line.discount:
        cleared |= {"discount": "", "hs_discount_percentage": ""}
    if old.tax and not line.tax:
        cleared["hs_tax_rate_group_id"] = ""
    if old.product and not line.product:
        cleared["hs_product_id"] = ""
    if old.is_recurring and not line.is_recurring:
        cleared |= {"recurringbillingfrequency": "", "hs_recurring_billing_period": ""}
    return cleared


def _lines(fields: Mapping[str, Value]) -> tuple[Line, ...]:
    lines = fields.get("lines")
    return lines if isinstance(lines, tuple) else ()
