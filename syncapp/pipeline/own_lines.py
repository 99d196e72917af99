"""Line items as our own writes left them. A search shows them among what changed; in the very
version that HubSpot answered they are our echo, and their invoices need not be read for them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from django.db import transaction

from syncapp.engine.plan import State
from syncapp.engine.writes import Done
from syncapp.models import OwnLine
from syncapp.pipeline.context import Pass
from syncapp.pipeline.sending import Sending

_KEPT = timedelta(days=1)  # a search begins at the last pass: what it does not know it reads
_FORGOTTEN_AT_ONCE = 2_000


def keep(work: Pass, sendings: Iterable[Sending]) -> None:
    """After their invoices were recorded: of those that are in sync now, nothing was open."""
    left = {
        id_: version
        for sending in sendings
        if isinstance(sending.answer, Done) and sending.link.state == State.IN_SYNC
        for id_, version in sending.left.items()
    }
    if not left:
        return
    with transaction.atomic():
        work.lease.guard_commit()
        OwnLine.objects.bulk_create(
            [
                OwnLine(
                    integration=work.integration, hubspot_id=id_, version=version, left_at=work.now
                )
                for id_, version in left.items()
            ],
            update_conflicts=True,
            unique_fields=["integration", "hubspot_id"],
            update_fields=["version", "left_at"],
        )
        mine = OwnLine.objects.filter(integration=work.integration)
        old = mine.filter(left_at__lt=work.now - _KEPT).order_by().values("pk")
        OwnLine.objects.filter(pk__in=old[:_FORGOTTEN_AT_ONCE]).delete()


def left(integration_id: int, ids: Collection[str]) -> Mapping[str, str]:
    rows = OwnLine.objects.filter(integration=integration_id, hubspot_id__in=ids)
    return dict(rows.values_list("hubspot_id", "version"))
