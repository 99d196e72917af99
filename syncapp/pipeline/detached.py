"""Records that a person let go: linked still, so that they are not made again, but left alone."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from syncapp.engine.catalogue import explain, heals_itself
from syncapp.engine.plan import Finding, State, excluded
from syncapp.engine.records import Entity
from syncapp.engine.said import said
from syncapp.models import RecordLink, SyncActivity
from syncapp.pipeline import tally, worklist
from syncapp.pipeline.dossier import NEW, Dossier
from syncapp.pipeline.lease import leased

_DETACHED = "detached"


def leave_alone(dossiers: Iterable[Dossier]) -> None:
    for dossier in dossiers:
        if dossier.link.category == _DETACHED:
            dossier.plan = excluded("detached")


def detach(link: RecordLink) -> None:
    """Raises `Busy` while a worker is at it: it would put the old state back."""
    finding = Finding(State.EXCLUDED, "detached")
    with leased(link.integration) as held, transaction.atomic():
        held.guard_commit()
        link.refresh_from_db()
        link.state, link.category, link.facts = finding.state, finding.category, {}
        link.sentence, link.heals_itself = explain(finding), heals_itself(finding)
        link.state_since, link.next_try_at = timezone.now(), None
        link.is_untold = link.entity == Entity.INVOICE
        with tally.kept(link.integration_id, tally.of([link])):
            link.save()
        _tell(link, "detached")


def take_back(link: RecordLink) -> None:
    """It is decided anew in the next pass, against what both sides last agreed on."""
    with leased(link.integration) as held, transaction.atomic():
        held.guard_commit()
        link.refresh_from_db()
        if link.category != _DETACHED:
            return
        link.state, link.category, link.sentence = (
            State.WAITING,
            NEW,
            said("Taken back, not decided yet."),
        )
        link.heals_itself, link.state_since = True, timezone.now()
        with tally.kept(link.integration_id, tally.of([link])):
            link.save()
        worklist.add(link.integration, Dossier(link).refs)
        _tell(link, "taken back")


def _tell(link: RecordLink, action: str) -> None:
    SyncActivity.objects.create(
        integration=link.integration,
        link=link,
        entity=link.entity,
        action=action,
        category=link.category,
        sentence=link.sentence,
    )
