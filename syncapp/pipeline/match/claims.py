"""Who has a key, told from what we know ourselves: our rows, this pass and the inbox.

The vendors' searches may be late (hubspot-api.md 8, quickbooks-api.md 18): a record that was made
a moment ago, by us or by a person, is not in their answers yet.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from syncapp.engine.match import age, known_by
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.models import PendingChange, RecordLink, WriteIntent
from syncapp.pipeline import worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, find_links
from syncapp.pipeline.match.candidates import AMBIGUOUS
from syncapp.pipeline.worklist import ref_of

_INBOX = 500  # the newest rows: what is older has been in the vendors' searches for long
# Records that may still get a copy of their own
_HOPEFUL = (State.WAITING, State.FAILING, State.NEEDS_DECISION)


@dataclass(frozen=True, slots=True)
class Claims:
    """Our rows that have one of the keys on either side. `unanswered` are those with a write
    that nobody has answered yet."""

    links: Sequence[RecordLink]
    unanswered: frozenset[int]

    @classmethod
    def of(cls, work: Pass, entity: Entity, keys: Collection[str]) -> "Claims":
        # one side after the other, in no order: else SQLite would look through the whole table
        by_id = {
            link.pk: link
            for side in Side
            for link in RecordLink.objects.filter(
                integration=work.integration, entity=entity, **{f"{side.value}_key__in": keys}
            ).order_by()
        }
        found = [by_id[pk] for pk in sorted(by_id, reverse=True)]
        open_ones = WriteIntent.objects.filter(link__in=found, state=WriteIntent.State.OPEN)
        return cls(found, frozenset(pk for pk in open_ones.values_list("link_id", flat=True) if pk))

    def refs(self, side: Side, keys: Collection[str]) -> set[RecordRef]:
        return {
            RecordRef(side, Entity(link.entity), id_)
            for link in self.links
            if link_key(link, side) in keys and (id_ := link.id_on(side)) is not None
        }

    def is_open(self, key: str) -> bool:
        """Is a record with this key just being made?"""
        return any(
            link.pk in self.unanswered
            for link in self.links
            if key in (link.hubspot_key, link.quickbooks_key)
        )

    def before(self, ref: RecordRef, key: str) -> list[RecordLink]:
        """Records of the same side that come first: they have their copy, or are older and may
        still get it."""
        found = []
        for link in self.links:
            id_ = link.id_on(ref.side)
            if id_ is None or id_ == ref.id or link_key(link, ref.side) != key:
                continue
            is_older = age(RecordRef(ref.side, ref.entity, id_)) < age(ref)
            if link.is_linked or (is_older and link.state in _HOPEFUL):
                found.append(link)
        return found


def made_by(links: Iterable[RecordLink]) -> set[tuple[Entity, str]]:
    """The keys that these rows keep others from; an excluded record keeps nobody from anything."""
    return {
        (Entity(link.entity), key)
        for link in links
        if link.is_linked or link.state != State.EXCLUDED
        for key in (link.hubspot_key, link.quickbooks_key)
        if key
    }


def ask_again(work: Pass, freed: Collection[tuple[Entity, str]]) -> None:
    """Questions about a key that somebody has let go may answer themselves."""
    for entity in {entity for entity, _ in freed}:
        keys = [key for its, key in freed if its is entity]
        links = RecordLink.objects.filter(
            Q(hubspot_key__in=keys) | Q(quickbooks_key__in=keys),
            integration=work.integration,
            entity=entity,
            category=AMBIGUOUS,
        )
        worklist.add(work.integration, [ref for link in links for ref in Dossier(link).refs])


def link_key(link: RecordLink, side: Side) -> str:
    return link.hubspot_key if side is Side.HUBSPOT else link.quickbooks_key


def known_candidates(
    work: Pass,
    rule: SyncRule,
    side: Side,
    keys: Collection[str],
    claims: Claims,
    dossiers: Iterable[Dossier],
) -> dict[RecordRef, Snapshot]:
    """Live records of this side with one of these keys, as they are now."""
    _look_into_inbox(work, rule.entity, side)
    everybody = list(dossiers)
    read = {
        one.snapshots[side].ref: one.snapshots[side] for one in everybody if side in one.snapshots
    }
    refs = claims.refs(side, keys) | work.having(side, keys) | _named(everybody, side)
    for ref in refs - read.keys():
        if snapshot := work.recall(ref):
            read[ref] = snapshot
    missing = sorted(refs - read.keys())
    if missing:
        read |= work.connectors[side].fetch(missing)
    return {ref: one for ref, one in read.items() if known_by(rule, one) in keys}


def _named(dossiers: Iterable[Dossier], side: Side) -> set[RecordRef]:
    """Whom this side named when it refused to make a record: it may be the very one."""
    return {
        RecordRef(side, one.entity, one.link.facts["existing_id"])
        for one in dossiers
        if not one.link.is_linked
        and one.link.id_on(side.other) is not None
        and one.link.facts.get("existing_id")
    }


def _look_into_inbox(work: Pass, entity: Entity, side: Side) -> None:
    """What waits there and is not linked is read now, instead of when its turn comes."""
    if not work.is_first_look(side, entity):
        return
    rows = PendingChange.objects.filter(
        integration=work.integration, entity=entity, side=side
    ).order_by("-id")
    unread = [ref for row in rows[:_INBOX] if work.recall(ref := ref_of(row)) is None]
    links = find_links(work, unread)
    alone = [ref for ref in unread if ref not in links or not links[ref].is_linked]
    for snapshot in work.connectors[side].fetch(alone).values() if alone else ():
        work.remember(snapshot)
