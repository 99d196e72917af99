"""A step that people fill in. What is sent is stored whatever button sent it, so that no button
loses input; then the button does its own. Ends in a redirect, so that going back and loading again
send nothing twice."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from syncapp.admin.scaffold import person
from syncapp.admin.wizard import flow
from syncapp.admin.wizard.differences import differences
from syncapp.admin.wizard.page import StepPage, overview, step_url
from syncapp.errors import Overtaken
from syncapp.models import RuleDraft
from syncapp.setup import drafts
from syncapp.setup.draft_checks import Judged, judge

Data = dict[str, Any]


class ChangingStep(StepPage):
    def read(self, before: Mapping[str, Any]) -> Data:
        """The part of the document that was sent."""
        raise NotImplementedError

    def deed(self, part: Data) -> HttpResponse | None:  # noqa: ARG002
        """What the button does to the part beyond storing it; a page where it cannot."""
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        drafts.reach(self.draft, self.step)
        self.draft.refresh_from_db(fields=["step"])
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        part = self.read(self.part())
        if refused := self.deed(part):
            return refused
        judged = self.judged(part)
        if any(not one.place for one in judged.of(self.step)):
            return self.shown(self.part(), judged=judged, status=422)
        try:
            self.draft = drafts.change(
                self.draft,
                self.step,
                part,
                seen=request.POST.get("seen", ""),
                by=person(request),
            )
        except Overtaken:
            return self._overtaken(part)
        return redirect(self._after(judged))

    def part(self) -> Data:
        return drafts.part_of(self.draft.data, self.step)

    def judged(self, part: Mapping[str, Any]) -> Judged:
        return judge(drafts.with_part(self.draft.data, self.step, part), self.accounts)

    def argument(self, name: str) -> str | None:
        """Of the button that was pressed: `delete:email=Notes` has the argument after the colon."""
        deed, _, argument = self.request.POST.get("do", "").partition(":")
        return argument if deed == name else None

    def shown(self, part: Data, *, status: int, **context: Any) -> HttpResponse:
        """What was sent, not stored. A fragment is swapped in only when the answer is a success."""
        judged = context.pop("judged", None) or self.judged(part)
        context = self.get_context_data(part=part, judged=judged, **context)
        is_fragment = bool(self.request.headers.get("HX-Request"))
        return self.render_to_response(context, status=200 if is_fragment else status)

    def get_context_data(self, **kwargs: Any) -> Data:
        kwargs.setdefault("seen", self.request.POST.get("seen") or drafts.digest(self.part()))
        return super().get_context_data(**kwargs)

    def _overtaken(self, part: Data) -> HttpResponse:
        """Shows both; pressing again keeps what was sent here."""
        rows = RuleDraft.objects.select_related("changed_by", "integration")
        self.draft = rows.get(pk=self.draft.pk)
        if self.draft.saved_at is not None:
            return self._saved_already(self.request)
        return self.shown(
            part,
            status=409,
            overtaken=differences(self.entity, self.part(), part),
            seen=drafts.digest(self.part()),
        )

    def _after(self, judged: Judged) -> str:
        here = step_url(self.draft, self.step)
        order = list(flow.Step)
        place = order.index(self.step)
        match self.request.POST.get("do"):
            case "next":
                is_wrong = bool(judged.of(self.step))
                return f"{here}?check=1" if is_wrong else step_url(self.draft, order[place + 1])
            case "back":
                return step_url(self.draft, order[place - 1])
            case "leave":
                return overview(self.integration)
            case _:
                return here
