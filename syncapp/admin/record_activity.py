"""What happened to one record, for the row that opens below it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from syncapp.admin.reasons import reason_of
from syncapp.admin.scaffold import SitePage
from syncapp.admin.words import ACTIONS, OBJECT
from syncapp.engine.catalogue import row_of
from syncapp.engine.records import Side
from syncapp.models import RecordLink, SyncActivity
from syncapp.reporting.told import sentence_of

SHOWN = 30
_TONES = {
    "failing": "bad",
    "refused": "bad",
    "waiting": "wait",
    "unconfirmed": "wait",
    "needs_decision": "ask",
    "excluded": "out",
}


class RecordActivity(SitePage):
    template_name = "ledgerline/records/activity.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        link = get_object_or_404(RecordLink, pk=kwargs["pk"])
        rows = list(link.activity.order_by("-at", "-id")[: SHOWN + 1])
        return super().get_context_data(
            link=link,
            reason=reason_of(link),
            sentence=sentence_of(link),
            happened=[told(row) for row in rows[:SHOWN]],
            has_more=len(rows) > SHOWN,
            **kwargs,
        )


def told(row: SyncActivity) -> dict[str, Any]:
    return {
        "row": row,
        "object": OBJECT[row.entity],
        "action": ACTIONS.get(row.action, row.action),
        "into": Side(row.side).product_name if row.side else "",
        "reason": gettext(row_of(row.category).title) if row.category else "",
        "tone": _TONES.get(row.action, "good"),
        "changes": [_change(one) for one in row.changes if _is_told(one)],
    }


def _is_told(change: dict[str, Any]) -> bool:
    """A new copy is made with every field; the empty ones say nothing."""
    return not change.get("target") or bool(change.get("before") or change.get("after"))


def _change(change: dict[str, Any]) -> dict[str, Any]:
    """A value that was copied has a before and an after; one that stands between the sides has a
    value on each."""
    hubspot, _, quickbooks = str(change.get("field", "")).partition("=")
    return {
        **change,
        "hubspot_field": hubspot,
        "quickbooks_field": quickbooks,
        "is_copied": bool(change.get("target")),
    }
