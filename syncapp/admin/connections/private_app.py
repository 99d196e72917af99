"""A HubSpot private app's token: typed once, checked, never shown again."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from syncapp.admin.connections import kept
from syncapp.admin.connections.consent import TRAIL
from syncapp.admin.generic import FormPage
from syncapp.admin.password_again import PasswordAgain
from syncapp.admin.scaffold import SitePage
from syncapp.connectors.consent import HUBSPOT_SCOPES
from syncapp.engine.records import Side
from syncapp.errors import SyncAppError
from syncapp.models import Connection
from syncapp.setup.consent import with_static_token
from syncapp.told import told

PRIVATE_APP_SCOPES = tuple(scope for scope in HUBSPOT_SCOPES if scope != "oauth")


class TokenForm(forms.Form):
    """`render_value` stays off: what was typed is not sent back, not even after a mistake."""

    token = forms.CharField(
        label=_("Access token"),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It is checked with a call to HubSpot before anything is stored, kept"
                    " encrypted, and never shown again."),
    )  # fmt: skip

    def clean_token(self) -> str:
        token = str(self.cleaned_data["token"])
        if not token.isascii() or not token.isprintable() or " " in token:
            raise forms.ValidationError(_("A token has neither spaces nor special letters."))
        return token


class PrivateApp(SitePage, PasswordAgain, FormPage):
    title = _("Connect HubSpot with a private app's token")
    trail = TRAIL
    template_name = "ledgerline/connections/private_app.html"
    form_class = TokenForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        connection = self._connection()
        return super().get_context_data(connection=connection, scopes=PRIVATE_APP_SCOPES, **kwargs)

    def form_valid(self, form: TokenForm) -> HttpResponse:
        try:
            offer = with_static_token(form.cleaned_data["token"], self._connection())
        except SyncAppError as error:
            form.add_error("token", told(error.message))
            return self.form_invalid(form)
        return redirect("admin:consent_offer", kept.keep_offer(self.request, offer))

    def _connection(self) -> Connection | None:
        """The one to reconnect; none: any portal."""
        if "pk" not in self.kwargs:
            return None
        return get_object_or_404(Connection, pk=self.kwargs["pk"], vendor=Side.HUBSPOT.value)
