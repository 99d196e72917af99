"""No payment beyond the open balance of its invoice, also when several are on their way."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.writes import Write
from syncapp.objects.payment import growth
from syncapp.objects.payment_life import AMOUNT, INVOICE
from syncapp.pipeline.dossier import Dossier


def keep_within(dossiers: Iterable[Dossier]) -> None:
    """Each payment was decided on against the balance as it was read. One that no longer fits
    once those before it are booked waits for the next helping, which reads the balance again."""
    left: dict[tuple[Side, RecordRef], Decimal] = {}
    for dossier in dossiers:
        for write in dossier.plan.writes if dossier.plan else ():
            if write.entity is Entity.PAYMENT and AMOUNT[write.side] in write.fields:
                _take(dossier, write, left)


def _take(dossier: Dossier, write: Write, left: dict[tuple[Side, RecordRef], Decimal]) -> None:
    """The invoice is known by the side the payment comes from."""
    pair, source = dossier.pair, write.side.other
    ref = pair.value(source, INVOICE[source]) if pair else None
    if pair is None or not isinstance(ref, RecordRef) or ref not in pair.parents:
        return
    more = growth(pair, write.side, write.fields[AMOUNT[write.side]])
    still_open = left.get((write.side, ref), pair.parents[ref].open_amounts.get(write.side))
    if still_open is None or more <= 0:
        return
    if more > still_open:
        finding = Finding(State.WAITING, "other_payments")
        dossier.plan = replace(dossier.plan or Plan(), finding=finding, writes=(), fields=())
    else:
        left[write.side, ref] = still_open - more
