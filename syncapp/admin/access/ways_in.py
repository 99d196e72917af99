"""Between the password and the first page: the code of the second factor, or setting one up, and a
password that nobody else knows."""

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from syncapp.admin.access import given_password, second_factor
from syncapp.admin.generic import FormPage
from syncapp.admin.password_again import is_fresh
from syncapp.admin.scaffold import SitePage
from syncapp.errors import NotPossible
from syncapp.pipeline import audit


def next_step(request: HttpRequest) -> str:
    """Where a signed-in person goes who still owes something."""
    if second_factor.is_satisfied(request):
        page = "own_password"
    else:
        page = "second_factor" if second_factor.has_one(request.user) else "set_up_second_factor"
    return f"{reverse(f'admin:{page}')}?{urlencode({'next': wanted_page(request)})}"


def wanted_page(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if is_ours else reverse("admin:index")


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=20,
        label=_("Code"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )


class WayIn(SitePage, FormPage):
    """For staff with the right password, whatever else they may."""

    form_class: type[forms.Form] = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not AdminSite.has_permission(self.admin_site, request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return self.elsewhere(request) or View.dispatch(self, request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "is_nav_sidebar_enabled": context["has_permission"]}

    def elsewhere(self, request: HttpRequest) -> HttpResponse | None:  # noqa: ARG002
        """Where to go first; None: this is the place."""
        return None


class CodePage(WayIn):
    title = _("Your code")
    template_name = "ledgerline/access/code.html"
    extra_context = {"lead": _("From the app on your phone, or one of your recovery codes.")}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            second_factor.check(self.request, form.cleaned_data["code"])
        except NotPossible as refusal:
            form.add_error("code", refusal.message)
            return self.form_invalid(form)
        return redirect(wanted_page(self.request))


class SetUpPage(WayIn):
    """The first one, or another in its place. A password alone never replaces one."""

    title = _("Set up the second factor")
    template_name = "ledgerline/access/set_up.html"

    def elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        user: Any = request.user
        if not user.is_verified() and second_factor.has_one(user):
            return redirect(next_step(request))
        return None if is_fresh(request) else self._ask_for_password(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        device = second_factor.begin(self.request.user)
        return super().get_context_data(
            secret=second_factor.secret_of(device),
            is_required=second_factor.is_required(self.request.user),
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            codes = second_factor.confirm(self.request, form.cleaned_data["code"])
        except NotPossible as refusal:
            form.add_error("code", refusal.message)
            return self.form_invalid(form)
        user: Any = self.request.user
        audit.note(user, "second_factor_set_up")
        return shown_once(self, codes)

    def _ask_for_password(self, request: HttpRequest) -> HttpResponse:
        if second_factor.is_satisfied(request):
            here = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('admin:password_again')}?{here}")
        logout(request)
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))


class OwnPasswordForm(PasswordChangeForm):
    """The old one is the one that was given."""

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("new_password1") and said["new_password1"] == said.get("old_password"):
            self.add_error("new_password1", _("Choose another one than the one you were given."))
        return said


class OwnPasswordPage(WayIn):
    title = _("Your own password")
    template_name = "ledgerline/access/own_password.html"
    form_class = OwnPasswordForm
    extra_context = {
        "lead": _("Somebody else chose the one you signed in with. Choose one that only you know.")
    }

    def elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        if not second_factor.is_satisfied(request):
            return redirect(next_step(request))
        return None if given_password.is_owed(request) else redirect(wanted_page(request))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        update_session_auth_hash(self.request, form.save())
        given_password.chosen(self.request)
        return redirect(wanted_page(self.request))


def shown_once(page: SitePage, codes: list[str]) -> HttpResponse:
    """Recovery codes are in the answer to the button and nowhere else."""
    page.template_name = "ledgerline/access/recovery_codes.html"
    page.title = _("Your recovery codes")
    context = SitePage.get_context_data(
        page, codes=codes, after=wanted_page(page.request), form=None
    )
    return page.render_to_response(context)


WAYS_IN = (
    ("second-factor/", "second_factor", CodePage),
    ("second-factor/set-up/", "set_up_second_factor", SetUpPage),
    ("own-password/", "own_password", OwnPasswordPage),
)
