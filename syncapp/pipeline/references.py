"""Which record refers to which: so that children are decided again when their parent is."""

from collections.abc import Iterable, Sequence

from syncapp.engine.records import Entity, LineKind, RecordRef, Side, Snapshot
from syncapp.models import RecordReference
from syncapp.models.bulk import insert_values
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, look_up

_OWN_DOCUMENTS = (Entity.INVOICE,)
_COLUMNS = ("link", "integration", "side", "entity", "record_id")


def named_by(snapshot: Snapshot) -> frozenset[RecordRef]:
    """The records a snapshot names: its customer, its invoice, the products of its lines."""
    found = set()
    for value in snapshot.fields.values():
        if isinstance(value, RecordRef):
            found.add(value)
        elif isinstance(value, tuple):
            for line in value:
                if line.product is not None and line.kind is LineKind.ITEM:
                    found.add(line.product)
    return frozenset(found)


def store(work: Pass, dossiers: Iterable[Dossier]) -> None:
    """Only sides that were read now replace what is stored of them."""
    dossiers = [one for one in dossiers if one.snapshots]
    rows = RecordReference.objects.filter(link__in=[one.link for one in dossiers]).order_by()
    known: dict[tuple[int, str], dict[RecordRef, int]] = {}
    for pk, link, side, entity, id_ in rows.values_list(
        "pk", "link_id", "side", "entity", "record_id"
    ):
        known.setdefault((link, side), {})[RecordRef(Side(side), Entity(entity), id_)] = pk
    stale: list[int] = []
    missing: list[tuple[int, int, str, str, str]] = []
    for dossier in dossiers:
        for side, snapshot in dossier.snapshots.items():
            stored = known.get((dossier.link.pk, side), {})
            now = named_by(snapshot)
            stale += [pk for ref, pk in stored.items() if ref not in now]
            missing += [
                (dossier.link.pk, work.integration.pk, ref.side, ref.entity, ref.id)
                for ref in now
                if ref not in stored
            ]
    RecordReference.objects.filter(pk__in=stale).delete()
    insert_values(RecordReference, _COLUMNS, missing, keep_known=True)


def invoices_of(payments: Sequence[Dossier]) -> list[RecordRef]:
    return [
        ref
        for dossier in payments
        for snapshot in dossier.snapshots.values()
        for ref in named_by(snapshot)
        if ref.entity in _OWN_DOCUMENTS
    ]


def one_each(work: Pass, refs: Iterable[RecordRef]) -> list[RecordRef]:
    """Of a record that is named by its id on both sides only one."""
    refs = list(dict.fromkeys(refs))
    links = look_up(work, refs)
    first = {links[ref].pk: ref for ref in reversed(refs) if ref in links}
    return [ref for ref in refs if ref not in links or first[links[ref].pk] == ref]


def moved_with(snapshot: Snapshot) -> list[RecordRef]:
    """Records that a write to this one changes too: a payment moves its invoice."""
    return [ref for ref in named_by(snapshot) if ref.entity in _OWN_DOCUMENTS]
