from django.contrib import admin
from django.urls import path, re_path
from django.views.generic import RedirectView

from integration_site.health import healthz
from integration_site.metrics import metrics
from syncapp.webhooks.views import from_hubspot, from_quickbooks

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    # Open to anybody: the signature is the permission. With or without the last slash, because
    # a redirect would lose what was sent.
    re_path(r"^webhooks/hubspot/?$", from_hubspot, name="webhooks_hubspot"),
    re_path(r"^webhooks/quickbooks/?$", from_quickbooks, name="webhooks_quickbooks"),
]
handler403 = "syncapp.admin.refusal.forbidden"
