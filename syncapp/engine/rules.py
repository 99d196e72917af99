"""What an admin chose for one entity, and what the entity's own file adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from syncapp.engine.records import Entity, Pair, RecordRef, Side, Snapshot, Value

if TYPE_CHECKING:
    from syncapp.engine.locked import Locked
    from syncapp.engine.plan import Finding, Plan


class Direction(StrEnum):
    BOTH = "both"
    TO_HUBSPOT = "to_hubspot"
    TO_QUICKBOOKS = "to_quickbooks"

    def reaches(self, side: Side) -> bool:
        return self is Direction.BOTH or self is Direction.towards(side)

    @property
    def sender(self) -> Side | None:
        """Who sends in a one-way sync; None where both do."""
        sides = [side for side in Side if not self.reaches(side)]
        return sides[0] if sides else None

    @staticmethod
    def towards(side: Side) -> "Direction":
        return Direction.TO_HUBSPOT if side is Side.HUBSPOT else Direction.TO_QUICKBOOKS


class ConflictPolicy(StrEnum):
    HUBSPOT = "hubspot"
    QUICKBOOKS = "quickbooks"
    ASK = "ask"

    def within(self, direction: Direction) -> "ConflictPolicy":
        """What holds in a sync of this direction: one way, the sender always wins."""
        sender = direction.sender
        return self if sender is None else ConflictPolicy(sender.value)


class FieldKind(StrEnum):
    """How two values of a field are folded before they are compared."""

    TEXT = "text"
    NAME = "name"  # letter case and repeated blanks do not count
    PHONE = "phone"
    NUMBER = "number"
    DATE = "date"  # of an instant, the day on which it is in the portal's time zone
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    REFERENCE = "reference"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """One HubSpot property and the QuickBooks field it meets.

    `by_origin`: the value belongs to the side the record was born on and travels only from
    there. `is_protected`: a change on the other side is refused, not merely held; of lines only
    one that moves money, unless the row `protects_words` too. `origin`
    limits the row to records born there. `on_create`: written once, never compared afterwards.
    `may_wipe`: an empty value may clear the other side. `is_added`: not one of ours, so both
    fields may vanish. `zone`: in which a day is a day.
    """

    hubspot: str
    quickbooks: str
    direction: Direction = Direction.BOTH
    kind: FieldKind = FieldKind.TEXT
    by_origin: bool = False
    is_protected: bool = False
    protects_words: bool = False
    origin: Side | None = None
    on_create: bool = False
    may_wipe: bool = False
    transform: str = ""
    words: str = ""  # for sentences; a row without any is called by its field
    is_added: bool = False
    zone: tzinfo = UTC

    @property
    def forward(self) -> Side:
        """The side to which the transform runs; to the other one it is undone."""
        return Side.HUBSPOT if self.direction is Direction.TO_HUBSPOT else Side.QUICKBOOKS

    @property
    def key(self) -> str:
        return f"{self.hubspot}={self.quickbooks}"

    def field(self, side: Side) -> str:
        return self.hubspot if side is Side.HUBSPOT else self.quickbooks

    def words_on(self, side: Side) -> str:
        return self.words or self.field(side)


@dataclass(frozen=True, slots=True)
class Condition:
    """`object` names the record itself ("invoice") or an associated one ("contact"). The rest is
    what the account said of the field when the condition was saved: its type, its label, and the
    value as people read it."""

    object: str
    property: str
    operator: str
    value: Value | tuple[str, ...] = None
    type: str = ""
    label: str = ""
    shown: str = ""


Filter = tuple[tuple[Condition, ...], ...]  # OR between groups, AND inside; empty lets all through


@dataclass(frozen=True, slots=True)
class MatchKey:
    hubspot: str
    quickbooks: str
    kind: FieldKind = FieldKind.NAME

    def field(self, side: Side) -> str:
        return self.hubspot if side is Side.HUBSPOT else self.quickbooks


@dataclass(frozen=True, slots=True)
class Names:
    """What a new record may be called where names are unique: the field, all names that will do,
    best first, and the reason where none of them is free."""

    field: str
    patterns: tuple[str, ...]
    category: str


class EntityRules(Protocol):
    """What is special about one entity (`syncapp/objects`). Pure, like the engine."""

    entity: Entity

    def present(self, snapshot: Snapshot, rule: "SyncRule") -> Snapshot:
        """The snapshot with derived fields added, such as a display name or a paid status."""
        ...

    def locked(self, target: Side, rule: "SyncRule") -> "tuple[Locked, ...]":
        """The automatic filters, in order: what a record must fulfil to be created on the target
        side, whatever the rule's own filters say."""
        ...

    def lifecycle(self, pair: Pair, rule: "SyncRule") -> "Plan | None":
        """The plan where a deletion, void or refund decides; None where fields do."""
        ...

    def translate(
        self, mapping: FieldMapping, value: Value, target: Side, pair: Pair, rule: "SyncRule"
    ) -> Value:
        """A value of the other side as the target would hold it. References and the products of
        lines become the target's own."""
        ...

    def extras(self, target: Side, pair: Pair, rule: "SyncRule") -> Mapping[str, Value]:
        """What a create needs on the target side beyond the mapped fields."""
        ...

    def names(self, target: Side, pair: Pair, rule: "SyncRule") -> Names | None:
        """For a create; None where a name may be taken twice."""
        ...

    def may_match(self, candidate: Snapshot) -> bool:
        """Is this record one that another may be linked to by key?"""
        ...

    def same(self, mapping: FieldMapping, pair: Pair, rule: "SyncRule") -> bool:
        """Do both sides agree on this field?"""
        ...

    def concerns(self, row: FieldMapping, rule: "SyncRule", origin: Side | None) -> bool:
        """Is this row about records born on this side?"""
        ...

    def guard(self, row: FieldMapping, rule: "SyncRule", origin: Side | None) -> FieldMapping:
        """The row as it holds for records born on this side: is it money there?"""
        ...

    def way_back(self, pair: Pair, guest: Side) -> str:
        """How a protected change on the guest's side is put right, where it is not the usual
        way."""
        ...

    def refusal(
        self, fields: Mapping[str, Value], target: Side, pair: Pair, rule: "SyncRule"
    ) -> "Finding | None":
        """Why these fields must not be written (totals that would differ, a number too long);
        asked before every create and update."""
        ...

    def amounts(self, pair: Pair) -> Mapping[str, str]:
        """What a failing record is worth on each side, as facts for its sentence."""
        ...

    def agreement(self, pair: Pair, rule: "SyncRule") -> "Finding | None":
        """What still differs between two linked records that have nothing left to copy."""
        ...


@dataclass(frozen=True, slots=True)
class SyncRule:
    """`filters` by the direction in which they let records through. `keeps_linked` (per
    direction): a record that is linked keeps syncing when it no longer matches."""

    entity: Entity
    special: EntityRules
    direction: Direction = Direction.BOTH
    conflict: ConflictPolicy = ConflictPolicy.HUBSPOT
    is_on: bool = True
    mappings: tuple[FieldMapping, ...] = ()
    match_keys: tuple[MatchKey, ...] = ()
    filters: Mapping[Direction, Filter] = field(default_factory=dict)
    keeps_linked: frozenset[Direction] = frozenset()
    started_at: datetime | None = None
    now: datetime | None = None  # of the pass, for relative dates
    zones: Mapping[Side, tzinfo] = field(default_factory=dict)  # of the two accounts
    options: Mapping[str, Value] = field(default_factory=dict)
    catch_all_item: RecordRef | None = None
    version: int = 1
    # Of records born on each side, as `reconcile` works them out; another rule begins anew.
    rows: dict[Side | None, tuple[FieldMapping, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def has_open_way(self) -> bool:
        """Changes of a linked record may go one way at least, whatever a filter says of it."""
        ways = {Direction.towards(side) for side in Side if self.direction.reaches(side)}
        return any(way in self.keeps_linked or not self.filters.get(way) for way in ways)

    def now_on(self, side: Side) -> datetime | None:
        """`now` in the time zone of that side's account: where its days begin and end."""
        zone = self.zones.get(side)
        return self.now.astimezone(zone) if self.now and zone else self.now

    def option(self, name: str) -> str:
        value = self.options.get(name)
        return "" if value is None else str(value)
