"""What happened to one record, entry by entry, with what a vendor's support asks for."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Subquery
from django.utils.translation import gettext

from syncapp.admin.words import ACTIONS, OBJECT
from syncapp.engine.catalogue import row_of
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import RecordLink, RuleVersion, SyncActivity
from syncapp.reporting.field_labels import label_by_key, names_told, refs_in
from syncapp.reporting.rule_then import versions_then

SHOWN = 20
_MOST_RAW = 20_000
_TONES = {
    "failing": "bad",
    "refused": "bad",
    "waiting": "wait",
    "unconfirmed": "wait",
    "needs_decision": "ask",
    "excluded": "out",
}


@dataclass(frozen=True, slots=True)
class Timeline:
    """`older` is the entry after which older ones begin; 0 where there are none."""

    entries: list[dict[str, Any]]
    older: int


def timeline_of(link: RecordLink, before: int = 0) -> Timeline:
    rows = link.activity.select_related("intent", "run").order_by("-at", "-id")
    if before:
        last = SyncActivity.objects.filter(link=link, pk=before).values("at")
        rows = rows.filter(at__lte=Subquery(last[:1])).exclude(pk__gte=before)
    found = list(rows[: SHOWN + 1])
    entries = entries_of(found[:SHOWN], versions_then(link, found[:SHOWN]))
    return Timeline(entries, found[SHOWN - 1].pk if len(found) > SHOWN else 0)


def entries_of(
    rows: Iterable[SyncActivity], versions: Mapping[int, RuleVersion] | None = None
) -> list[dict[str, Any]]:
    """All of one integration."""
    known, found = versions or {}, list(rows)
    names = names_told(found)
    return [{**_told(row, names), "raw": _raw(row), "version": known.get(row.pk)} for row in found]


def _told(row: SyncActivity, names: Mapping[RecordRef, str]) -> dict[str, Any]:
    return {
        "row": row,
        "object": OBJECT[row.entity],
        "action": ACTIONS.get(row.action, row.action),
        "into": Side(row.side).product_name if row.side else "",
        "reason": gettext(row_of(row.category).title) if row.category else "",
        "tone": _TONES.get(row.action, "good"),
        "changes": [_change(row, one, names) for one in row.changes if _is_told(one)],
    }


def _is_told(change: dict[str, Any]) -> bool:
    """A new copy is made with every field; the empty ones say nothing."""
    return not change.get("target") or bool(change.get("before") or change.get("after"))


def _change(
    row: SyncActivity, change: dict[str, Any], names: Mapping[RecordRef, str]
) -> dict[str, Any]:
    """A value that was copied has a before and an after; one that stands between the sides has a
    value on each."""
    key = str(change.get("field", ""))
    named = {ref.id: names[ref] for ref in refs_in(change) if ref in names}
    values = {moment: str(change.get(moment) or "") for moment in ("before", "after")}
    return {
        **change,
        **{moment: named.get(value, value) for moment, value in values.items()},
        "label": label_by_key(Entity(row.entity), key),
        "fields": " · ".join(name for name in key.split("=") if name),
        "is_copied": bool(change.get("target")),
    }


def _raw(row: SyncActivity) -> list[tuple[str, str]]:
    """As it was sent and answered. Text, never markup."""
    intent = row.intent
    if intent is None:
        return []
    known: Iterable[tuple[str, Any]] = (
        ("id", intent.request_id),
        ("sent", intent.body),
        ("answered", intent.answer),
    )
    return [(name, _text(value)) for name, value in known if value]


def _text(value: Any) -> str:
    if isinstance(value, Mapping | list):
        value = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    return str(value)[:_MOST_RAW]
