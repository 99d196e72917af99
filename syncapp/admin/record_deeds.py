"""A button of a record's page was pressed."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from syncapp.admin.deeds import DEEDS, Deed, print_of
from syncapp.admin.scaffold import Action, person
from syncapp.errors import Busy, SyncAppError
from syncapp.models import RecordLink, SyncRun
from syncapp.pipeline.wake import wake
from syncapp.told import told

_HARMLESS = ("sync", "retry")  # whatever has changed meanwhile


class DoDeed(Action):
    """Nothing is done about a record that is not as the person saw it: the second of two presses
    finds what the first one did."""

    def post(self, request: HttpRequest, pk: int, deed: str) -> HttpResponse:
        chosen = DEEDS.get(deed)
        if chosen is None:
            raise Http404
        link = get_object_or_404(_links(), pk=pk)
        if deed not in _HARMLESS and request.POST.get("seen", "") != print_of(link):
            said = _("Nothing was done: the record has changed meanwhile. Look at it again.")
            messages.warning(request, said)
        else:
            self._do(request, chosen, link)
        return redirect(self.way_back(reverse("admin:record", args=(pk,))))

    def _do(self, request: HttpRequest, deed: Deed, link: RecordLink) -> None:
        by = person(request).get_username()
        try:
            deed.do(link, request.POST.dict(), by)
        except Busy:
            said = _("A worker is busy with this integration. Press again in a moment.")
            messages.warning(request, said)
        except SyncAppError as error:
            messages.error(request, told(error.message))
        else:
            messages.success(request, str(deed.said))
            if link.integration.is_paused and not deed.is_at_once:
                said = _("“%(name)s” is paused: nothing happens before somebody resumes it.")
                messages.warning(request, said % {"name": link.integration})
            wake(link.integration_id, SyncRun.Trigger.PERSON)


def _links() -> QuerySet[RecordLink]:
    return RecordLink.objects.select_related("integration__hubspot", "integration__quickbooks")
