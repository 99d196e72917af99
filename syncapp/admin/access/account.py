"""A person's own sign-in: second factor, recovery codes, sessions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.access import reading, second_factor, sessions
from syncapp.admin.access.reading_form import ReadingForm
from syncapp.admin.access.ways_in import shown_once
from syncapp.admin.password_again import PasswordAgain
from syncapp.admin.scaffold import Action, SitePage
from syncapp.pipeline import audit
from syncapp.pipeline.signed_in import take_away_second_factor


class Account(SitePage):
    title = gettext_lazy("Your account")
    template_name = "ledgerline/access/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(
            has_second_factor=second_factor.has_one(user),
            is_required=second_factor.is_required(user),
            codes_left=second_factor.codes_left(user),
            sessions=sessions.sessions_of(self.request),
            **{"form": ReadingForm(initial=reading.chosen(self.request)), **kwargs},
        )


class ChooseReading(Action, Account):
    """Language and time zone. What does not fit is told on the page it was chosen on."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReadingForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        reading.keep(request, **form.cleaned_data)
        messages.success(request, _("Saved. This is how pages are shown to you from now on."))
        return redirect("admin:account")


class SignOutOthers(Action):
    def post(self, request: HttpRequest) -> HttpResponse:
        count = sessions.sign_out_others(request)
        user: Any = request.user
        audit.note(user, "signed_out_others")
        messages.success(request, _("Signed out elsewhere: %(count)s.") % {"count": count})
        return redirect("admin:account")


class NewCodes(Action, PasswordAgain, SitePage):
    """Answers with the codes themselves: they are shown this once."""

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not second_factor.has_one(user):
            return redirect("admin:account")
        codes = second_factor.fresh_codes(user)
        audit.note(user, "recovery_codes_made")
        return shown_once(self, codes)


class RemoveSecondFactor(Action, PasswordAgain):
    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if second_factor.is_required(user):
            messages.error(request, _("Owners of this installation must have a second factor."))
            return redirect("admin:account")
        take_away_second_factor(user)
        audit.note(user, "second_factor_removed")
        messages.success(request, _("From now on your password alone signs you in."))
        return redirect("admin:account")
