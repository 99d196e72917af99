"""What an alert says, in the reader's language. No customer, no amount, no token."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from syncapp.engine.catalogue import row_of
from syncapp.models.alerts import Alert, AlertDelivery, Cause

PAGES = {
    Cause.RECONNECT: "connections",
    Cause.BRAKE: "objects",
    Cause.WORKER: "passes",
    Cause.FAILING: "desk",
    Cause.ALLOWANCE: "connections",
}


def subject(news: Sequence[AlertDelivery]) -> str:
    begun = [one for one in news if one.news == AlertDelivery.News.BEGUN]
    if not begun:
        return "Ledgerline: " + _("solved")
    told = ngettext("%(number)s thing needs somebody", "%(number)s things need somebody",
                    len(begun))  # fmt: skip
    return "Ledgerline: " + told % {"number": len(begun)}


def sentence(alert: Alert, news: str) -> str:
    said = _happened(alert)
    where = f"{alert.integration}: " if alert.integration else ""
    if news == AlertDelivery.News.SOLVED:
        return _("Solved: %(what)s") % {"what": f"{where}{said}"}
    return f"{where}{said}"


def address(alert: Alert) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse(f'admin:{PAGES[Cause(alert.cause)]}')}"


def _happened(alert: Alert) -> str:
    facts = {"number": alert.number, "name": alert.subject}
    match Cause(alert.cause):
        case Cause.RECONNECT:
            said = _("“%(name)s” no longer accepts us and must be reconnected; nothing is synced.")
        case Cause.BRAKE:
            said = _("A pass would have changed unusually much and stopped before its first write."
                     " An owner must look at it.")  # fmt: skip
        case Cause.WORKER:
            said = _("No task has run for two minutes: the worker must be started again.")
        case Cause.FAILING:
            facts["cause"] = _(row_of(alert.category).title)
            said = ngettext("%(number)s record fails: %(cause)s.",
                            "%(number)s records fail: %(cause)s.", alert.number)  # fmt: skip
        case Cause.ALLOWANCE:
            said = _("%(number)s %% of this month's QuickBooks reads are used; at 100 %% Intuit"
                     " refuses more.")  # fmt: skip
    return said % facts
