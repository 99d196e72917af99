"""What workers must know of each other when they use one account: how many they are, so that each
takes its part of the vendor's limits, and that the vendor has asked another one to wait.

Companies may share a HubSpot portal. A worker looks when it begins and at every helping.
"""

from django.db.models import Q
from django.utils import timezone

from syncapp.engine.records import Side
from syncapp.models import Connection, Integration, Lease
from syncapp.pipeline.connect import throttle_for


def meet(integration: Integration) -> None:
    for side in Side:
        connection = integration.connection(side)
        throttle = throttle_for(connection)
        throttle.share(_workers_at(connection))
        throttle.hold(_seconds_paused(connection))


def _workers_at(connection: Connection) -> int:
    mine = Q(integration__hubspot=connection) | Q(integration__quickbooks=connection)
    return Lease.objects.filter(mine, expires_at__gt=timezone.now()).exclude(holder="").count()


def _seconds_paused(connection: Connection) -> float:
    until = Connection.objects.values_list("paused_until", flat=True).get(pk=connection.pk)
    return (until - timezone.now()).total_seconds() if until else 0.0
