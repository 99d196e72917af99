"""Joining a HubSpot and a QuickBooks connection, and what is chosen for the pair."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.connections.consent import TRAIL
from syncapp.admin.generic import CreatePage, ModelForm, UpdatePage
from syncapp.admin.scaffold import SitePage
from syncapp.engine.records import Side
from syncapp.models import Connection, Integration
from syncapp.models.accounts import LEAST_INTERVAL_SECONDS
from syncapp.pipeline.wake import wake


class IntegrationForm(ModelForm):
    class Meta:
        model = Integration
        fields = ("name", "hubspot", "quickbooks", "interval_seconds", "confirm_initial_load")
        labels = {
            "name": gettext_lazy("Name"),
            "hubspot": gettext_lazy("HubSpot connection"),
            "quickbooks": gettext_lazy("QuickBooks connection"),
            "interval_seconds": gettext_lazy("Seconds between passes"),
            "confirm_initial_load": gettext_lazy("Ask before the first load"),
        }
        help_texts = {
            "name": gettext_lazy("How people call it, for instance the company."),
            "interval_seconds": gettext_lazy(
                "60 or more. A shorter time costs more reads of the QuickBooks allowance."
            ),
            "confirm_initial_load": gettext_lazy(
                "The first load stops before its first write, and an owner releases it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["interval_seconds"].widget.attrs["min"] = LEAST_INTERVAL_SECONDS
        for side in Side:
            if self.instance.pk:
                # The links belong to these two accounts; other accounts are another integration.
                del self.fields[side.value]
            else:
                self._offer(side)

    def _offer(self, side: Side) -> None:
        field: Any = self.fields[side.value]
        field.queryset = Connection.objects.filter(vendor=side.value).only("name", "vendor")
        field.empty_label = None
        self.fields["name"].initial = _("Our company")


class _IntegrationPage(SitePage):
    trail = TRAIL
    template_name = "ledgerline/connections/integration.html"


class AddIntegration(CreatePage, _IntegrationPage):
    get = CreatePage.get  # TemplateView's comes first otherwise
    title = gettext_lazy("Join two accounts")
    model = Integration
    form_class = IntegrationForm
    success_url = reverse_lazy("admin:connections")

    def form_valid(self, form: IntegrationForm) -> HttpResponse:
        answer = super().form_valid(form)
        said = _("“%(name)s” joins the two accounts. Nothing is synced until objects are set up.")
        messages.success(self.request, said % {"name": form.instance})
        return answer


class EditIntegration(UpdatePage, _IntegrationPage):
    get = UpdatePage.get
    title = gettext_lazy("Integration")
    queryset = Integration.objects.select_related("hubspot", "quickbooks")
    form_class = IntegrationForm
    success_url = reverse_lazy("admin:connections")

    def form_valid(self, form: IntegrationForm) -> HttpResponse:
        answer = super().form_valid(form)
        wake(form.instance.pk)
        messages.success(self.request, _("“%(name)s” is saved.") % {"name": form.instance})
        return answer
