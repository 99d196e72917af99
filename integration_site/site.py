"""The one admin site: our pages before Django's own, and what stands around each of them.

Making the site must not import `syncapp.admin`, which registers its tables with it.
"""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

if TYPE_CHECKING:
    from syncapp.admin.routes import Route


class LedgerlineSite(admin.AdminSite):
    site_header = site_title = "Ledgerline"
    index_title = _("HubSpot and QuickBooks, kept alike")
    site_url = None  # there is no other site to view

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from syncapp.admin.routes import ROUTES

        pages = [self._page(route) for route in ROUTES]
        return [*pages, *self._ways_in(), *super().get_urls()]

    def has_permission(self, request: HttpRequest) -> bool:
        from syncapp.admin.access.given_password import is_owed
        from syncapp.admin.access.second_factor import is_satisfied
        from syncapp.admin.access.sessions import is_over

        if not super().has_permission(request) or is_over(request):
            return False
        return is_satisfied(request) and not is_owed(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Whoever has shown the password and owes the second factor, or a password that nobody
        else knows, is led on to it."""
        from syncapp.admin.access import sessions
        from syncapp.admin.access.ways_in import next_step

        if sessions.is_over(request):
            logout(request)
        if super().has_permission(request) and not self.has_permission(request):
            return redirect(next_step(request))
        answer = super().login(request, extra_context)
        if request.method == "POST" and request.user.is_authenticated:
            sessions.begun(request)
        return answer

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        answer = super().logout(request, extra_context)
        if not request.user.is_authenticated:
            answer["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from syncapp.admin.navigation import navigation

        context = super().each_context(request)
        may_look = context["has_permission"] and not context["is_popup"]
        return {**context, "navigation": navigation(request) if may_look else ()}

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Whoever may see our pages starts with ours; somebody with a few tables starts there."""
        from syncapp.admin.home import Home
        from syncapp.admin.roles import VIEW

        if not request.user.has_perm(VIEW):
            return super().index(request, extra_context)
        page = Home.as_view(admin_site=self, permission=VIEW)(request)
        return cast(TemplateResponse, page)

    def _ways_in(self) -> list[URLPattern]:
        """Open before the second factor is shown, so each guards itself."""
        from syncapp.admin.access.ways_in import WAYS_IN

        return [
            path(address, never_cache(view.as_view(admin_site=self)), name=name)
            for address, name, view in WAYS_IN
        ]

    def _page(self, route: "Route") -> URLPattern:
        view = route.view.as_view(admin_site=self, permission=route.permission)
        return path(route.path, self.admin_view(view), name=route.name)
