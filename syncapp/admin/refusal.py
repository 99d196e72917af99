"""The page of somebody who may not do what they tried."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

TEMPLATE = "ledgerline/forbidden.html"


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    context = {**admin.site.each_context(request), "title": _("You may not do this")}
    return TemplateResponse(request, TEMPLATE, context, status=403).render()
