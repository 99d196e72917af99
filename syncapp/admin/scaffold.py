"""What every page of ours has: the site around it, one permission, a trail, a title."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import TemplateView, View

Text = str | Promise
Trail = Sequence[tuple[Text, str]]  # a title and the name of its page


def person(request: HttpRequest) -> User:
    """Who is signed in; pages of the site are opened by nobody else."""
    if isinstance(request.user, AnonymousUser):
        raise PermissionDenied
    return request.user


class Guarded(View):
    """Opens for people who have its permission, and for nobody while none is named."""

    admin_site: AdminSite = admin.site
    permission = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (self.permission and request.user.has_perm(self.permission)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class SitePage(Guarded, TemplateView):
    title: Text = ""
    trail: Trail = ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **self.admin_site.each_context(self.request),
            title=self.title,
            trail=[(title, reverse(f"admin:{name}")) for title, name in self.trail],
            **kwargs,
        )


class Action(Guarded):
    """Something that is done by pressing a button; ends on the page it was pressed on."""

    http_method_names = ["post", "options"]

    def way_back(self, usual: str) -> str:
        """The page it was pressed on, never another site."""
        wanted = self.request.POST.get("next", "")
        hosts = {self.request.get_host()}
        return wanted if url_has_allowed_host_and_scheme(wanted, hosts) else usual
