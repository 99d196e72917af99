"""What stands now that somebody should know. Reads the database, asks no vendor."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from syncapp.models import Brake, Integration
from syncapp.models.alerts import Cause
from syncapp.reporting.connections import allowance, shown_connections
from syncapp.reporting.counts import failing_by_cause
from syncapp.reporting.heartbeat import WORKER_SILENCE, worker_seen_at


@dataclass(frozen=True, slots=True)
class Standing:
    """`number`: records of `failing`, per cent of `allowance`; from how many on somebody is told is
    each recipient's own choice."""

    cause: Cause
    about: str = ""
    integration_id: int | None = None
    category: str = ""
    number: int = 0
    subject: str = ""

    @property
    def key(self) -> str:
        return ":".join(filter(None, (self.cause.value, self.about, self.category)))


def standing() -> list[Standing]:
    return [*_worker(), *_reconnects(), *_brakes(), *_failing(), *_allowance()]


def _worker() -> Iterator[Standing]:
    """Before its first task nobody has started it yet."""
    seen_at = worker_seen_at()
    if seen_at is not None and timezone.now() - seen_at > WORKER_SILENCE:
        yield Standing(Cause.WORKER)


def _reconnects() -> Iterator[Standing]:
    for row in Integration.objects.select_related("hubspot", "quickbooks"):
        for connection in (row.hubspot, row.quickbooks):
            if connection.needs_reconnect:
                about = f"{row.pk}/{connection.pk}"
                yield Standing(Cause.RECONNECT, about, row.pk, subject=connection.name)


def _brakes() -> Iterator[Standing]:
    for brake in Brake.objects.filter(released_at__isnull=True):
        yield Standing(Cause.BRAKE, str(brake.integration_id), brake.integration_id)


def _failing() -> Iterator[Standing]:
    for pk, category, number in failing_by_cause():
        yield Standing(Cause.FAILING, str(pk), pk, category, number)


def _allowance() -> Iterator[Standing]:
    used = allowance(shown_connections()).percent
    if used:
        yield Standing(Cause.ALLOWANCE, number=used)
