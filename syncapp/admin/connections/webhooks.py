"""Whether the vendors tell us of changes, and how they are asked to."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from syncapp.admin.connections.consent import TRAIL
from syncapp.admin.scaffold import SitePage
from syncapp.reporting.webhooks import listening, relied_on


class Webhooks(SitePage):
    trail = TRAIL
    title = _("Webhooks")
    template_name = "ledgerline/connections/webhooks.html"
    extra_context = {
        "lead": _("With webhooks a change travels within seconds instead of a minute. Without them"
                  " nothing is lost: both accounts are asked for changes in every pass.")
    }  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            vendors=listening(),
            cursors=relied_on(),
            safety_minutes=settings.SAFETY_POLL // 60,
            **kwargs,
        )
