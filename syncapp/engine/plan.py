"""The result of a decision: what will be written, and what an admin is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from syncapp.engine.records import RecordRef, Side, Value
from syncapp.engine.records import State as State
from syncapp.engine.writes import Write


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a record is not simply in sync. `facts` fill the category's sentence."""

    state: State
    category: str
    facts: Mapping[str, str] = field(default_factory=dict)


class Verdict(StrEnum):
    SETTLED = "settled"  # nothing new on either side
    CONVERGED = "converged"  # both sides hold the same, at least one of them newly
    COPY = "copy"
    HELD = "held"  # a difference that direction, filter or the empty-value rule keeps as it is
    CONFLICT = "conflict"
    PROTECTED = "protected"


class Hold(StrEnum):
    """Why a held difference stays as it is."""

    DIRECTION = "direction"  # the value travels the other way only
    OWNER = "owner"  # the value belongs to the side on which the record was born
    FILTER = "filter"
    EMPTY = "empty"  # an empty value wipes nothing
    STORED = "stored"  # settled: it was written, and the target keeps it in a form of its own


@dataclass(frozen=True, slots=True)
class FieldDecision:
    """`overwritten` is the value of the target that a copy replaces. `lost` says that the target
    had changed too and a policy or a one-way rule decided against it."""

    mapping: str
    verdict: Verdict
    hubspot: Value = None
    quickbooks: Value = None
    target: Side | None = None
    written: Value = None
    overwritten: Value = None
    lost: bool = False
    hold: Hold | None = None

    @property
    def source_value(self) -> Value:
        """What is copied, as its own side holds it."""
        return self.hubspot if self.target is Side.QUICKBOOKS else self.quickbooks


@dataclass(frozen=True, slots=True)
class Plan:
    """`finding` is what the record's state will be once the writes are confirmed; None = in sync.

    A plan without writes and without finding leaves two records in agreement. `waiting_for` are
    records that must be decided first. `needs_catch_all`: an invoice line has no item of its own.
    """

    finding: Finding | None = None
    writes: tuple[Write, ...] = ()
    fields: tuple[FieldDecision, ...] = ()
    waiting_for: tuple[RecordRef, ...] = ()
    needs_catch_all: bool = False

    @property
    def state(self) -> State:
        return self.finding.state if self.finding else State.IN_SYNC


def excluded(category: str, **facts: str) -> Plan:
    return Plan(Finding(State.EXCLUDED, category, facts))


def failing(category: str, **facts: str) -> Plan:
    return Plan(Finding(State.FAILING, category, facts))
