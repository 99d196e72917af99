"""To the vendor's consent page, back from it, and the question whether this is the account."""

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.connections import kept
from syncapp.admin.password_again import PasswordAgain
from syncapp.admin.scaffold import Guarded, SitePage
from syncapp.engine.records import Side
from syncapp.errors import NotPossible, SyncAppError
from syncapp.models import Connection
from syncapp.reporting.connections import is_production
from syncapp.setup import consent
from syncapp.told import told

TRAIL = ((gettext_lazy("Connections"), "connections"),)


def callback_url(side: Side) -> str:
    path = reverse("admin:consent_callback", args=(side.value,))
    return f"{settings.PUBLIC_BASE_URL}{path}"


def side_named(vendor: str) -> Side:
    try:
        return Side(vendor)
    except ValueError:
        raise Http404 from None


class Connect(SitePage, PasswordAgain):
    """Without a connection any account, with one that very account again."""

    trail = TRAIL
    template_name = "ledgerline/connections/connect.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form leads to the vendor's page, which the policy for forms must know."""
        side, _connection = self._wanted()
        allow = csp_update({"form-action": [consent.consent_origin(side)]})
        answer: HttpResponseBase = allow(super().dispatch)(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        side, connection = self._wanted()
        vendor = {"vendor": side.product_name}
        self.title = (
            _("Reconnect “%(name)s”") % {"name": connection}
            if connection
            else _("Connect %(vendor)s") % vendor
        )
        return super().get_context_data(
            side=side,
            connection=connection,
            callback_url=callback_url(side),
            missing=consent.missing_keys(side),
            is_production=is_production(side),
            **kwargs,
        )

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        side, connection = self._wanted()
        attempt = consent.Attempt.fresh(side, connection)
        try:
            address = consent.authorize_url(attempt, callback_url(side))
        except SyncAppError as error:
            messages.error(request, told(error.message))
            return redirect(request.get_full_path())
        kept.keep_attempt(request, attempt)
        return redirect(address)

    def _wanted(self) -> tuple[Side, Connection | None]:
        if "pk" in self.kwargs:
            connection = get_object_or_404(Connection, pk=self.kwargs["pk"])
            return connection.side, connection
        return side_named(self.kwargs["vendor"]), None


class Callback(Guarded):
    """Where the vendor sends a person back to. Always leaves the address with the code behind."""

    def get(self, request: HttpRequest, vendor: str) -> HttpResponse:
        side = side_named(vendor)
        attempt = kept.take_attempt(request, side, request.GET.get("state", ""))
        if attempt is None:
            said = _(
                "This way back from %(vendor)s was used already, is too old, or was begun by"
                " somebody else or in another browser. Nothing was changed; start again here."
            )
            messages.error(request, said % {"vendor": side.product_name})
            return redirect("admin:connections")
        try:
            offer = consent.answered(attempt, request.GET.dict(), callback_url(side))
        except SyncAppError as error:
            messages.error(request, told(error.message))
            return redirect("admin:connections")
        return redirect("admin:consent_offer", kept.keep_offer(request, offer))


class OfferPage(SitePage):
    title = gettext_lazy("Is this the account?")
    trail = TRAIL
    template_name = "ledgerline/connections/offer.html"

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        offer = kept.offer_of(request, kwargs["key"])
        return self._page(offer) if offer else self._too_late()

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        if request.POST.get("answer") != "yes":
            return self._turned_down(kept.take_offer(request, key))
        offer = kept.offer_of(request, key)
        if offer is None:
            return self._too_late()
        try:
            row = consent.store(offer, request.POST.get("name", "")[:100])
        except NotPossible as refusal:
            messages.error(request, told(refusal.message))
            return self._page(offer)
        kept.take_offer(request, key)
        messages.success(request, _("“%(name)s” is connected.") % {"name": row})
        return redirect("admin:connections")

    def _page(self, offer: consent.Offer) -> HttpResponse:
        account = offer.account
        name = self.request.POST.get("name") or consent.proposed_name(offer)
        return self.render_to_response(
            self.get_context_data(
                offer=offer,
                account=account,
                is_production=is_production(offer.side, account.settings.get("accountType", "")),
                known=consent.known_as(offer),
                name=name,
            )
        )

    def _turned_down(self, offer: consent.Offer | None) -> HttpResponse:
        if offer is None:
            return self._too_late()
        said = _("%(account)s was not connected. Nothing is kept of it.")
        try:
            consent.turned_down(offer)
        except SyncAppError:
            said = _(
                "%(account)s was not connected and nothing is kept of it, but its consent could"
                " not be given back: remove the app in the account's own settings."
            )
        messages.info(self.request, said % {"account": offer.account.name})
        return redirect("admin:connections")

    def _too_late(self) -> HttpResponse:
        said = _("This question was answered already or waited too long. Start again.")
        messages.warning(self.request, said)
        return redirect("admin:connections")
