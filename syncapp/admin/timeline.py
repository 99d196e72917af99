"""What happened to one record, entry by entry, with what a vendor's support asks for."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from syncapp.admin.record_activity import told
from syncapp.models import RecordLink, SyncActivity

SHOWN = 20
_MOST_RAW = 20_000


@dataclass(frozen=True, slots=True)
class Timeline:
    """`older` is the entry after which older ones begin; 0 where there are none."""

    entries: list[dict[str, Any]]
    older: int


def timeline_of(link: RecordLink, before: int = 0) -> Timeline:
    rows = link.activity.select_related("intent").order_by("-at", "-id")
    if before:
        last = SyncActivity.objects.filter(link=link, pk=before).first()
        rows = rows.filter(at__lte=last.at).exclude(pk__gte=before) if last else rows.none()
    found = list(rows[: SHOWN + 1])
    return Timeline(entries_of(found[:SHOWN]), found[SHOWN - 1].pk if len(found) > SHOWN else 0)


def entries_of(rows: Iterable[SyncActivity]) -> list[dict[str, Any]]:
    return [{**told(row), "raw": _raw(row)} for row in rows]


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
