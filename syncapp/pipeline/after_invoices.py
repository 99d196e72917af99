"""The payments of a load go a helping after their invoices, not after all invoices: what was read
of an invoice is still young then, and whoever looks sees it paid."""

from collections.abc import Collection, Iterable, Sequence

from django.utils import timezone

from syncapp.engine.records import Entity
from syncapp.models import PendingChange
from syncapp.pipeline import worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier


def note(work: Pass, rows: Sequence[PendingChange], dossiers: Iterable[Dossier]) -> None:
    """Which payments the invoices of this helping show."""
    if _are_of_a_load(rows):
        for dossier in dossiers:
            for snapshot in dossier.snapshots.values():
                work.paying.update(dict.fromkeys(snapshot.payments))


def take(
    work: Pass, rows: Sequence[PendingChange], entities: Collection[Entity]
) -> Sequence[PendingChange]:
    """A helping of them, where `rows`, whose turn it is, are invoices of a load; else nothing."""
    is_full = len(work.paying) >= worklist.HELPING
    if not is_full or Entity.PAYMENT not in entities or not _are_of_a_load(rows):
        return ()
    wanted = list(work.paying)[: worklist.HELPING]
    for ref in wanted:
        del work.paying[ref]
    return worklist.due_of(work.integration, timezone.now(), wanted)


def _are_of_a_load(rows: Sequence[PendingChange]) -> bool:
    return bool(rows) and (rows[0].entity, rows[0].priority) == (
        Entity.INVOICE,
        PendingChange.Priority.INITIAL,
    )
