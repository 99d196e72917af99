"""What every page of ours has: the site around it, one permission, a trail, a title."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.views.generic import TemplateView, View

Text = str | Promise
Trail = Sequence[tuple[Text, str]]  # a title and the name of its page


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
