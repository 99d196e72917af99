"""Something is done about many records of one cause at once, and what came of it is summed up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from syncapp.admin.deeds import DEEDS, Deed, print_of
from syncapp.admin.desk_group import bulk_deeds, group_or_404
from syncapp.admin.fixes import Fix, fix_for
from syncapp.admin.scaffold import Action, person
from syncapp.errors import Busy, SyncAppError
from syncapp.models import Integration, RecordLink, SyncRun
from syncapp.objects.options import OptionKind
from syncapp.pipeline import decisions
from syncapp.pipeline.by_hand.again import look_again
from syncapp.pipeline.wake import wake
from syncapp.reporting.desk import records_of
from syncapp.setup import options
from syncapp.told import told

MOST = 500  # decisions at one press: each is told in its record's activity
# what a record already decided so holds: a second press finds nothing more to do
_KEPT = {
    "choose": decisions.SIDES,
    "keep_apart": decisions.APART,
    "send_again": decisions.SEND_AGAIN,
    "let_go": decisions.LET_GO,
}


@dataclass(slots=True)
class Summary:
    done: int = 0
    changed: int = 0
    left: Counter[str] = field(default_factory=Counter)
    is_busy: bool = False


class DeskAction(Action):
    def post(self, request: HttpRequest, pk: int, state: str, category: str) -> HttpResponse:
        integration, state, category = group_or_404(pk, state, category)
        name = request.POST.get("deed", "")
        rows = records_of(integration, state, category)
        if name == "retry":
            self._retry(request, integration, rows)
        elif name in _names(category):
            self._decide(request, integration, DEEDS[name], rows)
        else:
            raise Http404
        return redirect(self.way_back(reverse("admin:desk_group", args=(pk, state, category))))

    def _retry(
        self, request: HttpRequest, integration: Integration, rows: QuerySet[RecordLink]
    ) -> None:
        chosen = rows if _is_all(request) else rows.filter(pk__in=_picked(request))
        number = look_again(integration, chosen.order_by("pk").iterator(chunk_size=500))
        if not number:
            messages.warning(request, _("Nothing was selected, or all of it has moved on already."))
            return
        said = ngettext(
            "%(number)s record is tried again in a moment.",
            "%(number)s records are tried again in a moment. Those that go through leave the list.",
            number,
        )
        messages.success(request, said % {"number": number})
        _say_paused(request, integration)

    def _decide(
        self,
        request: HttpRequest,
        integration: Integration,
        deed: Deed,
        rows: QuerySet[RecordLink],
    ) -> None:
        rows = rows.select_related("integration__hubspot", "integration__quickbooks")
        if deed.name in _KEPT:
            rows = rows.exclude(decisions__has_key=_KEPT[deed.name])
        picked = _picked(request)
        chosen = rows if _is_all(request) else rows.filter(pk__in=picked)
        links = list(chosen.order_by("pk")[: MOST + 1])
        by = person(request).get_username()
        given = {name: request.POST.get(name, "") for name in ("wins", "field")}
        summary = _done(deed, links[:MOST], given, by, {} if _is_all(request) else picked)
        _tell(request, deed, summary, has_more=len(links) > MOST)
        if summary.done:
            wake(integration.pk, SyncRun.Trigger.PERSON)
            _say_paused(request, integration)


class FixOption(Action):
    """The choice that removes a cause, stored with the rule."""

    def post(self, request: HttpRequest, pk: int, state: str, category: str) -> HttpResponse:
        integration, state, category = group_or_404(pk, state, category)
        fix = fix_for(category)
        if fix is None:
            raise Http404
        value: str | bool = fix.value or request.POST.get("value", "").strip()[:100]
        if fix.described.kind is OptionKind.FLAG:
            value = True
        if not value:
            messages.warning(request, _("Choose one first."))
        else:
            self._choose(request, integration, fix, value=value)
        return redirect(self.way_back(f"{reverse('admin:desk')}?integration={pk}"))

    def _choose(
        self, request: HttpRequest, integration: Integration, fix: Fix, *, value: str | bool
    ) -> None:
        try:
            chosen = dict.fromkeys(fix.names, value)
            is_new = options.choose(integration, fix.entity, chosen, person(request))
        except SyncAppError as error:
            messages.error(request, told(error.message))
            return
        if not is_new:
            messages.info(request, _("It was chosen already. Nothing has changed."))
            return
        wake(integration.pk, SyncRun.Trigger.PERSON)
        said = _("Kept. The next pass decides every record of this sync again with it.")
        messages.success(request, said)
        _say_paused(request, integration)


def _done(
    deed: Deed,
    links: Iterable[RecordLink],
    given: dict[str, str],
    by: str,
    seen: dict[int, str],
) -> Summary:
    summary = Summary()
    for link in links:
        if seen and seen[link.pk] != print_of(link):
            summary.changed += 1
            continue
        try:
            deed.do(link, given, by)
        except Busy:
            summary.is_busy = True
            break
        except SyncAppError as error:
            summary.left[told(error.message)] += 1
        else:
            summary.done += 1
    return summary


def _tell(request: HttpRequest, deed: Deed, summary: Summary, *, has_more: bool) -> None:
    if summary.done:
        said = ngettext(
            "%(deed)s: done for %(number)s record.",
            "%(deed)s: done for %(number)s records.",
            summary.done,
        )
        said = said % {"deed": deed.label, "number": summary.done}
        messages.success(
            request, f"{said} {'' if deed.is_at_once else _('The next pass carries it out.')}"
        )
    for why, number in summary.left.most_common(3):
        messages.warning(
            request, _("%(number)s left as they are: %(why)s") % {"number": number, "why": why}
        )
    if summary.changed:
        said = _("%(number)s have changed meanwhile: look at them again.")
        messages.warning(request, said % {"number": summary.changed})
    if summary.is_busy:
        messages.warning(
            request, _("A worker is busy with this integration. Press again in a moment.")
        )
    if has_more:
        said = _("There are more: at most %(most)s are decided at one press. Press again.")
        messages.info(request, said % {"most": MOST})
    if not (summary.done or summary.left or summary.changed or summary.is_busy):
        messages.warning(request, _("Nothing was selected, or all of it is decided already."))


def _names(category: str) -> list[str]:
    names = [deed.name for deed in bulk_deeds(category)]
    return [*names, "choose"] if category == "conflict" else names


def _is_all(request: HttpRequest) -> bool:
    return request.POST.get("scope") == "all"


def _picked(request: HttpRequest) -> dict[int, str]:
    """What was ticked: the record, and the state of it that the person saw."""
    found = {}
    for one in request.POST.getlist("record")[:1000]:
        pk, _sep, seen = one.partition(":")
        if pk.isdecimal() and len(pk) < 18:
            found[int(pk)] = seen
    return found


def _say_paused(request: HttpRequest, integration: Integration) -> None:
    if integration.is_paused:
        said = _("“%(name)s” is paused: nothing happens before somebody resumes it.")
        messages.warning(request, said % {"name": integration})
