"""The nouns that travel between connectors, engine and pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Side(StrEnum):
    HUBSPOT = "hubspot"
    QUICKBOOKS = "quickbooks"

    @property
    def other(self) -> "Side":
        return Side.QUICKBOOKS if self is Side.HUBSPOT else Side.HUBSPOT

    @property
    def product_name(self) -> str:
        return "HubSpot" if self is Side.HUBSPOT else "QuickBooks"


class Entity(StrEnum):
    """In the order in which they are worked: parents before children."""

    CONTACT = "contact"
    PRODUCT = "product"
    INVOICE = "invoice"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """One remote record. The id of a QuickBooks payment is `<Payment.Id>/<Invoice.Id>`: the part
    of one payment that settles one invoice (an allocation)."""

    side: Side
    entity: Entity
    id: str


class LineKind(StrEnum):
    ITEM = "item"
    TEXT = "text"
    DISCOUNT = "discount"
    TAX = "tax"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice, or one of its order-level discounts, taxes and fees.

    `amount` is what the line adds to the total before order-level kinds; of a discount, tax or
    fee the positive amount it takes off or adds. `discount` is the whole line's own discount, in
    money, already taken off `amount`. `tax` is tax of this line alone, not in `amount`.
    `percent` is set where the side holds a percentage and the amount follows from it.
    `carried` is the connector's own: what it wants back unread when the line is written again.
    """

    id: str = ""
    kind: LineKind = LineKind.ITEM
    product: RecordRef | None = None
    sku: str = ""
    name: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    percent: Decimal | None = None
    is_recurring: bool = False
    service_date: date | None = None  # asked for where the line has none over there
    partner: str = ""  # the key under which this line is known on the other side
    carried: str = ""


Value = str | bool | Decimal | date | datetime | RecordRef | tuple[Line, ...] | None


class Presence(StrEnum):
    LIVE = "live"
    INACTIVE = "inactive"  # a QuickBooks list record that was switched off
    VOIDED = "voided"
    GONE = "gone"  # deleted, archived, merged away: the vendor itself says so


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a side says about a record now.

    `fields` are keyed by that side's own field names. `related` holds the fields of associated
    records by object name ("company", "invoice"), for filters. `payments` are the allocations a
    side shows on an invoice. `merged_ids` are ids this record has swallowed. `key` is our marker
    on it: whose copy it is. `changed_by`: who changed it last, where the side says so. `carried`
    is the connector's own, see `Line.carried`.
    """

    ref: RecordRef
    fields: Mapping[str, Value] = field(default_factory=dict)
    version: str = ""
    presence: Presence = Presence.LIVE
    modified_at: datetime | None = None
    created_at: datetime | None = None
    changed_by_others_at: datetime | None = None
    changed_by: str = ""
    related: Mapping[str, tuple[Mapping[str, Value], ...]] = field(default_factory=dict)
    payments: tuple[RecordRef, ...] = ()
    merged_ids: tuple[str, ...] = ()
    key: str = ""
    carried: str = ""

    @property
    def is_live(self) -> bool:
        return self.presence is Presence.LIVE

    def get(self, name: str) -> Value:
        return self.fields.get(name)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Per side, the values at the last agreement, as that side answered them, by the key of the
    mapping: of two rows with one field in common each agrees for itself."""

    hubspot: Mapping[str, Value] = field(default_factory=dict)
    quickbooks: Mapping[str, Value] = field(default_factory=dict)

    def side(self, side: Side) -> Mapping[str, Value]:
        return self.hubspot if side is Side.HUBSPOT else self.quickbooks


class State(StrEnum):
    IN_SYNC = "in_sync"
    FAILING = "failing"
    EXCLUDED = "excluded"
    WAITING = "waiting"
    NEEDS_DECISION = "needs_decision"


@dataclass(frozen=True, slots=True)
class Parent:
    """What is known of a record that another one refers to.

    `partner` is its copy on the other side when linked. `is_decided` without a partner: it will
    not come for now, `state` and `reason` say why; not decided: it can still arrive. Of an
    invoice also `total_agrees`, what is still open on each side, and whom it is addressed to.
    """

    ref: RecordRef
    partner: RecordRef | None = None
    is_decided: bool = False
    state: State | None = None
    label: str = ""
    reason: str = ""
    category: str = ""
    origin: Side | None = None
    currency: str = ""
    total_agrees: bool = True
    open_amounts: Mapping[Side, Decimal] = field(default_factory=dict)
    customers: Mapping[Side, RecordRef] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides of one record with all that a decision about it may look at.

    `origin` is the side on which the record was born. `parents` are by ref of either side.
    `items_by_sku` are QuickBooks items for lines whose product is not linked. `line_pairs` binds
    lines of a linked invoice: HubSpot line id -> QuickBooks line id. `payments_due`: a payment
    of this invoice has not been decided yet; `lone_payments` names those that only one side has.
    `generation` counts definite answers to creates. `begun`: what we were writing to the
    fields of the side it was not born on when we were cut off in the middle. `missing` are fields
    the rule names that an account does not have any more.
    """

    hubspot: Snapshot | None
    quickbooks: Snapshot | None
    baseline: Baseline | None = None
    origin: Side | None = None
    parents: Mapping[RecordRef, Parent] = field(default_factory=dict)
    items_by_sku: Mapping[str, RecordRef] = field(default_factory=dict)
    line_pairs: Mapping[str, str] = field(default_factory=dict)
    payments_due: bool = False
    lone_payments: tuple[str, ...] = ()
    generation: int = 0
    begun: Mapping[str, "tuple[Value, ...]"] = field(default_factory=dict)
    missing: Mapping[Side, frozenset[str]] = field(default_factory=dict)

    def side(self, side: Side) -> Snapshot | None:
        return self.hubspot if side is Side.HUBSPOT else self.quickbooks

    def value(self, side: Side, name: str) -> Value:
        snapshot = self.side(side)
        return snapshot.get(name) if snapshot else None

    def partner_of(self, ref: RecordRef) -> RecordRef | None:
        parent = self.parents.get(ref)
        return parent.partner if parent else None
