"""Where setting a sync up begins."""

from urllib.parse import urlencode

from django.urls import reverse

from syncapp.engine.records import Entity
from syncapp.models import Integration, SyncRule

WIZARD = "admin:wizard"


def set_up(integration: Integration, entity: Entity | None = None) -> str:
    chosen = {"integration": integration.pk} | ({"entity": entity.value} if entity else {})
    return f"{reverse(WIZARD)}?{urlencode(chosen)}"


def edit(rule: SyncRule) -> str:
    return f"{reverse(WIZARD)}?{urlencode({'rule': rule.pk})}"
