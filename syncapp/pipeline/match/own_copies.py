"""A record that carries our marker is a copy we made: it is joined with what it is a copy of.

Its answer may have been lost, or an older backup restored. Taken for a new record, it would come
back as a second one.
"""

from collections.abc import Sequence

from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.records import Presence, RecordRef, Side, Snapshot
from syncapp.models import WriteIntent
from syncapp.pipeline.context import Pass
from syncapp.pipeline.decisions import stands_apart
from syncapp.pipeline.dossier import Dossier, find_links

_THERE = (Presence.LIVE, Presence.VOIDED)  # a void keeps its note, and its original


def original_of(work: Pass, snapshot: Snapshot) -> RecordRef | None:
    """The record this one says to be a copy of, if it is one of these two accounts."""
    entity = snapshot.ref.entity
    if snapshot.ref.side is Side.HUBSPOT:
        realm, _, rest = snapshot.key.partition(":")
        kind, _, id_ = rest.partition(":")
        if realm == work.realm and kind == entity and id_:
            return RecordRef(Side.QUICKBOOKS, entity, id_)
        return None
    portal, _, id_ = snapshot.key.partition("/")
    return RecordRef(Side.HUBSPOT, entity, id_) if portal == work.portal and id_ else None


def originals(work: Pass, dossiers: Sequence[Dossier]) -> list[tuple[Dossier, RecordRef]]:
    """Unlinked copies with an original that is not linked either. Where the write that made the
    copy has no answer yet, the copy waits for recovery.

    An original linked to another record means that a person duplicated the document, marker and
    all: then it is a record of its own.
    """
    claims = {
        original: dossier
        for dossier in dossiers
        if not dossier.link.is_linked and not stands_apart(dossier.link)
        for snapshot in dossier.snapshots.values()
        if snapshot.presence in _THERE and (original := original_of(work, snapshot))
    }
    links = find_links(work, claims)
    unanswered = set(
        WriteIntent.objects.filter(
            link__in=links.values(), state=WriteIntent.State.OPEN
        ).values_list("link_id", flat=True)
    )
    found = []
    for original, dossier in claims.items():
        link = links.get(original)
        if link is not None and link.is_linked:
            continue
        if link is not None and link.pk in unanswered:
            dossier.plan = Plan(Finding(State.WAITING, "unconfirmed"))
        else:
            found.append((dossier, original))
    return found
