"""Contacts that people merged in HubSpot: the one that stays takes over the customer of the one
that went, or its invoices would find nobody."""

from collections.abc import Sequence

from django.db import transaction

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import RecordLink
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, find_links, replace_links


def take_over(work: Pass, dossiers: Sequence[Dossier]) -> list[Dossier]:
    """Where both had a customer, both links stay: two customers are two in the books."""
    remaining = list(dossiers)
    for dossier, swallowed in _survivors(dossiers):
        links = [link for link in find_links(work, swallowed).values() if link.is_linked]
        if len(links) == 1:
            gone = next((one for one in remaining if one.link.pk == links[0].pk), None)
            _inherit(work, dossier, links[0], gone)
            remaining = [one for one in remaining if one is not gone]
    return remaining


def _survivors(dossiers: Sequence[Dossier]) -> list[tuple[Dossier, list[RecordRef]]]:
    return [
        (dossier, [RecordRef(Side.HUBSPOT, Entity.CONTACT, id_) for id_ in snapshot.merged_ids])
        for dossier in dossiers
        if dossier.entity is Entity.CONTACT and not dossier.link.is_linked
        if (snapshot := dossier.snapshots.get(Side.HUBSPOT)) and snapshot.merged_ids
    ]


def _inherit(work: Pass, dossier: Dossier, link: RecordLink, gone: Dossier | None) -> None:
    """The link keeps its history and baseline and only changes the HubSpot id. What is not read
    yet of the customer is read with the partners that matching finds."""
    half, dossier.link = dossier.link, link
    with transaction.atomic():
        work.lease.guard_commit()
        replace_links({half: link})
        link.hubspot_id = half.hubspot_id
        link.save(update_fields=["hubspot_id", "updated_at"])
    if gone is not None:
        dossier.rows += gone.rows
        dossier.snapshots[Side.QUICKBOOKS] = gone.snapshots[Side.QUICKBOOKS]
