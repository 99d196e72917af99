"""What workers must know of each other when they use one account: how many they are, so that each
takes its part of the vendor's limits, and that the vendor has asked another one to wait.

Companies may share a HubSpot portal. A worker looks when it begins and at every helping.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from syncapp.engine.records import Side
from syncapp.models import Connection, Integration
from syncapp.pipeline.connect import seconds_paused, throttle_for


def meet(integration: Integration) -> None:
    now = timezone.now()
    connections = [integration.connection(side) for side in Side]
    workers: Counter[int] = Counter()
    paused_until: dict[int, datetime | None] = {}
    for is_at_work, *used in _sharing(connections, now):
        for pk, until in used:
            workers[pk] += is_at_work
            paused_until[pk] = until
    for connection in connections:
        throttle = throttle_for(connection)
        throttle.share(workers[connection.pk])
        throttle.hold(seconds_paused(paused_until.get(connection.pk)))


_Used = tuple[int, datetime | None]  # a connection, and how long it is paused


def _sharing(
    connections: Sequence[Connection], now: datetime
) -> Iterator[tuple[bool, _Used, _Used]]:
    """The integrations that use one of these, ours among them: is a worker at it, and what both
    of its connections are."""
    ours = Q(hubspot__in=connections) | Q(quickbooks__in=connections)
    rows = Integration.objects.filter(ours).order_by()
    columns = ("hubspot", "hubspot__paused_until", "quickbooks", "quickbooks__paused_until")
    for holder, expires_at, *used in rows.values_list(
        "lease__holder", "lease__expires_at", *columns
    ):
        is_at_work = bool(holder) and expires_at is not None and expires_at > now
        yield is_at_work, (used[0], used[1]), (used[2], used[3])
