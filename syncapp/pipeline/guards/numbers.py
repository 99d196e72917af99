"""No two documents of one number: QuickBooks refuses them only under some settings, so we look."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.conf import settings

from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.engine.said import said
from syncapp.engine.writes import Write
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.match.own_copies import original_of


def refuse_taken(work: Pass, dossiers: Iterable[Dossier]) -> None:
    """Invoices whose number somebody else has get no second document; of two in one helping the
    first takes it."""
    numbered = [
        (dossier, write, number) for dossier in dossiers for write, number in _numbers(dossier)
    ]
    if not numbered:
        return
    numbers = sorted({number for _, _, number in numbered})
    connector = work.connectors[Side.QUICKBOOKS]
    asked_at = connector.asked_at(Entity.INVOICE) or time.monotonic()
    invoices = connector.find(Entity.INVOICE, "DocNumber", numbers)
    work.free_numbers |= {one: asked_at for one in numbers if one not in invoices}
    others = connector.taken_elsewhere(Entity.INVOICE, numbers)
    given: dict[str, list[Dossier]] = defaultdict(list)
    for dossier, write, number in numbered:
        holder = _holder(work, dossier, write, invoices.get(number, ()))
        holder = holder or others.get(number, "")
        if not holder and given[number.casefold()]:
            holder = said("another invoice of HubSpot with the same number")
        if holder:
            facts = {
                "number": number,
                "taken": said(": {number} is {holder}", number=number, holder=holder),
            }
            finding = Finding(State.FAILING, "number_clash", facts)
            dossier.plan = replace(dossier.plan or Plan(), finding=finding, writes=(), fields=())
        given[number.casefold()].append(dossier)


def was_free_at(work: Pass, write: Write) -> float | None:
    """When nobody had the number of this new invoice, if that was asked so short a time ago that
    there is time to send: then our copy is not there either. Each answer is relied on once."""
    if write.entity is not Entity.INVOICE or write.side is not Side.QUICKBOOKS:
        return None
    asked_at = work.free_numbers.pop(str(write.fields.get("DocNumber")), None)
    if asked_at is None or time.monotonic() - asked_at > settings.SEND_DEADLINE / 2:
        return None
    return asked_at


def _numbers(dossier: Dossier) -> Iterator[tuple[Write, str]]:
    for write in dossier.plan.writes if dossier.plan else ():
        number = write.fields.get("DocNumber")
        if write.entity is Entity.INVOICE and write.side is Side.QUICKBOOKS and number:
            yield write, str(number)


def _holder(work: Pass, dossier: Dossier, write: Write, invoices: Sequence[Snapshot]) -> str:
    """Another invoice with this number, in words: neither the one that is written to nor a copy
    of ours that was made without an answer."""
    source = dossier.ref(Side.HUBSPOT)
    for invoice in invoices:
        if invoice.ref != write.target and not _is_our_copy(work, invoice, source):
            return said("the invoice of {date}", date=invoice.get("TxnDate"))
    return ""


def _is_our_copy(work: Pass, invoice: Snapshot, source: RecordRef | None) -> bool:
    return source is not None and original_of(work, invoice) == source
