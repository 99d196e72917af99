"""The three-way decision: what differs from the last agreement, and what should be done about it.

`reconcile` is a pure function: the same rule and pair give the same plan. After its writes are
confirmed and settled, reconciling again yields no writes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from syncapp.engine import filters, held, protect
from syncapp.engine.added import not_kept, vanished
from syncapp.engine.compare import is_empty
from syncapp.engine.fields import decide, translated
from syncapp.engine.locked import first_failing
from syncapp.engine.plan import FieldDecision, Finding, Plan, State, Verdict, excluded
from syncapp.engine.records import Pair, Parent, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import Direction, FieldMapping, SyncRule
from syncapp.engine.said import joined, said
from syncapp.engine.writes import Operation, Write


def reconcile(rule: SyncRule, pair: Pair, decisions: Mapping[str, Side] | None = None) -> Plan:
    """`decisions` are a person's answers to conflicts: mapping key -> the side that wins."""
    pair = replace(
        pair,
        hubspot=pair.hubspot and rule.special.present(pair.hubspot, rule),
        quickbooks=pair.quickbooks and rule.special.present(pair.quickbooks, rule),
    )
    if not rule.is_on:
        return excluded("rule_off")
    plan = rule.special.lifecycle(pair, rule)
    if plan is None and pair.hubspot and pair.quickbooks:
        plan = _update(rule, pair, decisions or {})
    source = pair.hubspot or pair.quickbooks
    if plan is None:
        plan = _create(rule, pair, source) if source else excluded("deleted_there")
    return _with_amounts(plan, rule, pair)


def _with_amounts(plan: Plan, rule: SyncRule, pair: Pair) -> Plan:
    """A failing record says what it is worth on both sides."""
    finding = plan.finding
    if finding is None or finding.state is not State.FAILING:
        return plan
    facts = {**rule.special.amounts(pair), **finding.facts}
    return replace(plan, finding=replace(finding, facts=facts))


def applicable(rule: SyncRule, origin: Side | None) -> tuple[FieldMapping, ...]:
    """The rule's rows that concern a record born on this side: the same for every such record."""
    if origin not in rule.rows:
        rule.rows[origin] = tuple(
            rule.special.guard(row, rule, origin)
            for row in rule.mappings
            if rule.special.concerns(row, rule, origin)
        )
    return rule.rows[origin]


def _create(rule: SyncRule, pair: Pair, source: Snapshot) -> Plan:
    target = source.ref.side.other
    finding = why_not_created(rule, source, target)
    if finding is not None:
        return Plan(finding)
    rows = [row for row in applicable(rule, source.ref.side) if row.direction.reaches(target)]
    if gone := vanished(rows, pair):
        return Plan(gone)
    held_up = _missing_parents([source.get(row.field(source.ref.side)) for row in rows], pair)
    if held_up is not None:
        return held_up
    fields = {
        row.field(target): value
        for row in rows
        if not is_empty(value := translated(row, target, pair, rule))
    }
    fields |= rule.special.extras(target, pair, rule)
    refusal = rule.special.refusal(fields, target, pair, rule)
    if refusal is not None:
        return Plan(refusal, needs_catch_all=refusal.category == "catch_all")
    write = Write(
        target,
        rule.entity,
        Operation.CREATE,
        fields,
        source=source.ref,
        generation=pair.generation,
    )
    decisions = tuple(
        FieldDecision(
            row.key,
            Verdict.COPY,
            hubspot=pair.value(Side.HUBSPOT, row.hubspot),
            quickbooks=pair.value(Side.QUICKBOOKS, row.quickbooks),
            target=target,
            written=fields.get(row.field(target)),
        )
        for row in rows
    )
    return Plan(writes=(write,), fields=decisions)


def why_not_created(rule: SyncRule, source: Snapshot, target: Side) -> Finding | None:
    direction = Direction.towards(target)
    if not rule.is_on:
        return Finding(State.EXCLUDED, "rule_off")
    if not rule.direction.reaches(target):
        return Finding(State.EXCLUDED, "direction", {"side": target.product_name})
    automatic = first_failing(rule.special.locked(target, rule), source)
    if automatic is not None:
        return automatic
    why = filters.why_excluded(
        rule.filters.get(direction, ()), source, rule.now_on(source.ref.side)
    )
    return Finding(State.EXCLUDED, "filter", {"why": why}) if why else None


def _missing_parents(values: Iterable[Value], pair: Pair) -> Plan | None:
    """A record waits for the records it refers to; it fails when one of them will not come."""
    waiting: list[RecordRef] = []
    for ref in values:
        if not isinstance(ref, RecordRef):
            continue
        parent = pair.parents.get(ref, Parent(ref))
        if parent.partner is not None:
            continue
        if parent.is_decided:
            facts = {"parent": parent.label or ref.id, "reason": parent.reason}
            return Plan(Finding(State.FAILING, f"{ref.entity}_link", facts))
        waiting.append(ref)
    if not waiting:
        return None
    facts = {"parent": joined(", ", *(said(ref.entity) for ref in waiting))}
    return Plan(Finding(State.WAITING, "parent", facts), waiting_for=tuple(waiting))


def _update(rule: SyncRule, pair: Pair, decisions: Mapping[str, Side]) -> Plan:
    reached = _reached_sides(rule, pair)
    rows = [row for row in applicable(rule, pair.origin) if not row.on_create]
    fields = tuple(decide(row, rule, pair, reached, decisions.get(row.key)) for row in rows)
    if gone := vanished(rows, pair):
        return Plan(gone, fields=fields)
    protected = [field for field in fields if field.verdict is Verdict.PROTECTED]
    if protected:
        return Plan(protect.protected_change(rule, pair, rows, protected), fields=fields)
    copied = [field.source_value for field in fields if field.verdict is Verdict.COPY]
    held_up = _missing_parents(copied, pair)
    if held_up is not None:
        return replace(held_up, fields=fields)
    return _with_writes(rule, pair, rows, fields, reached)


def _reached_sides(rule: SyncRule, pair: Pair) -> frozenset[Side]:
    """The sides that changes may still go to: by direction, and by filters unless they keep
    linked records."""
    return frozenset(side for side in Side if _why_not_updated(rule, pair, side) is None)


def _why_not_updated(rule: SyncRule, pair: Pair, target: Side) -> Finding | None:
    direction = Direction.towards(target)
    source = pair.side(target.other)
    if source is None or not rule.direction.reaches(target):
        return Finding(State.EXCLUDED, "direction", {"side": target.product_name})
    if direction in rule.keeps_linked:
        return None
    why = filters.why_excluded(
        rule.filters.get(direction, ()), source, rule.now_on(source.ref.side)
    )
    return Finding(State.EXCLUDED, "filter", {"why": why}) if why else None


def _with_writes(
    rule: SyncRule,
    pair: Pair,
    rows: list[FieldMapping],
    fields: tuple[FieldDecision, ...],
    reached: frozenset[Side],
) -> Plan:
    writes = []
    for target in Side:
        copied = {
            row.field(target): field.written
            for row, field in zip(rows, fields, strict=True)
            if field.verdict is Verdict.COPY and field.target is target
        }
        snapshot = pair.side(target)
        if not copied or snapshot is None:
            continue
        refusal = rule.special.refusal(copied, target, pair, rule)
        if refusal is not None:
            return Plan(refusal, fields=fields, needs_catch_all=refusal.category == "catch_all")
        writes.append(
            Write(
                target,
                rule.entity,
                Operation.UPDATE,
                copied,
                target=snapshot.ref,
                expected_version=snapshot.version,
                before=snapshot,
                generation=pair.generation,
            )
        )
    finding = _conflict(fields)
    if finding is None and not writes:
        finding = not_kept(rows, fields, pair, rule) or rule.special.agreement(pair, rule)
    if finding is None and not writes and not reached:
        towards = Side.HUBSPOT if rule.direction is Direction.TO_HUBSPOT else Side.QUICKBOOKS
        finding = _why_not_updated(rule, pair, towards)
    if finding is None and not writes:
        finding = held.differences(rule, pair, rows, fields)
    return Plan(finding, tuple(writes), fields)


def _conflict(fields: tuple[FieldDecision, ...]) -> Finding | None:
    open_ones = [field for field in fields if field.verdict is Verdict.CONFLICT]
    if not open_ones:
        return None
    facts = {
        "field": ", ".join(field.mapping for field in open_ones),
        "values": "; ".join(
            held.both_values(field.mapping.partition("=")[0], field) for field in open_ones
        ),
    }
    return Finding(State.NEEDS_DECISION, "conflict", facts)
