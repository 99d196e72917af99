"""The page of one record: both sides, why it is as it is, what happened, what can be done."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from syncapp.admin.deeds import DEEDS, first_deed, may_be_linked, offered, print_of
from syncapp.admin.desk_group import DESK_STATES
from syncapp.admin.objects import permissions
from syncapp.admin.reasons import reason_of
from syncapp.admin.record_cells import name_of
from syncapp.admin.scaffold import Action, SitePage, Text
from syncapp.admin.timeline import timeline_of
from syncapp.admin.words import OBJECT, STATES
from syncapp.engine.records import Entity, Presence, Side
from syncapp.errors import SyncAppError
from syncapp.models import RecordLink
from syncapp.pipeline.by_hand import resolve
from syncapp.pipeline.by_hand.look import Look, read_both
from syncapp.pipeline.rulebook import load_rules
from syncapp.reporting.app_links import app_links
from syncapp.reporting.candidates import Candidate, candidates_of
from syncapp.reporting.record import (
    FieldRow,
    for_its_page,
    related_to,
    rows_agreed,
    rows_read,
)
from syncapp.told import told

VERDICTS: Mapping[str, Text] = {
    "conflict": _("Changed on both sides"),
    "protected": _("Changed where it does not belong"),
    "held": _("Left as it is"),
    "copy": _("On its way"),
}
HOLDS: Mapping[str, Text] = {
    "direction": _("it travels one way only"),
    "owner": _("it belongs to the app where the record was made"),
    "filter": _("a filter holds it back"),
    "empty": _("an empty value wipes nothing"),
    "stored": _("the app it was written to keeps it like this"),
}


class RecordPage(SitePage):
    template_name = "ledgerline/record/page.html"
    trail = ((_("Record view"), "records"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        link = link_or_404(kwargs["pk"])
        older = self.request.GET.get("older", "")
        before = int(older) if older.isdecimal() and len(older) < 18 else 0
        look = kwargs.pop("look", None)
        self.title = name_of(link)
        return super().get_context_data(
            link=link,
            integration=link.integration,
            object=OBJECT[link.entity],
            state=STATES[link.state],
            reason=reason_of(link),
            tried_next=getattr(link, "tried_next", None),
            group_url=_group_url(link),
            now=timezone.now(),
            timeline=timeline_of(link, before),
            is_older=bool(before),
            seen=print_of(link),
            first=first_deed(link),
            deeds=offered(link),
            may_be_linked=may_be_linked(link),
            candidates=_candidates(link),
            missing=_missing(link),
            missing_side=_missing_side(link).value,
            choose=DEEDS["choose"],
            may=permissions(self.request),
            look=look,
            **_compared(link, look),
            **kwargs,
        )


class ReadBoth(Action, RecordPage):
    """Asks both vendors, and shows the page with their answers. Stores nothing."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        try:
            look = read_both(link_or_404(pk))
        except SyncAppError as error:
            messages.error(request, told(error.message))
            look = None
        return self.render_to_response(self.get_context_data(pk=pk, look=look))


def link_or_404(pk: int) -> RecordLink:
    rows = RecordLink.objects.select_related("integration__hubspot", "integration__quickbooks")
    return get_object_or_404(for_its_page(rows), pk=pk)


def _compared(link: RecordLink, look: Look | None) -> dict[str, Any]:
    rule = load_rules(link.integration, timezone.now(), {}, with_filters=False).get(
        Entity(link.entity)
    )
    related = related_to(link)
    if look is None:
        rows = rows_agreed(link, rule, related)
    else:
        rows = rows_read(link, rule, look.snapshots, look.plan.fields, related)
    return {
        "fields": [_shown(row) for row in rows if not row.is_empty],
        "empty": [row.label for row in rows if row.is_empty],
        "conflicts": [row for row in rows if row.is_conflict],
        "above": [_named(one) for one in related.above],
        "below": [_named(one) for one in related.below],
        "sides": _sides(link, look),
    }


def _shown(row: FieldRow) -> dict[str, Any]:
    return {
        "row": row,
        "verdict": VERDICTS.get(row.verdict, ""),
        "hold": HOLDS.get(row.hold, ""),
    }


def _group_url(link: RecordLink) -> str:
    if link.state not in DESK_STATES or not link.category:
        return ""
    return reverse("admin:desk_group", args=(link.integration_id, link.state, link.category))


def _named(link: RecordLink) -> dict[str, Any]:
    return {"link": link, "object": OBJECT[link.entity], "state": STATES[link.state]}


def _sides(link: RecordLink, look: Look | None) -> list[dict[str, Any]]:
    apps = app_links(link.integration, link)
    return [
        {
            "side": side,
            "id": link.id_on(side),
            "url": apps.get(side, ""),
            "is_origin": link.origin == side,
            "is_gone": bool(look and _is_gone(look, side)),
        }
        for side in Side
    ]


def _is_gone(look: Look, side: Side) -> bool:
    found = look.snapshots.get(side)
    return found is not None and found.presence is Presence.GONE


def _candidates(link: RecordLink) -> Sequence[Candidate]:
    return candidates_of(link.integration, resolve.candidates(link)) if not link.is_linked else ()


def _missing(link: RecordLink) -> str:
    return gettext("%(app)s id") % {"app": _missing_side(link).product_name}


def _missing_side(link: RecordLink) -> Side:
    return Side.QUICKBOOKS if link.quickbooks_id is None else Side.HUBSPOT
