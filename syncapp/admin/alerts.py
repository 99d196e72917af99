"""Who is told what stands, and what was told."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.alert_form import RecipientForm
from syncapp.admin.generic import CreatePage, UpdatePage
from syncapp.admin.roles import OWN
from syncapp.admin.scaffold import Action, SitePage
from syncapp.alerts import words
from syncapp.alerts.sending import send_trial
from syncapp.engine.plan import State
from syncapp.errors import NotPossible
from syncapp.models.alerts import Alert, AlertDelivery, AlertRecipient, Cause

TRAIL = ((gettext_lazy("Alerts"), "alerts"),)
_SHOWN = 50


class Alerts(SitePage):
    title = gettext_lazy("Alerts")
    template_name = "ledgerline/alerts/page.html"
    extra_context = {
        "lead": gettext_lazy("What is told by e-mail or to a program of yours: once when it comes"
                             " up, and once when it is solved.")
    }  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Alert.objects.select_related("integration")[:_SHOWN]
        may_own = self.request.user.has_perm(OWN)
        return super().get_context_data(
            alerts=[
                (one, words.sentence(one, AlertDelivery.News.BEGUN), _leads_to(one)) for one in rows
            ],
            recipients=self._recipients() if may_own else [],
            mail_is_missing=not settings.MAIL_IS_SET_UP,
            may_own=may_own,
            **kwargs,
        )

    def _recipients(self) -> list[dict[str, Any]]:
        failed = AlertDelivery.objects.filter(sent_at__isnull=True).exclude(error="")
        errors = dict(failed.order_by("id").values_list("recipient", "error"))
        return [
            {
                "row": one,
                "causes": [Cause(cause).label for cause in one.causes],
                "error": errors.get(one.pk, ""),
            }
            for one in AlertRecipient.objects.select_related("integration")
        ]


def _leads_to(alert: Alert) -> str:
    """Where it is put right."""
    if alert.cause == Cause.FAILING and alert.integration_id is not None:
        cause = (alert.integration_id, State.FAILING.value, alert.category)
        return reverse("admin:desk_group", args=cause)
    return reverse(f"admin:{words.PAGES[Cause(alert.cause)]}")


class _RecipientPage(SitePage):
    trail = TRAIL
    template_name = "ledgerline/alerts/recipient.html"

    def form_valid(self, form: RecipientForm) -> HttpResponse:
        recipient = form.save()
        messages.success(self.request, _("%(name)s is saved.") % {"name": recipient})
        return redirect("admin:alerts")


class AddRecipient(_RecipientPage, CreatePage):
    get = CreatePage.get
    title = gettext_lazy("Tell somebody")
    model = AlertRecipient
    form_class = RecipientForm


class EditRecipient(_RecipientPage, UpdatePage):
    get = UpdatePage.get
    title = gettext_lazy("Who is told what")
    model = AlertRecipient
    form_class = RecipientForm


class DropRecipient(Action):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        recipient = get_object_or_404(AlertRecipient, pk=pk)
        recipient.delete()
        messages.success(request, _("%(name)s is told nothing more.") % {"name": recipient})
        return redirect("admin:alerts")


class TryRecipient(Action):
    """Sends a trial now, and says what stands in its way."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        recipient = get_object_or_404(AlertRecipient, pk=pk)
        try:
            send_trial(recipient)
        except NotPossible as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("A trial was sent to %(name)s.") % {"name": recipient})
        return redirect("admin:alerts")
