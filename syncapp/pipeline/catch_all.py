"""The item for invoice lines that match no product: made once, on first need."""

from dataclasses import replace

from syncapp import models
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.rules import SyncRule
from syncapp.engine.writes import Done, Operation, Write
from syncapp.objects.product import CATCH_ALL_NAME
from syncapp.pipeline.apply import Sending, close, send_all
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import replace_links
from syncapp.pipeline.rulebook import CATCH_ALL_OPTION

_SOURCE = RecordRef(Side.HUBSPOT, Entity.PRODUCT, "catch-all")


def ensure(work: Pass, rule: SyncRule) -> SyncRule:
    """The invoice rule with its catch-all item; unchanged when QuickBooks refused to make it."""
    item = _existing(work) or _made(work, rule)
    if item is None:
        return rule
    stored = models.SyncRule.objects.get(integration=work.integration, entity=rule.entity)
    stored.options = {**stored.options, CATCH_ALL_OPTION: item.id}
    stored.save(update_fields=["options", "updated_at"])
    return replace(rule, catch_all_item=item)


def _existing(work: Pass) -> RecordRef | None:
    found = work.connectors[Side.QUICKBOOKS].find(Entity.PRODUCT, "Name", [CATCH_ALL_NAME])
    items = found.get(CATCH_ALL_NAME, ())
    return items[0].ref if items else None


def _made(work: Pass, rule: SyncRule) -> RecordRef | None:
    link, _ = models.RecordLink.objects.get_or_create(
        integration=work.integration,
        entity=Entity.PRODUCT,
        hubspot_id=_SOURCE.id,
        defaults={
            "label": CATCH_ALL_NAME,
            "state": State.EXCLUDED,
            "category": "catch_all_item",
        },
    )
    write = Write(
        Side.QUICKBOOKS,
        Entity.PRODUCT,
        Operation.CREATE,
        {
            "Name": CATCH_ALL_NAME,
            "Type": "Service",
            "Description": "Lines of HubSpot invoices that match no item.",
            "IncomeAccountRef": rule.option("income_account"),
        },
        source=_SOURCE,
        generation=link.generation,
    )
    sending = Sending(link, write)
    send_all(work, [sending])
    if sending.intent is not None and sending.answer is not None:
        close(sending.intent, sending.answer)
    if not isinstance(sending.answer, Done) or sending.answer.snapshot is None:
        link.generation += 1
        link.save(update_fields=["generation"])
        return None
    ref = sending.answer.snapshot.ref
    item, _ = models.RecordLink.objects.get_or_create(
        integration=work.integration,
        entity=Entity.PRODUCT,
        quickbooks_id=ref.id,
        defaults={
            "label": CATCH_ALL_NAME,
            "state": State.EXCLUDED,
            "category": "catch_all_item",
        },
    )
    replace_links({link: item})
    return ref
