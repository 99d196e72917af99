"""No two documents of one number: QuickBooks refuses them only under some settings, so we look."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

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
    invoices = connector.find(Entity.INVOICE, "DocNumber", numbers)
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
