"""Who changed which setting, before and after."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from syncapp.admin.scaffold import SitePage, Text
from syncapp.reporting.changes import changes

DEEDS: Mapping[str, Text] = {
    "connected": _("connected the account"),
    "reconnected": _("reconnected the account"),
    "disconnected": _("disconnected the account"),
    "tested": _("tested the connection"),
    "second_factor_set_up": _("set up the second factor"),
    "second_factor_removed": _("turned the second factor off"),
    "second_factor_reset": _("reset the second factor of this person"),
    "recovery_codes_made": _("made new recovery codes"),
    "own_password_chosen": _("chose a password of their own"),
    "signed_out_others": _("signed out their other sessions"),
    "signed_out": _("signed this person out"),
    "set_up": _("set this sync up"),
    "edited": _("edited this sync"),
    "option": _("chose an option on the failure desk"),
}
ACTIONS: Mapping[str, Text] = {
    "create": pgettext_lazy("somebody", "added it"),
    "update": pgettext_lazy("somebody", "changed it"),
    "delete": pgettext_lazy("somebody", "deleted it"),
}


class Changes(SitePage):
    title = _("Changes of settings")
    template_name = "ledgerline/access/changes.html"
    extra_context = {
        "lead": _("Who changed what, newest first. Tokens and passwords are not kept.")
    }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        start, who = self.request.GET.get("before", ""), self.request.GET.get("who", "")
        found, more = changes(int(start) if start.isdecimal() else None, who[:150])
        rows = [
            {"change": one, "said": DEEDS.get(one.deed) or ACTIONS.get(one.action, one.action)}
            for one in found
        ]
        return super().get_context_data(rows=rows, more=more, who=who, **kwargs)
