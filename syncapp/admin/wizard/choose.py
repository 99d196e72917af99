"""Choose object: what there is to sync, in the recommended order; invoices come last."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.objects import chosen_integration
from syncapp.admin.scaffold import Action, SitePage, Text, person
from syncapp.admin.wizard import flow
from syncapp.admin.wizard.page import overview, set_up, step_url
from syncapp.admin.words import OBJECTS
from syncapp.engine.records import Entity
from syncapp.models import Integration, RuleDraft, SyncRule
from syncapp.setup import drafts

PAIRS: dict[Entity, Text] = {
    Entity.PRODUCT: gettext_lazy("Products in HubSpot, products and services in QuickBooks"),
    Entity.CONTACT: gettext_lazy("Contacts in HubSpot, customers in QuickBooks"),
    Entity.INVOICE: gettext_lazy("Invoices in both, and the payments on them"),
}
WHY: dict[Entity, Text] = {
    Entity.PRODUCT: gettext_lazy(
        "They tie each invoice line to the right income account. Best first, and best from"
        " QuickBooks to HubSpot."
    ),
    Entity.CONTACT: gettext_lazy(
        "An invoice needs its customer on both sides. It is recognised by its e-mail address."
    ),
    Entity.INVOICE: gettext_lazy(
        "A finalized invoice goes to QuickBooks, its payments travel both ways."
    ),
}


class ChooseObject(SitePage):
    """With `rule` or `entity` in the address it leads on to that one's draft."""

    template_name = "ledgerline/wizard/choose.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        named = self._named(request)
        if named is not None:
            integration, entity = named
            if not flow.missing(entity, set_up(integration)):
                return redirect(begun(request, integration, entity))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        integrations = list(Integration.objects.all())
        chosen = chosen_integration(self.request, integrations)
        done = set_up(chosen) if chosen else frozenset()
        self.title = _("Sync more data") if done else _("Set up your sync")
        return super().get_context_data(
            integrations=integrations,
            integration=chosen,
            choices=self._choices(chosen, done) if chosen else (),
            **kwargs,
        )

    def _choices(self, integration: Integration, done: frozenset[Entity]) -> list[dict[str, Any]]:
        drafted = {one.entity: one for one in drafts.open_drafts(integration)}
        rows = SyncRule.objects.filter(integration=integration, is_on=True)
        on = frozenset(Entity(one) for one in rows.values_list("entity", flat=True))
        return [
            {
                "choice": choice,
                "title": OBJECTS[choice.entity],
                "pair": PAIRS[choice.entity],
                "why": WHY[choice.entity],
                "is_on": choice.entity in on,
                "off": [OBJECTS[one] for one in flow.off(choice.entity, done, on)],
                "missing": [{"entity": one.value, "title": OBJECTS[one]} for one in choice.missing],
                "draft": drafted.get(choice.entity.value),
            }
            for choice in flow.choices(done)
        ]

    def _named(self, request: HttpRequest) -> tuple[Integration, Entity] | None:
        if rule := request.GET.get("rule", ""):
            if not rule.isdecimal():
                raise Http404
            row = get_object_or_404(SyncRule.objects.select_related("integration"), pk=rule)
            return row.integration, offered(row.entity)
        if entity := request.GET.get("entity", ""):
            return integration_named(request.GET.get("integration", "")), offered(entity)
        return None


class Begin(Action):
    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            integration = integration_named(request.POST.get("integration", ""))
            entity = offered(request.POST.get("entity", ""))
        except Http404:
            messages.error(request, _("Choose one of these objects."))
            return redirect("admin:wizard")
        if missing := flow.missing(entity, set_up(integration)):
            names = ", ".join(str(OBJECTS[one]) for one in missing)
            said = _("Invoices cannot be set up yet. First set up: %(objects)s.")
            messages.warning(request, said % {"objects": names})
            return redirect(start_of(integration))
        return redirect(begun(request, integration, entity))


def begun(request: HttpRequest, integration: Integration, entity: Entity) -> str:
    """The address where the draft is taken up."""
    by = person(request)
    draft = drafts.begin(integration, entity, by)
    is_untouched = draft.version == 1
    if is_untouched and drafts.stands_on(draft) != draft.based_on:
        drafts.start_again(draft, by)
        draft.refresh_from_db()
    return step_url(draft, flow.Step(draft.step))


class Drop(Action):
    """What was set up and not saved is given up; the rule, if there is one, stays as it is."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        draft = get_object_or_404(RuleDraft.objects.select_related("integration"), pk=pk)
        if draft.saved_at is None:
            draft.delete()
            said = _("What was set up for %(object)s is discarded. The sync goes on as before.")
            messages.success(request, said % {"object": OBJECTS[draft.entity]})
        return redirect(overview(draft.integration))


def offered(name: str) -> Entity:
    """Payments follow the invoices and are not set up."""
    if name not in {one.value for one in flow.RECOMMENDED_ORDER}:
        raise Http404
    return Entity(name)


def start_of(integration: Integration) -> str:
    return f"{reverse('admin:wizard')}?integration={integration.pk}"


def integration_named(pk: str) -> Integration:
    if not pk.isdecimal():
        raise Http404
    return get_object_or_404(Integration, pk=pk)
