"""MATCH: unlinked records find their partner by key, batched, before anything new is made."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from syncapp.engine.match import Match, by_candidate, doubles, fold_key, match
from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.reconcile import why_not_created
from syncapp.engine.records import Entity, Presence, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.pipeline import payment_match
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, absorb, find_links
from syncapp.pipeline.own_copies import originals


def match_unlinked(work: Pass, rule: SyncRule, dossiers: Sequence[Dossier]) -> list[Dossier]:
    """Links what belongs together and answers the dossiers that remain: two halves that were
    merged are one. A dossier with a question for a person gets its plan here."""
    remaining = _joined_copies(work, dossiers)
    for side in Side:
        unlinked = [
            dossier
            for dossier in remaining
            if not dossier.link.is_linked and side in dossier.snapshots and dossier.plan is None
        ]
        matches = _matches(work, rule, side, unlinked)
        for dossier in unlinked:
            ref = dossier.snapshots[side].ref
            remaining = _settle_match(work, dossier, matches.get(ref, Match()), remaining)
    _read_partners(work, remaining)
    return remaining


def _read_partners(work: Pass, dossiers: Sequence[Dossier]) -> None:
    """Of all that were linked just now, in one go."""
    for side, connector in work.connectors.items():
        missing = {
            ref: dossier
            for dossier in dossiers
            if side not in dossier.snapshots and (ref := dossier.ref(side))
        }
        for ref, snapshot in connector.fetch(list(missing)).items() if missing else ():
            missing[ref].snapshots[side] = snapshot


def _joined_copies(work: Pass, dossiers: Sequence[Dossier]) -> list[Dossier]:
    remaining = list(dossiers)
    claims = originals(work, dossiers)
    now: dict[RecordRef, Snapshot] = {}
    for side, connector in work.connectors.items():
        asked = [original for _, original in claims if original.side is side]
        now |= connector.fetch(asked) if asked else {}
    for dossier, original in claims:
        other = next((one for one in remaining if one.ref(original.side) == original), None)
        if dossier in remaining and now[original].presence is not Presence.GONE:
            dossier.link.origin = original.side
            dossier.snapshots[original.side] = now[original]
            _join(work, dossier, original, other)
            remaining = [one for one in remaining if one is not other]
    return remaining


def _matches(
    work: Pass, rule: SyncRule, side: Side, unlinked: Sequence[Dossier]
) -> dict[RecordRef, Match]:
    records = [
        dossier.snapshots[side]
        for dossier in unlinked
        if rule.special.may_match(dossier.snapshots[side])
    ]
    if rule.entity is Entity.PAYMENT:
        return payment_match.matches(work, rule, side, unlinked)
    if not rule.match_keys or not records:
        return {}
    candidates = _candidates(work, rule, side, records)
    taken = _taken(work, side.other, candidates)
    found = {
        record.ref: match(record, _sharing(rule, record, candidates), rule.match_keys, taken)
        for record in records
        if _may_link(rule, record)
    }
    for record, first in doubles(records, rule.match_keys).items():
        found[record] = Match(candidates=(first,), key="same key")
    for partner, suitors in by_candidate(found).items():
        for suitor in suitors[1:]:
            found[suitor] = Match(candidates=(partner,), key="same key")
    return found


def _may_link(rule: SyncRule, record: Snapshot) -> bool:
    """A record that nothing lets through in either direction stays alone."""
    side = record.ref.side
    if rule.direction.reaches(side):
        return True
    return why_not_created(rule, rule.special.present(record, rule), side.other) is None


def _candidates(
    work: Pass, rule: SyncRule, side: Side, records: Sequence[Snapshot]
) -> dict[RecordRef, Snapshot]:
    """Records of the other side that have one of the keys."""
    found: dict[RecordRef, Snapshot] = {}
    for key in rule.match_keys:
        values = {str(value) for record in records if (value := fold_key(key, record)) is not None}
        if not values:
            continue
        answer = work.connectors[side.other].find(
            rule.entity, key.field(side.other), sorted(values)
        )
        for snapshots in answer.values():
            found |= {one.ref: one for one in snapshots if rule.special.may_match(one)}
    return found


def _sharing(
    rule: SyncRule, record: Snapshot, candidates: Mapping[RecordRef, Snapshot]
) -> list[Snapshot]:
    wanted = {fold_key(key, record) for key in rule.match_keys} - {None}
    return [
        one
        for one in candidates.values()
        if any(fold_key(key, one) in wanted for key in rule.match_keys)
    ]


def _taken(
    work: Pass, side: Side, candidates: Mapping[RecordRef, Snapshot]
) -> dict[RecordRef, RecordRef]:
    return {
        ref: partner
        for ref, link in find_links(work, candidates).items()
        if link.is_linked and (partner := Dossier(link).ref(side.other))
    }


def _settle_match(
    work: Pass, dossier: Dossier, found: Match, remaining: list[Dossier]
) -> list[Dossier]:
    if found.is_ambiguous:
        facts = {"candidates": ", ".join(ref.id for ref in found.candidates), "key": found.key}
        dossier.plan = Plan(Finding(State.NEEDS_DECISION, "ambiguous", facts))
        return remaining
    if found.partner is None:
        return remaining
    other = next((one for one in remaining if one.ref(found.partner.side) == found.partner), None)
    _join(work, dossier, found.partner, other)
    return [one for one in remaining if one is not other]


def _join(work: Pass, dossier: Dossier, partner: RecordRef, other: Dossier | None) -> None:
    """Two half rows become one, in one transaction."""
    side = partner.side
    with transaction.atomic():
        work.lease.guard_commit()
        setattr(dossier.link, f"{side.value}_id", partner.id)
        absorb([dossier.link])
        dossier.link.save(update_fields=[f"{side.value}_id", "origin", "updated_at"])
    if other is not None:
        dossier.rows += other.rows
        dossier.snapshots |= other.snapshots
