"""`GET /metrics` for Prometheus: with METRICS_TOKEN as bearer token, or for people who may see the
pages. Without either it does not say that it is there."""

import hmac

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from syncapp.admin.roles import VIEW
from syncapp.reporting.metrics import Collector


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not (_has_token(request) or _may_see(request)):
        return HttpResponse(status=404)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    is_right = hmac.compare_digest(shown.strip().encode(), wanted.encode())
    return bool(wanted) and scheme.lower() == "bearer" and is_right


def _may_see(request: HttpRequest) -> bool:
    return admin.site.has_permission(request) and request.user.has_perm(VIEW)
