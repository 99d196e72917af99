"""Columns a person chose for a page; the page's own choice until then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from syncapp.admin.scaffold import Action, Text, person
from syncapp.admin.words import STATES
from syncapp.models import ChosenColumns

OBJECTS: Mapping[str, Text] = {
    "direction": _("Direction"),
    **STATES,
    "health": _("Health"),
    "changed": _("Rule changed"),
}
RECORDS: Mapping[str, Text] = {
    "object": _("Object"),
    "state": _("State"),
    "reason": _("Reason"),
    "sentence": _("What to do"),
    "amount": _("Amount"),
    "hubspot_id": _("HubSpot id"),
    "quickbooks_id": _("QuickBooks id"),
    "origin": _("Born in"),
    "since": _("Since"),
    "seen": _("Last read"),
}
PAGES: Mapping[str, Mapping[str, Text]] = {"objects": OBJECTS, "records": RECORDS}
USUAL: Mapping[str, Sequence[str]] = {
    "objects": [name for name in OBJECTS if name != "changed"],
    "records": ["object", "state", "reason", "amount", "hubspot_id", "quickbooks_id", "since"],
}


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    title: Text
    is_shown: bool


def shown(request: HttpRequest, page: str) -> list[str]:
    rows = ChosenColumns.objects.filter(user=request.user.pk, page=page)
    stored = rows.values_list("columns", flat=True).first()
    return [name for name in stored or () if name in PAGES[page]] or list(USUAL[page])


def choices(page: str, shown: Sequence[str]) -> list[Column]:
    return [Column(name, title, name in shown) for name, title in PAGES[page].items()]


class ChooseColumns(Action):
    def post(self, request: HttpRequest, page: str) -> HttpResponse:
        known = PAGES.get(page, {})
        wanted = [name for name in known if name in request.POST.getlist("column")]
        if known:
            ChosenColumns.objects.update_or_create(
                user=person(request), page=page, defaults={"columns": wanted}
            )
        return redirect(self.way_back(reverse(f"admin:{page if known else 'index'}")))
