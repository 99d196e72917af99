"""The record view: every record that was ever seen, found by filters, page by page."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from syncapp.admin import columns
from syncapp.admin.objects import chosen_integration, permissions
from syncapp.admin.record_cells import cells, name_of
from syncapp.admin.record_drawing import drawn
from syncapp.admin.record_filters import INSIDE, RecordsAsked
from syncapp.admin.saved_views import views_of
from syncapp.admin.scaffold import SitePage
from syncapp.models import Integration, RecordLink
from syncapp.pipeline.by_hand.older_invoices import OLDER
from syncapp.reporting.app_links import app_links
from syncapp.reporting.finding import LOOKED_THROUGH, Asked
from syncapp.reporting.keyset import ORDERS

SIZES = (25, 50, 100)
PLACES = ("after", "before")
_SORTED = {
    "record": "label",
    "object": "entity",
    "state": "state",
    "amount": "amount",
    "since": "state_since",
}
_FALLING_FIRST = ("state_since", "amount")


class RecordView(SitePage):
    title = _("Record view")
    template_name = "ledgerline/records/page.html"
    extra_context = {"lead": _("Every record that was ever seen, what became of it and why.")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        integrations = list(Integration.objects.select_related("hubspot", "quickbooks"))
        chosen = chosen_integration(self.request, integrations)
        found = self._records(chosen) if chosen else {}
        return super().get_context_data(
            integrations=integrations,
            integration=chosen,
            may=permissions(self.request),
            **found,
            **kwargs,
        )

    def _records(self, integration: Integration) -> dict[str, Any]:
        asked = self.request.GET
        records = RecordsAsked(asked, integration)
        shown = columns.shown(self.request, "records")
        order = order_of(self.request)
        size = next((one for one in SIZES if str(one) == asked.get("size")), SIZES[1])
        found = records.page(Asked(order, asked.get("after", ""), asked.get("before", ""), size))
        page, kept = found.page, _without(asked, *PLACES)
        outside = _icon("outside")  # drawn once, not in every row
        return {
            "filter": records,
            "is_filtered": records.is_filtered,
            "records": [_record(integration, link, shown, outside) for link in page.links],
            "found": found,
            "chevron": _icon("chevron"),
            "looked_through": LOOKED_THROUGH,
            "inside": _with(kept, **{INSIDE: "1"}),
            "headings": _headings(asked, shown, order),
            "order": order,
            "size": size,
            "sizes": SIZES,
            "columns": columns.choices("records", shown),
            "query": kept.urlencode(),
            "views": views_of(self.request),
            "are_older": asked.get("reason") == OLDER and bool(page.links),
            "next": _with(kept, after=page.after) if page.after else "",
            "previous": _with(kept, before=page.before) if page.before else "",
        }


def _icon(name: str) -> SafeString:
    return render_to_string(f"ledgerline/icons/{name}.html")


def order_of(request: HttpRequest) -> str:
    order = request.GET.get("order", "")
    return order if order in ORDERS else ORDERS[0]


def _record(
    integration: Integration, link: RecordLink, shown: Sequence[str], outside: SafeString
) -> dict[str, Any]:
    found = drawn(cells(link, shown, app_links(integration, link)), outside)
    return {"link": link, "name": name_of(link), "cells": found, "span": len(shown) + 2}


def _headings(asked: QueryDict, shown: Sequence[str], order: str) -> list[dict[str, Any]]:
    titles = {"record": _("Record"), **columns.RECORDS}
    return [
        {
            "name": name,
            "title": titles[name],
            "direction": _direction(name, order),
            "url": _sorted_by(asked, name, order),
        }
        for name in ("record", *shown)
    ]


def _direction(name: str, order: str) -> str:
    if _SORTED.get(name) != order.lstrip("-"):
        return ""
    return "descending" if order.startswith("-") else "ascending"


def _sorted_by(asked: QueryDict, name: str, order: str) -> str:
    field = _SORTED.get(name)
    if field is None:
        return ""
    wanted = {field: f"-{field}", f"-{field}": field}.get(order)
    usual = f"-{field}" if field in _FALLING_FIRST else field
    return _with(_without(asked, *PLACES), order=wanted or usual)


def _without(asked: QueryDict, *names: str) -> QueryDict:
    kept = asked.copy()
    for name in [*names, *(name for name in kept if not kept[name])]:
        kept.pop(name, None)
    return kept


def _with(asked: QueryDict, **more: str) -> str:
    changed = asked.copy()
    for name, value in more.items():
        changed[name] = value
    return f"?{changed.urlencode()}"
