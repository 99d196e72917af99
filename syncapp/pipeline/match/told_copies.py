"""A copy of ours that is found by its mark stands in the history like one whose answer came."""

from collections.abc import Sequence

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.writes import Operation
from syncapp.models import SyncActivity, WriteIntent
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier


def of_joined(work: Pass, joins: Sequence[tuple[Dossier, RecordRef]]) -> list[SyncActivity]:
    """Each with its original. It was made, where the answer to that was committed and the document
    cut off before its next step; else nobody knows any more, and it was linked."""
    made = _untold_makers(work, [original for _, original in joins])
    return [_row(work, dossier, original, made.get(original)) for dossier, original in joins]


def _untold_makers(work: Pass, originals: Sequence[RecordRef]) -> dict[RecordRef, WriteIntent]:
    """The last answered step of what made a copy of these, where no entry names one of them."""
    if not originals:
        return {}
    answered = WriteIntent.objects.filter(
        integration=work.integration,
        operation=Operation.CREATE,
        state=WriteIntent.State.DONE,
        source_id__in=[one.id for one in originals],
    )
    steps: dict[RecordRef, list[WriteIntent]] = {}
    for one in answered.order_by("generation", "step"):
        document = steps.setdefault(
            RecordRef(Side(one.side).other, Entity(one.entity), one.source_id), []
        )
        if document and document[0].generation != one.generation:
            document.clear()
        document.append(one)
    told = set(SyncActivity.objects.filter(intent__in=answered).values_list("intent_id", flat=True))
    return {
        original: document[-1]
        for original, document in steps.items()
        if told.isdisjoint(one.pk for one in document)
    }


def _row(
    work: Pass, dossier: Dossier, original: RecordRef, maker: WriteIntent | None
) -> SyncActivity:
    return SyncActivity(
        integration_id=work.integration.pk,
        run_id=work.run.pk,
        link_id=dossier.link.pk,
        intent_id=maker.pk if maker else None,
        entity=original.entity,
        side=original.side.other,
        action="created" if maker else "linked",
        vendor_request_id=maker.vendor_request_id if maker else "",
    )
