"""Where setting a sync up begins: in the wizard, or in the rule's own form while there is none."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from syncapp.engine.records import Entity
from syncapp.models import Integration, SyncRule

WIZARD = "admin:wizard"


def set_up(integration: Integration, entity: Entity | None = None) -> str:
    chosen = {"integration": integration.pk} | ({"entity": entity.value} if entity else {})
    return f"{_start()}?{urlencode(chosen)}"


def edit(rule: SyncRule) -> str:
    try:
        return f"{reverse(WIZARD)}?{urlencode({'rule': rule.pk})}"
    except NoReverseMatch:
        return reverse("admin:syncapp_syncrule_change", args=(rule.pk,))


def _start() -> str:
    try:
        return reverse(WIZARD)
    except NoReverseMatch:
        return reverse("admin:syncapp_syncrule_add")
