"""Names for queries of the record view, one's own and those that somebody shares."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from syncapp.admin.scaffold import Action, person
from syncapp.models import SavedView
from syncapp.models.people import NAME_LENGTH


@dataclass(frozen=True, slots=True)
class View:
    view: SavedView
    url: str
    is_mine: bool


def views_of(request: HttpRequest) -> list[View]:
    rows = SavedView.objects.filter(Q(user=request.user.pk) | Q(is_shared=True))
    address = reverse("admin:records")
    return [
        View(row, f"{address}?{row.query}", row.user_id == request.user.pk)
        for row in rows.select_related("user")
    ]


class SaveView(Action):
    def post(self, request: HttpRequest) -> HttpResponse:
        name = request.POST.get("name", "").strip()[:NAME_LENGTH]
        # Parsed and written anew: whatever was sent, a query comes out.
        query = QueryDict(request.POST.get("query", "")).urlencode()
        address = f"{reverse('admin:records')}?{query}"
        if not name:
            messages.warning(request, _("Give the view a name."))
            return redirect(address)
        SavedView.objects.update_or_create(
            user=person(request),
            name=name,
            defaults={"query": query, "is_shared": request.POST.get("is_shared") == "on"},
        )
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": name})
        return redirect(address)


class DropView(Action):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(SavedView, pk=pk, user=request.user.pk)
        view.delete()
        messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
        return redirect("admin:records")
