"""What is pressed on the object view: switch, pause, go on, sync now, release the brake."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from syncapp.admin.password_again import PasswordAgain
from syncapp.admin.scaffold import Action, person
from syncapp.admin.words import OBJECTS
from syncapp.errors import SyncAppError
from syncapp.models import Brake, Integration, SyncRule, SyncRun
from syncapp.pipeline.guards import brake
from syncapp.pipeline.wake import wake
from syncapp.setup.golive import switch_on
from syncapp.setup.switch import switch
from syncapp.told import told


def set_paused(integration: Integration, *, paused: bool) -> None:
    """On the row, not past it: who did it is kept."""
    integration.is_paused = paused
    integration.save(update_fields=["is_paused"])


class IntegrationAction(Action):
    def done(self, pk: int) -> HttpResponse:
        return redirect(self.way_back(f"{reverse('admin:objects')}?integration={pk}"))


class SwitchRule(IntegrationAction):
    """`on` says what is wanted, not what is to be flipped: pressed twice, it is done once."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rule = get_object_or_404(SyncRule.objects.select_related("integration"), pk=pk)
        wanted = request.POST.get("on", "")
        if wanted not in ("yes", "no"):
            raise Http404
        if wanted == "yes":
            self._switch_on(request, rule)
        else:
            switch(rule, on=False, by=person(request))
            said = _("%(object)s are off. What is synced already stays as it is.")
            messages.success(request, said % {"object": OBJECTS[rule.entity]})
        return self.done(rule.integration_id)

    def _switch_on(self, request: HttpRequest, rule: SyncRule) -> None:
        """Both accounts are asked first, so no transaction may be open here."""
        try:
            warning = switch_on(rule, person(request))
        except SyncAppError as blocked:
            messages.error(request, told(blocked.message))
            return
        wake(rule.integration_id, SyncRun.Trigger.PERSON)
        if warning:
            messages.warning(request, warning)
        said = _("%(object)s are synced again: the next pass looks at every record.")
        messages.success(request, said % {"object": OBJECTS[rule.entity]})


class Pause(IntegrationAction):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        integration = get_object_or_404(Integration, pk=pk)
        set_paused(integration, paused=True)
        said = _("“%(name)s” is paused. A pass that runs now ends within a minute or two.")
        messages.success(request, said % {"name": integration})
        return self.done(pk)


class GoOn(IntegrationAction):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        integration = get_object_or_404(Integration, pk=pk)
        set_paused(integration, paused=False)
        wake(pk, SyncRun.Trigger.PERSON)
        said = _("“%(name)s” goes on. What changed meanwhile is caught up now.")
        messages.success(request, said % {"name": integration})
        return self.done(pk)


class SyncNow(IntegrationAction):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        integration = get_object_or_404(Integration, pk=pk)
        if integration.is_paused:
            said = _("“%(name)s” is paused: resume it first.")
            messages.warning(request, said % {"name": integration})
            return self.done(pk)
        wake(pk, SyncRun.Trigger.PERSON)
        said = _("A pass over “%(name)s” starts as soon as a worker is free.")
        messages.success(request, said % {"name": integration})
        return self.done(pk)


class ReleaseBrake(IntegrationAction, PasswordAgain):
    """The brake that was shown, by its own number: a later one asks again."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Brake.objects.select_related("integration")
        pulled = get_object_or_404(rows, pk=pk)
        if pulled.released_at is None:
            brake.release(pulled, request.user.get_username())
            wake(pulled.integration_id, SyncRun.Trigger.PERSON)
            said = _("The brake is released. As much as was planned goes with the next pass.")
            messages.success(request, said)
        else:
            messages.info(request, _("The brake was released already."))
        return self.done(pulled.integration_id)
