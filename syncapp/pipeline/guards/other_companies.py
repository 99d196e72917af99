"""Companies may share a portal, but two of them never book one document."""

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from syncapp.engine.plan import Finding, Plan, State, excluded
from syncapp.engine.records import Entity, Side
from syncapp.engine.said import said
from syncapp.engine.writes import KeyedWrite, Operation
from syncapp.errors import Busy
from syncapp.models import Connection, RecordLink, WriteIntent
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier

_DOCUMENTS = (Entity.INVOICE, Entity.PAYMENT)


def exclude_booked(work: Pass, dossiers: Iterable[Dossier]) -> None:
    """What another company is just sending, or has sent without an answer, waits for that."""
    documents = {
        dossier.link.hubspot_id: dossier
        for dossier in dossiers
        if dossier.entity in _DOCUMENTS
        and not dossier.link.is_linked
        and dossier.link.hubspot_id is not None
    }
    if not documents:
        return
    entity = next(iter(documents.values())).entity
    for link in _elsewhere(work, entity, documents):
        plan = excluded("other_company")
        if link.quickbooks_id is None:
            plan = Plan(Finding(State.WAITING, "other_company_asked"))
        documents[str(link.hubspot_id)].plan = plan


def claim(work: Pass, keyed: Iterable[KeyedWrite]) -> None:
    """Inside the transaction that commits the intents: nobody else has begun meanwhile. One of
    two passes gets the row of the portal first, and the other one sees its intents."""
    sources: dict[Entity, set[str]] = {}
    for one in keyed:
        write = one.write
        is_booking = write.side is Side.QUICKBOOKS and write.operation is Operation.CREATE
        if is_booking and write.entity in _DOCUMENTS and write.source is not None:
            sources.setdefault(write.entity, set()).add(write.source.id)
    if not sources:
        return
    Connection.objects.select_for_update().get(pk=work.integration.hubspot_id)
    for entity, ids in sources.items():
        if _elsewhere(work, entity, ids).exists():
            raise Busy(
                said("Another company of this portal is booking the same document right now.")
            )


def _elsewhere(work: Pass, entity: Entity, hubspot_ids: Collection[str]) -> QuerySet[RecordLink]:
    is_booked = Q(quickbooks_id__isnull=False)
    is_asked = Q(intents__state=WriteIntent.State.OPEN, intents__side=Side.QUICKBOOKS)
    return (
        RecordLink.objects.filter(
            is_booked | is_asked,
            integration__hubspot_id=work.integration.hubspot_id,
            entity=entity,
            hubspot_id__in=hubspot_ids,
        )
        .exclude(integration=work.integration)
        .distinct()
    )
