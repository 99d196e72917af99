"""What people know a record by."""

from collections.abc import Iterable, Sequence

from syncapp.engine.records import Entity, Snapshot
from syncapp.engine.writes import Write

_LABELS = {
    Entity.CONTACT: ("DisplayName",),
    Entity.PRODUCT: ("Name", "name"),
    Entity.INVOICE: ("DocNumber", "hs_number"),
    Entity.PAYMENT: ("PaymentRefNum", "hs_reference_number"),
}


def label_of(snapshots: Sequence[Snapshot]) -> str:
    """Of one record, on one side or both; empty when it has no name at all."""
    if not snapshots:
        return ""
    entity = snapshots[0].ref.entity
    label = first_of(snapshots, _LABELS[entity])
    if label is None and entity is Entity.CONTACT:
        parts = [first_of(snapshots, (name,)) for name in ("firstname", "lastname")]
        label = " ".join(str(part) for part in parts if part)
    return str(label or first_of(snapshots, ("email",)) or "")


def name_in(write: Write) -> str:
    """What a write would have the record be called."""
    return str(
        next((write.fields[name] for name in _LABELS[write.entity] if name in write.fields), "")
    )


def first_of(snapshots: Sequence[Snapshot], names: Iterable[str]) -> object:
    for name in names:
        for snapshot in snapshots:
            if (value := snapshot.get(name)) is not None:
                return value
    return None
