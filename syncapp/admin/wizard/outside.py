"""The rule of a draft was changed outside: by a configuration file, a switch, another page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from syncapp.admin.scaffold import Action, person
from syncapp.admin.wizard import flow
from syncapp.admin.wizard.page import OfDraft, step_url
from syncapp.setup import drafts


class Outdated(OfDraft, Action):
    """Start again from the rule, or keep what is set up here."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        if request.POST.get("do") == "again":
            drafts.start_again(self.draft, person(request))
        else:
            drafts.keep(self.draft, person(request))
        return redirect(self.way_back(step_url(self.draft, flow.Step.CONFIGURE)))
