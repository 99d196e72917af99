"""Records whose filters look at another one: they are decided again when that one changes."""

from collections.abc import Collection, Iterable

from syncapp.engine.plan import State
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import RecordLink, RecordReference
from syncapp.pipeline import worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, look_up
from syncapp.pipeline.references import named_by
from syncapp.pipeline.rulebook import looked_at_by


def of_changed(work: Pass, entity: Entity, refs: Collection[RecordRef]) -> list[RecordRef]:
    """Of records that refer to a changed one, and of those it refers to itself."""
    found: list[RecordRef] = []
    sides = {ref.side for ref in refs}
    for side in sides:
        looking = _looking_at(work, entity, side)
        here = [ref for ref in refs if ref.side is side]
        if looking:
            found += worklist.referring_to(work.integration, here, looking)
            found += _referred_to(work, here, looking)
    at_rest = {ref for ref, link in look_up(work, found).items() if _is_at_rest(work, link)}
    return [ref for ref in found if ref not in at_rest]


def of_new(work: Pass, dossiers: Iterable[Dossier]) -> list[RecordRef]:
    """A record decided for the first time may be what its customer's filter waits for. One that
    was decided in this very pass has been looked at with it."""
    new = [dossier for dossier in dossiers if not dossier.was_decided]
    kinds = {(dossier.entity, side) for dossier in new for side in dossier.snapshots}
    looking = {kind: _looking_at(work, *kind) for kind in kinds}
    named = {
        ref
        for dossier in new
        for side, snapshot in dossier.snapshots.items()
        if (entities := looking[dossier.entity, side])
        for ref in named_by(snapshot)
        if ref.entity in entities
    }
    links = look_up(work, named)
    return [
        ref
        for ref, link in links.items()
        if (link.seen_at is None or link.seen_at < work.now) and not _is_at_rest(work, link)
    ]


def _is_at_rest(work: Pass, link: RecordLink) -> bool:
    """A filter lets changes through or keeps them back: where both sides say the same there are
    none, and nothing is excluded while one way is open. Of invoices other things may be due."""
    rule = work.rules.get(Entity(link.entity))
    return (
        rule is not None
        and rule.entity is Entity.CONTACT
        and rule.has_open_way
        and link.is_linked
        and link.state == State.IN_SYNC
        and not link.category
    )


def _looking_at(work: Pass, entity: Entity, side: Side) -> frozenset[Entity]:
    """The entities whose filters look at this one."""
    return frozenset(
        rule.entity
        for rule in work.rules.values()
        if rule.is_on and rule.entity is not entity and entity in looked_at_by(rule, side)
    )


def _referred_to(
    work: Pass, refs: Collection[RecordRef], looking: Collection[Entity]
) -> list[RecordRef]:
    links = look_up(work, refs)
    rows = RecordReference.objects.filter(
        link__in=[link.pk for link in links.values()], entity__in=looking
    )
    return [RecordRef(Side(row.side), Entity(row.entity), row.record_id) for row in rows]
