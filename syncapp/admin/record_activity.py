"""What happened to one record, for the row that opens below it."""

from typing import Any

from django.shortcuts import get_object_or_404

from syncapp.admin.reasons import reason_of
from syncapp.admin.scaffold import SitePage
from syncapp.admin.timeline import entries_of
from syncapp.models import RecordLink
from syncapp.reporting.rule_then import versions_then
from syncapp.told import sentence_of

SHOWN = 30


class RecordActivity(SitePage):
    template_name = "ledgerline/records/activity.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        link = get_object_or_404(RecordLink, pk=kwargs["pk"])
        found = link.activity.select_related("intent", "run").order_by("-at", "-id")
        rows = list(found[: SHOWN + 1])
        return super().get_context_data(
            link=link,
            reason=reason_of(link),
            sentence=sentence_of(link),
            happened=entries_of(rows[:SHOWN], versions_then(link, rows[:SHOWN])),
            has_more=len(rows) > SHOWN,
            **kwargs,
        )
