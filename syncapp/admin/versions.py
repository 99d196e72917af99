"""Every version of a rule, what each changed, and the way back to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.scaffold import Action, SitePage, person
from syncapp.admin.wizard import flow
from syncapp.admin.wizard.differences import Difference, differences
from syncapp.admin.wizard.page import step_url
from syncapp.admin.words import OBJECTS
from syncapp.engine.records import Entity
from syncapp.errors import NotPossible
from syncapp.models import RuleDraft, RuleVersion, SyncRule
from syncapp.setup.drafts import part_of
from syncapp.setup.rule_versions import as_draft
from syncapp.told import told

MOST = 50
_STEPS = (RuleDraft.Step.CONFIGURE, RuleDraft.Step.LIMIT)


@dataclass(frozen=True, slots=True)
class Shown:
    version: RuleVersion
    is_first: bool
    changed: Sequence[Difference]


class RuleVersions(SitePage):
    trail = ((gettext_lazy("Object view"), "objects"),)
    template_name = "ledgerline/versions.html"
    extra_context = {
        "lead": gettext_lazy("Every saved version, newest first. Going back to one shows it for"
                             " review first and saves it as a new version.")
    }  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = SyncRule.objects.select_related("integration")
        rule = get_object_or_404(rules, pk=self.kwargs["pk"])
        self.title = _("Versions: %(object)s of %(integration)s") % {
            "object": OBJECTS[rule.entity],
            "integration": rule.integration,
        }
        found = list(RuleVersion.objects.filter(rule=rule).select_related("saved_by")[: MOST + 1])
        shown = list(_with_changes(Entity(rule.entity), found))[:MOST]
        return super().get_context_data(rule=rule, versions=shown, **kwargs)


class RestoreVersion(Action):
    def post(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        rows = RuleVersion.objects.select_related("rule__integration")
        version = get_object_or_404(rows, rule=pk, number=number)
        try:
            draft = as_draft(version, person(request))
        except NotPossible as refusal:
            messages.error(request, told(refusal.message))
            return redirect("admin:rule_versions", pk)
        said = _("This is version %(number)s. Read it through, then save it.")
        messages.info(request, said % {"number": version.number})
        return redirect(step_url(draft, flow.Step.REVIEW))


def _with_changes(entity: Entity, found: Sequence[RuleVersion]) -> Iterator[Shown]:
    for version, before in zip_longest(found, found[1:]):
        changed = list(_changes(entity, before.data, version.data)) if before else []
        yield Shown(version, before is None and len(found) <= MOST, changed)


def _changes(entity: Entity, before: Any, after: Any) -> Iterator[Difference]:
    if before.get("on") != after.get("on"):
        on, off = _("on"), _("off")
        yield Difference(_("Sync"), on if before.get("on") else off, on if after.get("on") else off)
    for step in _STEPS:
        yield from differences(entity, part_of(before, step), part_of(after, step))
