"""What is delicate asks for the password again, unless it was typed a moment ago."""

import time
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from syncapp.admin.generic import FormPage
from syncapp.admin.scaffold import Guarded, SitePage

FRESH_SECONDS = 15 * 60
_KEY = "password_at"
_PRESS_AGAIN = "again"


def password_typed(request: HttpRequest) -> None:
    request.session[_KEY] = int(time.time())


def is_fresh(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(_KEY, 0) < FRESH_SECONDS)


class PasswordAgain(Guarded):
    """What a form held is not carried over: after the password it is filled in again. `pressed_on`:
    the page of a download, which would leave the password's own page standing."""

    pressed_on = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_refused = not request.user.has_perm(self.permission) or not self._is_offered()
        if is_fresh(request) or is_refused:
            return super().dispatch(request, *args, **kwargs)
        query = {"next": self._after(), **({_PRESS_AGAIN: "1"} if self.pressed_on else {})}
        return redirect(f"{reverse('admin:password_again')}?{urlencode(query)}")

    def _is_offered(self) -> bool:
        return str(self.request.method).lower() in self.http_method_names

    def _after(self) -> str:
        if self.pressed_on:
            return f"{reverse(f'admin:{self.pressed_on}')}?{self.request.GET.urlencode()}"
        if self.request.method == "POST" and "next" in self.request.POST:
            return self.request.POST["next"]
        return self.request.get_full_path() if "get" in self.http_method_names else ""


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    def clean_password(self) -> str:
        """Through the backends, so that wrong ones count against the limit of sign-ins."""
        password = str(self.cleaned_data["password"])
        name = self._request.user.get_username()
        if authenticate(self._request, username=name, password=password) is None:
            raise forms.ValidationError(_("This is not your password."))
        return password


class PasswordAgainPage(SitePage, FormPage):
    title = _("Your password again")
    template_name = "ledgerline/password_again.html"
    form_class = PasswordForm
    extra_context = {
        "lead": _("What you are about to do is delicate, so it takes your password."
                  " For a quarter of an hour you are not asked again.")
    }  # fmt: skip

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: PasswordForm) -> HttpResponse:  # noqa: ARG002
        self.request.session.cycle_key()
        password_typed(self.request)
        if _PRESS_AGAIN in self.request.GET:
            messages.info(self.request, _("Thank you. Press the button again now."))
        wanted = self.request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {self.request.get_host()})
        return redirect(wanted if is_ours else reverse("admin:index"))
