"""The records that HubSpot made last, as far as we know: the last page of its list has them."""

from collections.abc import Collection

from syncapp.engine.records import Entity
from syncapp.models import RecordLink

_PAGE = 100


def ids(integration_id: int, entity: Entity) -> Collection[str]:
    known = RecordLink.objects.filter(
        integration=integration_id, entity=entity, hubspot_id__isnull=False
    )
    found = known.order_by("-pk").values_list("hubspot_id", flat=True)[:_PAGE]
    return [id_ for id_ in found if id_]
