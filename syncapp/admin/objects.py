"""The object view: how every object of an integration stands, and the switch of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from syncapp.admin import columns, entry_points
from syncapp.admin.charts import DayChart, day_chart, shares
from syncapp.admin.roles import CONFIGURE, OPERATE, OWN
from syncapp.admin.scaffold import SitePage, Text
from syncapp.admin.words import DIRECTIONS, OBJECTS, STATES, STATES_EXPLAINED
from syncapp.engine.records import Entity
from syncapp.models import Integration
from syncapp.reporting.days import last_days
from syncapp.reporting.heartbeat import worker_seen_at
from syncapp.reporting.objects import (
    ObjectRow,
    added_up,
    overviewed,
    overviews,
)


@dataclass(frozen=True, slots=True)
class Number:
    state: str
    title: Text
    hint: Text
    count: int
    url: str  # of its records
    panel: str = ""


class ObjectView(SitePage):
    title = _("Object view")
    template_name = "ledgerline/objects/page.html"
    extra_context = {
        "lead": _("How every object stands between HubSpot and QuickBooks. Select a number to see"
                  " its records.")
    }  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        integrations = list(overviewed())
        chosen = chosen_integration(self.request, integrations)
        found = self._about(chosen) if chosen else {}
        return super().get_context_data(
            integrations=integrations, integration=chosen, **found, **kwargs
        )

    def _about(self, integration: Integration) -> dict[str, Any]:
        overview = overviews([integration])[integration.pk]
        rows = overview.rows
        only = self.request.GET.get("object", "")
        shown = columns.shown(self.request, "objects")
        has_rules = any(row.rule for row in rows)
        return {
            "rows": [_line(integration, row) for row in rows if only in ("", row.entity.value)],
            "totals": _numbers(integration, None, added_up(rows)),
            "objects": OBJECTS,
            "only": only,
            "shown": shown,
            "columns": columns.choices("objects", shown),
            "has_rules": has_rules,
            "can_add": not all(row.rule for row in rows),
            "is_working": any(row.rule and row.rule.is_on for row in rows),
            "set_up_url": entry_points.set_up(integration),
            "passes": overview.passes,
            "worker_seen_at": worker_seen_at(),
            "brake": overview.brake,
            "charts": _charts(integration, only),
            "may": permissions(self.request),
        }


def _charts(integration: Integration, only: str) -> list[DayChart]:
    return [
        day_chart(OBJECTS[entity.value], days)
        for entity, days in last_days(integration).items()
        if only in ("", entity.value)
    ]


def permissions(request: HttpRequest) -> dict[str, bool]:
    return {
        "operate": request.user.has_perm(OPERATE),
        "configure": request.user.has_perm(CONFIGURE),
        "own": request.user.has_perm(OWN),
    }


def chosen_integration(
    request: HttpRequest, integrations: Sequence[Integration]
) -> Integration | None:
    wanted = request.GET.get("integration", "")
    named = [one for one in integrations if str(one.pk) == wanted]
    return next(iter(named or integrations), None)


def _line(integration: Integration, row: ObjectRow) -> dict[str, Any]:
    rule = row.rule
    return {
        "row": row,
        "entity": row.entity.value,
        "title": OBJECTS[row.entity.value],
        "direction": DIRECTIONS[rule.direction] if rule else "",
        "icon": f"ledgerline/icons/{rule.direction}.html" if rule else "",
        "numbers": {
            number.state: number for number in _numbers(integration, row.entity, row.counts)
        },
        "shares": shares(row.counts),
        "set_up_url": entry_points.set_up(integration, row.entity),
        "edit_url": entry_points.edit(rule) if rule else "",
    }


def _numbers(integration: Integration, entity: Entity | None, counts: Any) -> list[Number]:
    return [
        Number(
            state,
            title,
            STATES_EXPLAINED[state],
            counts[state],
            _records_url(integration, entity, state),
            reverse("admin:objects_panel", args=(integration.pk, entity.value, state))
            if entity
            else "",
        )
        for state, title in STATES.items()
    ]


def _records_url(integration: Integration, entity: Entity | None, state: str) -> str:
    query = f"integration={integration.pk}&state={state}"
    return f"{reverse('admin:records')}?{query}" + (f"&object={entity.value}" if entity else "")
