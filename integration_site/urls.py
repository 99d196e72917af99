from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from integration_site.health import healthz
from integration_site.metrics import metrics

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
]
handler403 = "syncapp.admin.refusal.forbidden"
