"""MATCH: unlinked records find their partner by key, batched, before anything new is made."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from syncapp.engine.match import Match, doubles, fold_key, known_by, match, mutual
from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.reconcile import why_not_created
from syncapp.engine.records import Entity, Presence, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.models import RecordLink
from syncapp.pipeline.context import Pass
from syncapp.pipeline.decisions import APART, TAKEN_APART, stands_apart
from syncapp.pipeline.dossier import Dossier, find_links
from syncapp.pipeline.match import payment_match
from syncapp.pipeline.match.candidates import Known, question
from syncapp.pipeline.match.claims import Claims, known_candidates
from syncapp.pipeline.match.joining import join_all
from syncapp.pipeline.match.own_copies import originals
from syncapp.pipeline.match.searching import by_fold, searched, sharing
from syncapp.pipeline.match.told_copies import of_joined

Matches = dict[RecordRef, Match]


def match_unlinked(work: Pass, rule: SyncRule, dossiers: Sequence[Dossier]) -> list[Dossier]:
    """Links what belongs together and answers the dossiers that remain: two halves that were
    merged are one. A dossier with a question for a person gets its plan here."""
    alone = {one.link.pk for one in dossiers if not one.link.is_linked}
    remaining = _joined_copies(work, dossiers)
    known = Known()
    matches: Matches = {}
    for side in Side:
        unlinked = _unlinked(remaining, side)
        if rule.entity is Entity.PAYMENT:
            matches |= payment_match.matches(work, rule, side, unlinked)
        else:
            matches |= _by_key(work, rule, side, unlinked, remaining, known)
    remaining = _settle(work, mutual(matches), remaining, known)
    _read_partners(work, remaining)
    _read_anew(work, [one for one in remaining if one.link.is_linked and one.link.pk in alone])
    return remaining


def _unlinked(dossiers: Iterable[Dossier], side: Side) -> list[Dossier]:
    return [
        one
        for one in dossiers
        if not one.link.is_linked and side in one.snapshots and one.plan is None
        if not stands_apart(one.link)
    ]


def _read_partners(work: Pass, dossiers: Sequence[Dossier]) -> None:
    """Of all that were linked just now, in one go."""
    for side in work.connectors:
        missing = {
            ref: dossier
            for dossier in dossiers
            if side not in dossier.snapshots and (ref := dossier.ref(side))
        }
        for ref, snapshot in work.fetched(side, missing).items():
            missing[ref].snapshots[side] = snapshot


def _read_anew(work: Pass, dossiers: Sequence[Dossier]) -> None:
    """Linked just now: from here on they may be written over, and a listing may be long ago."""
    for side, connector in work.connectors.items():
        old = {
            snapshot.ref: dossier
            for dossier in dossiers
            if (snapshot := dossier.snapshots.get(side)) and work.is_old(snapshot)
        }
        for ref, snapshot in connector.fetch(list(old)).items() if old else ():
            old[ref].snapshots[side] = snapshot


def _joined_copies(work: Pass, dossiers: Sequence[Dossier]) -> list[Dossier]:
    claims = originals(work, dossiers)
    now: dict[RecordRef, Snapshot] = {}
    for side in work.connectors:
        now |= work.fetched(side, [original for _, original in claims if original.side is side])
    joins = []
    for dossier, original in claims:
        if now[original].presence is not Presence.GONE:
            dossier.link.origin = original.side
            dossier.snapshots[original.side] = now[original]
            joins.append((dossier, original))
    return join_all(work, joins, dossiers, of_joined(work, joins))


def _by_key(
    work: Pass,
    rule: SyncRule,
    side: Side,
    unlinked: Sequence[Dossier],
    everybody: Sequence[Dossier],
    known: Known,
) -> Matches:
    """From one side, without regard to what the other one wants."""
    dossiers = {
        one.snapshots[side].ref: one for one in unlinked if _may_link(rule, one.snapshots[side])
    }
    records = {ref: one.snapshots[side] for ref, one in dossiers.items()}
    keys = {ref: key for ref, record in records.items() if (key := known_by(rule, record))}
    if not keys:
        return {}
    claims = Claims.of(work, rule.entity, set(keys.values()))
    asked = [records[ref] for ref in keys]
    is_known = len(rule.match_keys) == 1 and work.was_listed(side.other, rule.entity, recently=True)
    candidates = {} if is_known else searched(work, rule, side.other, asked)
    candidates |= known_candidates(work, rule, side.other, set(keys.values()), claims, everybody)
    links = find_links(work, candidates)
    candidates = {ref: one for ref, one in candidates.items() if not _is_apart(links.get(ref))}
    known.add([*candidates.values(), *asked], [*claims.links, *links.values()])
    grouped = by_fold(rule, candidates.values())
    found = {}
    for ref in keys:
        if claims.is_open(keys[ref]):
            dossiers[ref].plan = Plan(Finding(State.WAITING, "unconfirmed"))
            continue
        alike = sharing(rule, records[ref], grouped)
        found[ref] = _asked(match(records[ref], alike, rule.match_keys, known.partners), links)
    _add_rivals(rule, side, records, keys, claims, found)
    elsewhere = set(links) - {ref for one in everybody for ref in one.refs}
    _doubt(work, rule, side, records, {ref for ref in elsewhere if known.is_asked(ref)}, found)
    return found


def _is_apart(link: RecordLink | None) -> bool:
    """A person said that it is to have a copy of its own."""
    return link is not None and APART in link.decisions and not link.is_linked


def _asked(found: Match, links: Mapping[RecordRef, RecordLink]) -> Match:
    """Whom a person has taken from its partner only a person gives to another one."""
    link = links.get(found.partner) if found.partner else None
    if found.partner and link is not None and TAKEN_APART in link.decisions:
        return Match(candidates=(found.partner,), key=found.key)
    return found


def _add_rivals(
    rule: SyncRule,
    side: Side,
    records: Mapping[RecordRef, Snapshot],
    keys: Mapping[RecordRef, str],
    claims: Claims,
    found: Matches,
) -> None:
    """Of several records of this side with one key only the first may get a copy."""
    nobody = [ref for ref, one in found.items() if one.partner is None and not one.candidates]
    would_create = [records[ref] for ref in nobody if _would_create(rule, records[ref])]
    for ref, first in doubles(would_create, rule.match_keys).items():
        found[ref] = Match(candidates=(first,), key=_shown(rule, records[ref]))
    for record in would_create:
        ref = record.ref
        rivals = [
            RecordRef(side, ref.entity, id_)
            for link in claims.before(ref, keys[ref])
            if (id_ := link.id_on(side)) and not _has_other_key(rule, records, side, id_, keys[ref])
        ]
        if rivals and found[ref] == Match():
            found[ref] = Match(candidates=tuple(rivals), key=_shown(rule, record))


def _doubt(
    work: Pass,
    rule: SyncRule,
    side: Side,
    records: Mapping[RecordRef, Snapshot],
    asked_about: Collection[RecordRef],
    found: Matches,
) -> None:
    """A partner that a person was asked about had several suitors. Do the others still exist?"""
    suitors = [ref for ref, one in found.items() if one.partner in asked_about]
    if not suitors:
        return
    alike = by_fold(rule, searched(work, rule, side, [records[ref] for ref in suitors]).values())
    for ref in suitors:
        others = {one.ref for one in sharing(rule, records[ref], alike)} - {ref}
        free = sorted(one for one, link in find_links(work, others).items() if not link.is_linked)
        partner = found[ref].partner
        if free and partner is not None:
            found[ref] = Match(candidates=(partner, *free), key=_shown(rule, records[ref]))


def _has_other_key(
    rule: SyncRule, records: Mapping[RecordRef, Snapshot], side: Side, id_: str, key: str
) -> bool:
    """Read just now: our row about it may be old."""
    now = records.get(RecordRef(side, rule.entity, id_))
    return now is not None and known_by(rule, now) != key


def _shown(rule: SyncRule, record: Snapshot) -> str:
    values = (fold_key(key, record) for key in rule.match_keys)
    return str(next((value for value in values if value is not None), ""))


def _may_link(rule: SyncRule, record: Snapshot) -> bool:
    """A record that nothing lets through in either direction stays alone."""
    if not rule.special.may_match(record):
        return False
    return rule.direction.reaches(record.ref.side) or _would_create(rule, record)


def _would_create(rule: SyncRule, record: Snapshot) -> bool:
    present = rule.special.present(record, rule)
    return why_not_created(rule, present, record.ref.side.other) is None


def _settle(
    work: Pass, matches: Matches, dossiers: Sequence[Dossier], known: Known
) -> list[Dossier]:
    by_ref = {ref: one for one in dossiers for ref in one.refs}
    joins = {}
    for ref, found in matches.items():
        dossier = by_ref[ref]
        if found.is_ambiguous:
            dossier.plan = Plan(question(found, known))
        elif found.partner is not None and found.partner not in joins:
            joins[ref] = (dossier, found.partner)
    payment_match.release(work, [partner for _, partner in joins.values()])
    return join_all(work, list(joins.values()), dossiers)
