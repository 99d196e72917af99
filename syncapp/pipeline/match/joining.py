"""Two half rows become one link."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from syncapp.engine.records import RecordRef, Side
from syncapp.models import RecordLink, SyncActivity
from syncapp.pipeline import activity
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, absorb

Join = tuple[Dossier, RecordRef]


def join_all(
    work: Pass,
    joins: Sequence[Join],
    dossiers: Sequence[Dossier],
    told: Sequence[SyncActivity] = (),
) -> list[Dossier]:
    """With what is told of it. Answers the dossiers that remain: who was taken into another is
    gone."""
    if not joins:
        return list(dossiers)
    by_ref = {ref: one for one in dossiers for ref in one.refs}
    taken = {id(other) for _, partner in joins if (other := by_ref.get(partner))}
    for side in Side:
        ours = [join for join in joins if join[1].side is side]
        _commit(work, side, ours, [one for one in told if one.side == side.other])
    for dossier, partner in joins:
        other = by_ref.get(partner)
        if other is not None:
            dossier.rows += other.rows
            dossier.snapshots = {**other.snapshots, **dossier.snapshots}
    return [one for one in dossiers if id(one) not in taken]


def _commit(work: Pass, side: Side, joins: Sequence[Join], told: Sequence[SyncActivity]) -> None:
    if not joins:
        return
    column = f"{side.value}_id"
    links = [dossier.link for dossier, _ in joins]
    with transaction.atomic():
        work.lease.guard_commit()
        for dossier, partner in joins:
            setattr(dossier.link, column, partner.id)
            dossier.link.updated_at = timezone.now()
        absorb(links)
        fields = [column, "origin", "updated_at"]
        RecordLink.objects.bulk_update(links, fields, batch_size=200)
        activity.append(work.integration, told)
