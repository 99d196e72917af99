"""No payment beyond the open balance of its invoice, also when several are on their way."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.records import Entity, RecordRef
from syncapp.engine.writes import Operation, Write
from syncapp.objects.payment import AMOUNT, INVOICE
from syncapp.pipeline.dossier import Dossier


def keep_within(dossiers: Iterable[Dossier]) -> None:
    """Each payment was decided on against the balance as it was read. One that no longer fits
    once those before it are booked waits for the next helping, which reads the balance again."""
    left: dict[RecordRef, Decimal] = {}
    for dossier in dossiers:
        for write in dossier.plan.writes if dossier.plan else ():
            if write.entity is Entity.PAYMENT and write.operation is Operation.CREATE:
                _take(dossier, write, left)


def _take(dossier: Dossier, write: Write, left: dict[RecordRef, Decimal]) -> None:
    invoice, amount = write.fields.get(INVOICE[write.side]), write.fields.get(AMOUNT[write.side])
    if not isinstance(invoice, RecordRef) or not isinstance(amount, Decimal):
        return
    still_open = left.get(invoice, _read(dossier, write))
    if still_open is None:
        return
    if amount > still_open:
        finding = Finding(State.WAITING, "other_payments")
        dossier.plan = replace(dossier.plan or Plan(), finding=finding, writes=(), fields=())
    else:
        left[invoice] = still_open - amount


def _read(dossier: Dossier, write: Write) -> Decimal | None:
    pair, source = dossier.pair, write.side.other
    ref = pair.value(source, INVOICE[source]) if pair else None
    if pair is None or not isinstance(ref, RecordRef) or ref not in pair.parents:
        return None
    return pair.parents[ref].open_amounts.get(write.side)
