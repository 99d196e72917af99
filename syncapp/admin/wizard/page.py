"""What every step of the setup has: its draft, where it stands, who changed it, what is wrong."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.scaffold import Guarded, SitePage, Text
from syncapp.admin.wizard import flow
from syncapp.admin.words import OBJECTS
from syncapp.engine.records import Entity
from syncapp.models import Integration, RuleDraft, SyncRule
from syncapp.setup import drafts
from syncapp.setup.account_fields import Accounts, accounts_of
from syncapp.setup.draft_checks import Judged, judge

TITLES: Mapping[flow.Step, Text] = {
    flow.Step.OBJECT: gettext_lazy("Choose object"),
    flow.Step.CONFIGURE: gettext_lazy("Configure"),
    flow.Step.LIMIT: gettext_lazy("Limit"),
    flow.Step.REVIEW: gettext_lazy("Review"),
}
REASONS: Mapping[flow.Reason, Promise] = {
    flow.Reason.NOTHING_CHOSEN: gettext_lazy("Choose what is to be synced."),
    flow.Reason.NEEDS_OTHERS: gettext_lazy("Products and contacts must be set up first."),
    flow.Reason.NOT_SEEN: gettext_lazy("Nobody has been through this step yet."),
    flow.Reason.WRONG: gettext_lazy("Something in this step must be put right."),
    flow.Reason.READY: gettext_lazy("Everything is filled in: read it and start."),
}


class OfDraft(Guarded):
    """A page, a fragment or an action of one draft. A saved draft has no pages any more: whoever
    comes back to one, or presses a button twice, is told so and led on."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm(self.permission) and self.draft.saved_at is not None:
            return self._saved_already(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def draft(self) -> RuleDraft:
        rows = RuleDraft.objects.select_related(
            "integration__hubspot", "integration__quickbooks", "changed_by"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def integration(self) -> Integration:
        return self.draft.integration

    @property
    def entity(self) -> Entity:
        return Entity(self.draft.entity)

    @cached_property
    def accounts(self) -> Accounts:
        return accounts_of(self.integration)

    def _saved_already(self, request: HttpRequest) -> HttpResponse:
        said = _("%(object)s were set up already, by %(who)s. Nothing was saved twice.") % {
            "object": OBJECTS[self.draft.entity],
            "who": who(self.draft),
        }
        messages.info(request, said)
        return redirect(overview(self.integration))


class StepPage(OfDraft, SitePage):
    step: flow.Step

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        data = kwargs.pop("data", self.draft.data)
        judged = kwargs.pop("judged", None) or judge(data, self.accounts)
        facts = self.facts(judged)
        self.title = _("Set up: %(object)s") % {"object": OBJECTS[self.draft.entity]}
        return super().get_context_data(
            draft=self.draft,
            integration=self.integration,
            entity=self.entity,
            object=OBJECTS[self.draft.entity],
            step=self.step,
            steps=self._steps(facts),
            following=flow.next_step(facts),
            reason=REASONS[flow.next_step(facts).reason],
            troubles=self.accounts.troubles,
            is_outdated=drafts.stands_on(self.draft) != self.draft.based_on,
            is_new=self.draft.based_on is None,
            changed_by=who(self.draft),
            problems=judged.of(self.step),
            **kwargs,
        )

    def facts(self, judged: Judged) -> flow.Facts:
        return flow.Facts(
            entity=self.entity,
            set_up=set_up(self.integration),
            reached=flow.Step(self.draft.step),
            wrong=frozenset(flow.Step(one.step) for one in judged.problems),
        )

    def _steps(self, facts: flow.Facts) -> Sequence[dict[str, Any]]:
        return [
            {"shown": one, "title": TITLES[one.step], "url": step_url(self.draft, one.step)}
            for one in flow.steps(facts, self.step)
        ]


def step_url(draft: RuleDraft, step: flow.Step) -> str:
    if step is flow.Step.OBJECT:
        return f"{reverse('admin:wizard')}?integration={draft.integration_id}"
    return reverse(f"admin:wizard_{step.value}", args=(draft.pk,))


def overview(integration: Integration) -> str:
    return f"{reverse('admin:objects')}?integration={integration.pk}"


def set_up(integration: Integration) -> frozenset[Entity]:
    rows = SyncRule.objects.filter(integration=integration).values_list("entity", flat=True)
    return frozenset(Entity(one) for one in rows)


def who(draft: RuleDraft) -> str:
    return draft.changed_by.get_username() if draft.changed_by else _("somebody")
