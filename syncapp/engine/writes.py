"""What is to be written, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from syncapp.engine.records import Entity, RecordRef, Side, Snapshot, Value


class Operation(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    VOID = "void"
    ARCHIVE = "archive"  # HubSpot only


@dataclass(frozen=True, slots=True)
class Write:
    """One change to one remote record, or one step of it.

    `source` is the record on the other side whose copy a create makes; the marker is built from
    it. `target` and `expected_version` are set on everything but a create. `fields` are keyed by
    the target side's names and hold only what changes; references in them are refs of the target
    side. `before` is the snapshot the decision was made on (lines are written as a merge with
    it). `made` holds what earlier steps of the same document answered: part key -> remote id.
    """

    side: Side
    entity: Entity
    operation: Operation
    fields: Mapping[str, Value] = field(default_factory=dict)
    source: RecordRef | None = None
    target: RecordRef | None = None
    expected_version: str = ""
    before: Snapshot | None = None
    generation: int = 0
    step: int = 0
    made: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyedWrite:
    """A write with the id under which it is sent, again after silence too. Writes that share a
    `batch_id` travel in one call; a write without one travels alone."""

    write: Write
    request_id: str
    batch_id: str = ""


class FaultKind(StrEnum):
    """What happens next after a definite refusal of one record."""

    REJECTED = "rejected"  # a person must look
    VERSION_CLASH = "version_clash"  # fetch and reconcile again
    ALREADY_EXISTS = "already_exists"  # match again; `existing_id` where the vendor named it
    GONE = "gone"  # the target is no more: fetch and decide
    BUSY = "busy"  # locked, under maintenance: later


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` and `message` are the vendor's; `category` a name from the failure catalogue, empty
    where the kind says all there is."""

    kind: FaultKind
    code: str = ""
    message: str = ""
    category: str = ""
    field: str = ""
    request_id: str = ""
    existing_id: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """`snapshot` is what the remote answered; `made` what this step created: part key -> id.
    `may_be_replay`: the answer could be an old one and must be read back before it is linked.
    `overwritten`: values of other people that stood there for a moment, between the read that the
    write was decided on and the write; by the target side's field names. `left`: the versions in
    which this step left line items, by their ids."""

    snapshot: Snapshot | None
    made: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""
    may_be_replay: bool = False
    overwritten: Mapping[str, Value] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    fault: Fault


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, but no trustworthy answer came."""

    reason: str


WriteAnswer = Done | Refused | Unknown
