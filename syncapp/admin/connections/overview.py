"""Every connection: whose account, for whom, until when, and what it costs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from syncapp.admin.roles import OWN
from syncapp.admin.scaffold import SitePage
from syncapp.engine.records import Side
from syncapp.models import Integration
from syncapp.reporting.connections import allowance, shown_connections


class Connections(SitePage):
    title = _("Connections")
    template_name = "ledgerline/connections/page.html"
    extra_context = {
        "lead": _("The HubSpot and QuickBooks accounts that are kept alike. An integration joins"
                  " one of each; its records never mix with another's.")
    }  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = shown_connections()
        vendors = {one.connection.side for one in shown}
        integrations = list(Integration.objects.select_related("hubspot", "quickbooks"))
        return super().get_context_data(
            shown=shown,
            allowance=allowance(shown) if Side.QUICKBOOKS in vendors else None,
            integrations=integrations,
            can_join=len(vendors) == len(Side),
            may_own=self.request.user.has_perm(OWN),
            **kwargs,
        )
