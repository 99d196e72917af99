"""What workers must know of each other when they use one account: how many they are, so that each
takes its part of the vendor's limits, and that the vendor has asked another one to wait.

Companies may share a HubSpot portal. A worker looks when it begins and at every helping.
"""

from collections import Counter
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from syncapp.engine.records import Side
from syncapp.models import Connection, Integration, Lease
from syncapp.pipeline.connect import throttle_for


def meet(integration: Integration) -> None:
    connections = [integration.connection(side) for side in Side]
    workers, paused = _workers_at(connections), _paused(connections)
    for connection in connections:
        throttle = throttle_for(connection)
        throttle.share(workers[connection.pk])
        throttle.hold(paused[connection.pk])


def _workers_at(connections: Sequence[Connection]) -> Counter[int]:
    """By connection."""
    ours = Q(integration__hubspot__in=connections) | Q(integration__quickbooks__in=connections)
    leases = Lease.objects.filter(ours, expires_at__gt=timezone.now()).exclude(holder="")
    used = leases.values_list("integration__hubspot", "integration__quickbooks")
    return Counter(pk for pks in used for pk in pks)


def _paused(connections: Sequence[Connection]) -> dict[int, float]:
    """Seconds, by connection."""
    now = timezone.now()
    rows = Connection.objects.filter(pk__in=[one.pk for one in connections])
    until = dict(rows.order_by().values_list("pk", "paused_until"))
    return {pk: (at - now).total_seconds() if at else 0.0 for pk, at in until.items()}
