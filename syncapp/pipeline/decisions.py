"""What people decided about a record (resolve.py stores it with the link), done in a pass."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from syncapp.engine.plan import Finding, Plan, State, excluded
from syncapp.engine.records import Pair, Presence, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.engine.words import in_words
from syncapp.models import RecordLink
from syncapp.pipeline import tally
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, find_links
from syncapp.pipeline.match.candidates import Known, read_back, stored
from syncapp.pipeline.match.joining import join_all

# Under these names they stand in `RecordLink.decisions`.
PARTNER = "partner"  # link it with this one
APART = "apart"  # it is none of these: let it have a copy of its own
TAKEN_APART = "taken_apart"  # from this one; nothing happens before a person says how it goes on
UNLINK = "unlink"
SIDES = "sides"  # mapping key -> the side that wins, and both values as the person saw them
SEND_AGAIN = "send_again"
LET_GO = "let_go"


def stands_apart(link: RecordLink) -> bool:
    """Nobody looks for its partner."""
    return APART in link.decisions or TAKEN_APART in link.decisions


def carry_out(work: Pass, dossiers: Sequence[Dossier]) -> list[Dossier]:
    """Before anything is matched. Answers the dossiers that remain, with a new one for each
    record that was taken from its partner."""
    for dossier in dossiers:
        if SEND_AGAIN in dossier.link.decisions:
            _forget_the_deleted(work, dossier)
    halves = [_unlinked(work, one) for one in dossiers if UNLINK in one.link.decisions]
    remaining = [*dossiers, *(half for half in halves if half is not None)]
    for dossier in remaining:
        if TAKEN_APART in dossier.link.decisions and not dossier.link.is_linked:
            dossier.plan = Plan(_how_to_go_on(work, dossier))
    return _linked(work, remaining)


def let_go(dossiers: Iterable[Dossier]) -> None:
    for dossier in dossiers:
        finding = dossier.plan.finding if dossier.plan else None
        if finding and finding.category == "deleted_in_quickbooks" and LET_GO in _of(dossier):
            dossier.plan = excluded("detached")


def winners(dossier: Dossier, rule: SyncRule) -> dict[str, Side]:
    """Of conflicts, while both sides still hold what the person saw."""
    pair = dossier.pair
    chosen: Mapping[str, Any] = _of(dossier).get(SIDES, {})
    if pair is None or not chosen:
        return {}
    return {
        row.key: Side(chosen[row.key]["wins"])
        for row in rule.mappings
        if row.key in chosen and _as_seen(pair, row.hubspot, row.quickbooks, chosen[row.key])
    }


def may_adopt(
    work: Pass, found: Mapping[str, Snapshot], links: Mapping[str, RecordLink | None]
) -> dict[str, Snapshot]:
    """Request id -> a record that looks like the copy we were to make, unless it is somebody
    else's, or one that a person said it is not."""
    held = find_links(work, [one.ref for one in found.values()])
    allowed = {}
    for id_, snapshot in found.items():
        link, holder = links.get(id_), held.get(snapshot.ref)
        is_taken = holder is not None and holder.is_linked and holder != link
        if not is_taken and not (link and stored(snapshot.ref) in link.decisions.get(APART, ())):
            allowed[id_] = snapshot
    return allowed


def settled(link: RecordLink) -> None:
    """The record has come to rest as it was decided."""
    if link.state == State.IN_SYNC:
        spend(link, SIDES)
    elif link.category == "detached":
        spend(link, LET_GO)


def spend(link: RecordLink, *names: str) -> None:
    """Carried out; unless the person has decided anew meanwhile."""
    before = link.decisions
    link.decisions = {name: one for name, one in before.items() if name not in names}
    if link.decisions != before:
        RecordLink.objects.filter(pk=link.pk, decisions=before).update(decisions=link.decisions)


def _of(dossier: Dossier) -> Mapping[str, Any]:
    decided: Mapping[str, Any] = dossier.link.decisions
    return decided


def _as_seen(pair: Pair, hubspot: str, quickbooks: str, chosen: Mapping[str, str]) -> bool:
    here, there = pair.value(Side.HUBSPOT, hubspot), pair.value(Side.QUICKBOOKS, quickbooks)
    return (in_words(here), in_words(there)) == (chosen["hubspot"], chosen["quickbooks"])


def _forget_the_deleted(work: Pass, dossier: Dossier) -> None:
    """As if it had never been sent; the next copy is a new generation."""
    link = dossier.link
    gone = [side for side, one in dossier.snapshots.items() if one.presence is Presence.GONE]
    if len(gone) == 1 and link.is_linked:
        with transaction.atomic():
            work.lease.guard_commit()
            _clear(link, gone[0])
            link.save_known()
        dossier.snapshots.pop(gone[0])
    spend(link, SEND_AGAIN)


def _unlinked(work: Pass, dossier: Dossier) -> Dossier | None:
    link = dossier.link
    refs = {side: ref for side in Side if (ref := dossier.ref(side)) is not None}
    if len(refs) < 2:
        spend(link, UNLINK)
        return None
    with transaction.atomic():
        work.lease.guard_commit()
        spend(link, UNLINK)
        _clear(link, Side.QUICKBOOKS)
        link.decisions = {**link.decisions, TAKEN_APART: stored(refs[Side.QUICKBOOKS])}
        link.save_known()
        link.save(update_fields=["decisions"])
        freed = refs[Side.QUICKBOOKS]
        with tally.kept(work.integration.pk, *tally.of_new(work.integration.pk, [freed])):
            half = RecordLink.objects.create(
                integration=work.integration,
                entity=link.entity,
                quickbooks_id=freed.id,
                label=link.label,
                search_name=link.search_name,
                search_word=link.search_word,
                decisions={TAKEN_APART: stored(refs[Side.HUBSPOT])},
            )
    snapshot = dossier.snapshots.pop(Side.QUICKBOOKS, None)
    mine = [row for row in dossier.rows if row.side == Side.QUICKBOOKS]
    dossier.rows = [row for row in dossier.rows if row not in mine]
    return Dossier(half, mine, {Side.QUICKBOOKS: snapshot} if snapshot else {})


def _clear(link: RecordLink, side: Side) -> None:
    setattr(link, f"{side.value}_id", None)
    setattr(link, f"{side.value}_version", "")
    setattr(link, f"{side.value}_key", "")
    link.baseline_hubspot = link.baseline_quickbooks = None
    link.line_pairs, link.origin = {}, ""
    link.generation += 1


def _how_to_go_on(work: Pass, dossier: Dossier) -> Finding:
    other = read_back(dossier.link.decisions[TAKEN_APART], dossier.entity)
    known = Known()
    known.add((), find_links(work, [other]).values())
    facts = {"other": known.words(other), "choices": stored(other)}
    return Finding(State.NEEDS_DECISION, "taken_apart", facts)


def _linked(work: Pass, dossiers: Sequence[Dossier]) -> list[Dossier]:
    wishes = {
        read_back(one.link.decisions[PARTNER], one.entity): one
        for one in dossiers
        if PARTNER in one.link.decisions and not one.link.is_linked
    }
    if not wishes:
        return list(dossiers)
    free = _free(work, wishes)
    joins = [(one, partner) for partner, one in wishes.items() if partner in free]
    for dossier in wishes.values():
        dossier.plan = None
    with transaction.atomic():
        for dossier in wishes.values():
            spend(dossier.link, PARTNER, APART, TAKEN_APART)
        return join_all(work, joins, dossiers)


def _free(work: Pass, wanted: Collection[RecordRef]) -> set[RecordRef]:
    """Those that still exist and have not been linked meanwhile."""
    links = find_links(work, wanted)
    there: dict[RecordRef, Snapshot] = {}
    for side, connector in work.connectors.items():
        asked = [ref for ref in wanted if ref.side is side]
        there |= connector.fetch(asked) if asked else {}
    return {
        ref
        for ref, one in there.items()
        if one.presence is not Presence.GONE and not (ref in links and links[ref].is_linked)
    }
