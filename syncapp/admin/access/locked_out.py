"""Somebody typed too many wrong passwords."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

TEMPLATE = "ledgerline/access/locked_out.html"


def locked_out(request: HttpRequest, *_more: Any, **_others: Any) -> HttpResponse:
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {
        **admin.site.each_context(request),
        "title": _("Wait a while"),
        "minutes": minutes,
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, TEMPLATE, context, status=429).render()


def caller(request: HttpRequest) -> str:
    """Whose tries are counted together. Each proxy adds the address it was called from on the
    right; further left stands whatever the caller claimed."""
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.PROXY_COUNT
    if not count:
        return nearest
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    claimed = [one.strip() for one in forwarded if one.strip()]
    return claimed[-count] if len(claimed) >= count else nearest
