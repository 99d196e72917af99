"""A page of a long table by the place where the last one ended, not by counting rows: a page deep
inside costs as much as the first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from syncapp.models import RecordLink

NEWEST = "-id"
ORDERS = (
    NEWEST, "label", "-label", "-state_since", "state_since", "state", "-state", "entity", "-entity"
)  # fmt: skip
_NEWEST_FIRST = frozenset({"state", "entity"})  # within one of them, as their indexes are

# long, and in no list
_UNSEEN = ("baseline_hubspot", "baseline_quickbooks", "line_pairs")


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """`after` and `before` are places to go on from; empty at either end."""

    links: list[RecordLink]
    before: str
    after: str


def page_of(
    rows: QuerySet[RecordLink], order: str, *, after: str = "", before: str = "", size: int = 50
) -> KeysetPage:
    order = order if order in ORDERS else NEWEST
    backwards = bool(before)
    place = _place(order, before or after)
    rows = rows.defer(*_UNSEEN)
    found = list(walk(rows, order, after=after, before=before)[: size + 1])
    has_more = len(found) > size
    links = found[:size][::-1] if backwards else found[:size]
    if not links:
        return KeysetPage([], "", "")
    is_first = not has_more if backwards else place is None
    is_last = False if backwards else not has_more
    return KeysetPage(
        links,
        "" if is_first else place_of(links[0], order),
        "" if is_last else place_of(links[-1], order),
    )


def walk(
    rows: QuerySet[RecordLink], order: str, *, after: str = "", before: str = ""
) -> QuerySet[RecordLink]:
    """From a place on: away from the beginning, or back towards it."""
    sorting = _turned(order) if before else order
    return _beyond(rows, sorting, _place(order, before or after)).order_by(*_columns(sorting))


def place_of(link: RecordLink, order: str) -> str:
    value = getattr(link, order.lstrip("-"))
    return f"{link.pk}~{value.isoformat() if isinstance(value, datetime) else value}"


def _turned(order: str) -> str:
    return order[1:] if order.startswith("-") else f"-{order}"


def _columns(order: str) -> list[str]:
    if order.lstrip("-") == "id":
        return [order]
    return [order, _among_equals(order)]


def _among_equals(order: str) -> str:
    name = order.lstrip("-")
    return "-id" if (order == name) == (name in _NEWEST_FIRST) else "id"


def _beyond(
    rows: QuerySet[RecordLink], order: str, place: tuple[Any, int] | None
) -> QuerySet[RecordLink]:
    if place is None:
        return rows
    value, pk = place
    name, compare = order.lstrip("-"), "lt" if order.startswith("-") else "gt"
    if name == "id":
        return rows.filter(**{f"id__{compare}": pk})
    behind = Q(id__lt=pk) if _among_equals(order) == "-id" else Q(id__gt=pk)
    # The first condition alone says where in the index to begin.
    begin = Q(**{f"{name}__{compare}e": value})
    return rows.filter(begin & (Q(**{f"{name}__{compare}": value}) | behind))


def _place(order: str, text: str) -> tuple[Any, int] | None:
    """A place that somebody made up is no place: the first page."""
    pk, _, value = text.partition("~")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    if not order.endswith("state_since"):
        return value, int(pk)
    try:
        at = parse_datetime(value)
    except ValueError:
        return None
    return (at, int(pk)) if at and at.tzinfo else None
