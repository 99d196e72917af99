"""Review: everything in sentences, what hinders, what it would do; save and start."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from syncapp.admin.scaffold import Action, person
from syncapp.admin.wizard import configure_form as form
from syncapp.admin.wizard import flow
from syncapp.admin.wizard.page import TITLES, OfDraft, StepPage, overview, set_up, step_url
from syncapp.admin.wizard.rehearsing import shown_rehearsal
from syncapp.admin.wizard.sentences import fixed_filters, sections, widens
from syncapp.admin.words import OBJECTS
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.engine.rules import SyncRule as EngineRule
from syncapp.errors import AuthorizationLost, Overtaken, SyncAppError
from syncapp.models import RuleDraft, SyncRule
from syncapp.objects.golive_facts import Severity
from syncapp.pipeline.by_hand.older_invoices import OLDER
from syncapp.setup import drafts
from syncapp.setup.draft_checks import judge
from syncapp.setup.draft_saving import findings, publish
from syncapp.setup.rule_document.wanted import RuleWanted
from syncapp.setup.unsaved_rule import unsaved_rule
from syncapp.told import told


class ReviewStep(StepPage):
    step = flow.Step.REVIEW
    template_name = "ledgerline/wizard/review.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        drafts.reach(self.draft, self.step)
        self.draft.refresh_from_db(fields=["step"])
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        judged = judge(self.draft.data, self.accounts)
        is_bent = any(not one.place for one in judged.problems)
        stored = SyncRule.objects.filter(
            integration=self.integration, entity=self.draft.entity
        ).first()
        part = drafts.part_of(self.draft.data, RuleDraft.Step.CONFIGURE)
        rule = None if is_bent else self._rule(judged.wanted)
        told = (
            []
            if is_bent
            else sections(
                judged.wanted,
                rule,
                form.mapping_rows(part, self.accounts, {}),
                stored,
                self.accounts,
            )
        )
        return super().get_context_data(
            judged=judged,
            sections=[{"section": one, "url": step_url(self.draft, one.step)} for one in told],
            wrong=[
                {
                    "problem": one,
                    "title": TITLES[flow.Step(one.step)],
                    "url": f"{step_url(self.draft, flow.Step(one.step))}?check=1",
                }
                for one in judged.problems
            ],
            is_wider=not is_bent and widens(judged.wanted, stored),
            fixed=fixed_filters(rule, Side.QUICKBOOKS),
            is_off=stored is not None and not stored.is_on,
            missing=[OBJECTS[one] for one in flow.missing(self.entity, set_up(self.integration))],
            off=self._off(),
            older_url=self._older_url(judged.wanted.direction),
            **shown_rehearsal(self.draft),
            **kwargs,
        )

    def _off(self) -> list[Any]:
        """What this object needs and is switched off."""
        rows = SyncRule.objects.filter(integration=self.integration, is_on=True)
        on = frozenset(Entity(one) for one in rows.values_list("entity", flat=True))
        return [OBJECTS[one] for one in flow.off(self.entity, set_up(self.integration), on)]

    def _older_url(self, direction: str) -> str:
        """Where the invoices that stay behind are listed, and exported for QuickBooks' import."""
        if self.entity is not Entity.INVOICE or direction == Direction.TO_HUBSPOT:
            return ""
        query = f"integration={self.integration.pk}&object=invoice&reason={OLDER}"
        return f"{reverse('admin:records')}?{query}"

    def _rule(self, wanted: RuleWanted) -> EngineRule | None:
        try:
            return unsaved_rule(self.integration, wanted)
        except SyncAppError:
            return None


class GoLive(OfDraft):
    """A fragment: the go-live check asks both vendors, so it comes after the page."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        context: dict[str, Any] = {}
        wanted, errors = drafts.read(self.draft.data)
        if errors:
            context["trouble"] = _("First put right what is listed above.")
        else:
            try:
                found = findings(self.integration, wanted)
                mine = [one for one in found if not one.entities or self.entity in one.entities]
                context["groups"] = [
                    (severity.value, [one for one in mine if one.severity is severity])
                    for severity in Severity
                ]
                context["is_blocked"] = any(one.severity is Severity.BLOCKING for one in mine)
            except SyncAppError as error:
                context["trouble"] = error.message
        return render(request, "ledgerline/wizard/golive.html", context)


class Save(OfDraft, Action):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        review = step_url(self.draft, flow.Step.REVIEW)
        if flow.missing(self.entity, set_up(self.integration)):
            messages.error(request, _("Products and contacts must be set up first."))
            return redirect(review)
        on = request.POST.get("do") != "off"
        version = request.POST.get("version", "")
        try:
            done = publish(
                self.draft,
                version=int(version) if version.isdecimal() else 0,
                by=person(request),
                on=on,
            )
        except Overtaken:
            return self._overtaken(review)
        except AuthorizationLost as lost:
            said = _("%(why)s Nothing was saved; what you set up is kept here.")
            messages.error(request, said % {"why": told(lost.message)})
            return redirect(review)
        except SyncAppError as error:
            said = _("Not saved. %(why)s")
            messages.error(request, said % {"why": told(error.message)})
            return redirect(review)
        for warning in done.warnings:
            messages.warning(request, warning)
        messages.success(request, self._said(on=on))
        return redirect(overview(self.integration))

    def _overtaken(self, review: str) -> HttpResponse:
        self.draft.refresh_from_db()
        if self.draft.saved_at is not None:
            return self._saved_already(self.request)
        said = _("This was changed after you opened it. Read it again, then save. Nothing is lost.")
        messages.warning(self.request, said)
        return redirect(review)

    def _said(self, *, on: bool) -> str:
        name = OBJECTS[self.draft.entity]
        said = (
            _("%(object)s are saved and start now: every record is looked at once.")
            if on
            else _("%(object)s are saved and off. Switch them on in the object view.")
        ) % {"object": name}
        link = overview(self.integration)
        return format_html('{} <a href="{}">{}</a>', said, link, _("Watch it in the object view"))
