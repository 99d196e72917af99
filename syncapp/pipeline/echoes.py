"""What a vendor shows as changed although nothing has happened since we decided about it."""

from collections.abc import Mapping

from django.db.models import Q

from syncapp.connectors.base import ChangePage, Seen
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import RecordLink
from syncapp.pipeline.context import Pass


def of(work: Pass, side: Side, page: ChangePage) -> set[RecordRef]:
    """A record in the very version we stored after our own write is no change; nor is one whose
    change was refused in this version, one that its payments will wake, or one that changed by our
    note to its seller only. An invoice of HubSpot that came with its lines is decided: its version
    does not tell of them, and the connector shows them no second time."""
    seen = {ref: Seen(snapshot.version) for ref, snapshot in page.snapshots.items()}
    seen |= page.versions
    if side is Side.HUBSPOT:
        seen = {ref: one for ref, one in seen.items() if ref not in page.snapshots}
    ours = set(
        RecordLink.objects.filter(
            Q(state=State.IN_SYNC)
            | Q(state=State.WAITING, category="payments")
            | Q(state=State.FAILING, facts__has_key="request_id"),
            integration=work.integration,
            entity=page.entity,
            **{f"{side.value}_id__in": [ref.id for ref in seen]},
        ).values_list(f"{side.value}_id", f"{side.value}_version")
    )
    echoes = {ref for ref, one in seen.items() if (ref.id, one.version) in ours}
    return echoes | _told(work, page, seen) if side is Side.HUBSPOT else echoes


def _told(work: Pass, page: ChangePage, seen: Mapping[RecordRef, Seen]) -> set[RecordRef]:
    if page.entity is not Entity.INVOICE:
        return set()
    rows = RecordLink.objects.filter(
        integration=work.integration,
        entity=page.entity,
        hubspot_id__in=[ref.id for ref in seen],
    ).exclude(told_version="")
    told = dict(rows.values_list("hubspot_id", "told_version"))
    return {ref for ref, one in seen.items() if told.get(ref.id) in (one.version, one.mark)}
