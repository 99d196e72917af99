"""What holds for an entity that has nothing special about a question."""

from collections.abc import Mapping

from syncapp.engine.compare import fold
from syncapp.engine.forms import alike, carried_over, in_form
from syncapp.engine.locked import Locked
from syncapp.engine.plan import Finding, Plan, State, excluded
from syncapp.engine.records import Entity, Pair, Presence, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import Condition, FieldMapping, Names, SyncRule
from syncapp.engine.said import said


class PlainRules:
    """Answers `EntityRules` for a record that is only its fields."""

    entity: Entity

    def present(self, snapshot: Snapshot, rule: SyncRule) -> Snapshot:  # noqa: ARG002
        return snapshot

    def locked(self, target: Side, rule: SyncRule) -> tuple[Locked, ...]:  # noqa: ARG002
        return ()

    def lifecycle(self, pair: Pair, rule: SyncRule) -> Plan | None:  # noqa: ARG002
        """A record deleted on one side stays on the other; the link is kept as a tombstone."""
        gone = [side for side in Side if _presence(pair, side) is Presence.GONE]
        if gone:
            return excluded("deleted_there", side=gone[0].product_name)
        if _presence(pair, Side.QUICKBOOKS) is Presence.INACTIVE:
            return excluded("inactive")
        return None

    def translate(
        self,
        mapping: FieldMapping,
        value: Value,
        target: Side,
        pair: Pair,
        rule: SyncRule,  # noqa: ARG002
    ) -> Value:
        if isinstance(value, RecordRef):
            return pair.partner_of(value)
        return carried_over(mapping, value, target)

    def extras(
        self,
        target: Side,  # noqa: ARG002
        pair: Pair,  # noqa: ARG002
        rule: SyncRule,  # noqa: ARG002
    ) -> Mapping[str, Value]:
        return {}

    def names(
        self,
        target: Side,  # noqa: ARG002
        pair: Pair,  # noqa: ARG002
        rule: SyncRule,  # noqa: ARG002
    ) -> Names | None:
        return None

    def may_match(self, candidate: Snapshot) -> bool:
        return candidate.is_live

    def same(self, mapping: FieldMapping, pair: Pair, rule: SyncRule) -> bool:
        here = pair.value(Side.HUBSPOT, mapping.hubspot)
        there = pair.value(Side.QUICKBOOKS, mapping.quickbooks)
        if mapping.transform:
            return alike(mapping, here, there)
        sent = self.translate(mapping, here, Side.QUICKBOOKS, pair, rule)
        if fold(mapping.kind, sent) == fold(mapping.kind, in_form(mapping, there)):
            return not isinstance(here, RecordRef) or sent is not None
        # A sub-customer's contact is its parent's, whose customer is another.
        return isinstance(there, RecordRef) and here is not None and pair.partner_of(there) == here

    def concerns(
        self,
        row: FieldMapping,
        rule: SyncRule,  # noqa: ARG002
        origin: Side | None,
    ) -> bool:
        return row.origin is None or row.origin is origin

    def guard(
        self,
        row: FieldMapping,
        rule: SyncRule,  # noqa: ARG002
        origin: Side | None,  # noqa: ARG002
    ) -> FieldMapping:
        return row

    def way_back(
        self,
        pair: Pair,  # noqa: ARG002
        guest: Side,  # noqa: ARG002
    ) -> str:
        return ""

    def refusal(
        self,
        fields: Mapping[str, Value],  # noqa: ARG002
        target: Side,  # noqa: ARG002
        pair: Pair,  # noqa: ARG002
        rule: SyncRule,  # noqa: ARG002
    ) -> Finding | None:
        return None

    def amounts(self, pair: Pair) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    def agreement(self, pair: Pair, rule: SyncRule) -> Finding | None:  # noqa: ARG002
        return None


def too_long(fields: Mapping[str, Value], limits: Mapping[str, tuple[str, int]]) -> Finding | None:
    """`limits`: field -> its name in a sentence, and how many characters QuickBooks takes."""
    for name, (words, limit) in limits.items():
        value = fields.get(name)
        if isinstance(value, str) and len(value) > limit:
            facts = {"field": said(words), "limit": str(limit), "length": str(len(value))}
            return Finding(State.FAILING, "too_long", facts)
    return None


def _presence(pair: Pair, side: Side) -> Presence | None:
    snapshot = pair.side(side)
    return snapshot.presence if snapshot else None


def active(entity: Entity) -> Locked:
    """Of QuickBooks' lists, where records are switched off rather than deleted."""
    return Locked(
        "inactive",
        "that are active in QuickBooks",
        lambda record: record.is_live,
        condition=Condition(entity, "Active", "is_true"),
    )
