"""The side panel behind a number of the object view: its newest records, each with its reason."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from syncapp.admin.reasons import reason_of, reason_of_kind
from syncapp.admin.scaffold import SitePage
from syncapp.admin.words import OBJECTS, STATES, STATES_EXPLAINED
from syncapp.models import Integration, RecordLink
from syncapp.reporting.reasons import reasons
from syncapp.told import sentence_of

SHOWN = 25


class ObjectPanel(SitePage):
    template_name = "ledgerline/objects/panel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entity, state = kwargs["entity"], kwargs["state"]
        if entity not in OBJECTS or state not in STATES:
            raise Http404
        integration = get_object_or_404(Integration, pk=kwargs["pk"])
        rows = RecordLink.objects.filter(integration=integration, entity=entity, state=state)
        links = list(rows.order_by("-id")[:SHOWN])
        counted = reasons(integration, entity, state)
        address = reverse("admin:records")
        return super().get_context_data(
            object=OBJECTS[entity],
            state_title=STATES[state],
            hint=STATES_EXPLAINED[state],
            total=sum(counted.values()),
            reasons=[
                (name, reason_of_kind(name), number) for name, number in counted.items() if name
            ],
            links=[(link, reason_of(link), sentence_of(link)) for link in links],
            records_url=f"{address}?integration={integration.pk}&object={entity}&state={state}",
            **kwargs,
        )
