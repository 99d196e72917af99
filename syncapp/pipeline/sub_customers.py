"""Sub-customers and projects have no contact of their own: their parent's stands in."""

from collections.abc import Mapping

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import RecordLink, RecordReference
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import look_up

SUB_CUSTOMER = "sub_customer"
_LEVELS = 5  # quickbooks-api.md 4


def with_stand_ins(
    work: Pass, links: Mapping[RecordRef, RecordLink]
) -> dict[RecordRef, RecordLink]:
    """The same, with the row of its nearest parent that may have a contact for each sub-customer;
    left out while that one has not been seen yet."""
    found = dict(links)
    for _ in range(_LEVELS):
        parents = _parents({ref: link for ref, link in found.items() if _is_sub_customer(link)})
        if not parents:
            break
        known = look_up(work, parents.values())
        for ref, parent in parents.items():
            if parent in known:
                found[ref] = known[parent]
            else:
                found.pop(ref)
    return found


def _is_sub_customer(link: RecordLink) -> bool:
    return link.category == SUB_CUSTOMER and not link.is_linked


def _parents(subs: Mapping[RecordRef, RecordLink]) -> dict[RecordRef, RecordRef]:
    """As they were named when the sub-customers were read."""
    rows = RecordReference.objects.filter(
        link__in=subs.values(), side=Side.QUICKBOOKS, entity=Entity.CONTACT
    )
    ids = {row.link_id: row.record_id for row in rows}
    return {
        ref: RecordRef(Side.QUICKBOOKS, Entity.CONTACT, ids[link.pk])
        for ref, link in subs.items()
        if link.pk in ids
    }
