"""A page of a long table by the place where the last one ended, not by counting rows: a page deep
inside costs as much as the first.

Records without an amount stand behind those with one, whichever way these are sorted. No index
holds both ways, so such a walk has two stretches, and each is read off the same index.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from syncapp.models import RecordLink

NEWEST = "-id"
ORDERS = (
    NEWEST, "label", "-label", "-state_since", "state_since", "state", "-state", "entity",
    "-entity", "-amount", "amount",
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
    found = first_of(walk(rows, order, after=after, before=before), size + 1)
    return page_from(found, order, after=after, before=before, size=size)


def walk(
    rows: QuerySet[RecordLink], order: str, *, after: str = "", before: str = ""
) -> list[QuerySet[RecordLink]]:
    """From a place on: away from the beginning, or back towards it. One stretch after the other."""
    order = order if order in ORDERS else NEWEST
    sorting = _turned(order) if before else order
    place = _place(order, before or after)
    if _name(order) != "amount":
        return [_from(rows, sorting, place)]
    valued = rows.filter(amount__isnull=False)
    bare = rows.filter(amount__isnull=True).order_by(*_columns(sorting))
    if place is None or place[0] is not None:
        first = _from(valued, sorting, place)
        return [first] if before else [first, bare]
    behind = bare.filter(_behind(sorting, place[1]))
    return [behind, _from(valued, sorting, None)] if before else [behind]


def first_of(stretches: Iterable[QuerySet[RecordLink]], number: int) -> list[RecordLink]:
    """Nobody asks for a stretch that is not reached."""
    found: list[RecordLink] = []
    for stretch in stretches:
        found += stretch.defer(*_UNSEEN)[: number - len(found)]
        if len(found) == number:
            break
    return found


def page_from(
    found: list[RecordLink], order: str, *, after: str = "", before: str = "", size: int = 50
) -> KeysetPage:
    """Of what was met on the walk, one more than the page holds where it goes on."""
    order = order if order in ORDERS else NEWEST
    has_more = len(found) > size
    links = found[:size][::-1] if before else found[:size]
    if not links:
        return KeysetPage([], "", "")
    is_first = not has_more if before else _place(order, after) is None
    is_last = False if before else not has_more
    return KeysetPage(
        links,
        "" if is_first else place_of(links[0], order),
        "" if is_last else place_of(links[-1], order),
    )


def in_order(rows: QuerySet[RecordLink], order: str) -> QuerySet[RecordLink]:
    """All of them at once, as turning the pages would show them."""
    if _name(order) != "amount":
        return rows.order_by(*_columns(order))
    amount = F("amount")
    is_falling = order.startswith("-")
    last = amount.desc(nulls_last=True) if is_falling else amount.asc(nulls_last=True)
    return rows.order_by(last, _among_equals(order))


def place_of(link: RecordLink, order: str) -> str:
    value = getattr(link, _name(order))
    if value is None:
        return f"{link.pk}~"
    return f"{link.pk}~{value.isoformat() if isinstance(value, datetime) else value}"


def _name(order: str) -> str:
    return order.lstrip("-")


def _turned(order: str) -> str:
    return order[1:] if order.startswith("-") else f"-{order}"


def _columns(order: str) -> list[str]:
    if _name(order) == "id":
        return [order]
    return [order, _among_equals(order)]


def _among_equals(order: str) -> str:
    name = _name(order)
    return "-id" if (order == name) == (name in _NEWEST_FIRST) else "id"


def _behind(order: str, pk: int) -> Q:
    return Q(id__lt=pk) if _among_equals(order) == "-id" else Q(id__gt=pk)


def _from(
    rows: QuerySet[RecordLink], order: str, place: tuple[Any, int] | None
) -> QuerySet[RecordLink]:
    rows = rows.order_by(*_columns(order))
    if place is None:
        return rows
    value, pk = place
    name, compare = _name(order), "lt" if order.startswith("-") else "gt"
    if name == "id":
        return rows.filter(**{f"id__{compare}": pk})
    # The first condition alone says where in the index to begin.
    begin = Q(**{f"{name}__{compare}e": value})
    return rows.filter(begin & (Q(**{f"{name}__{compare}": value}) | _behind(order, pk)))


def _place(order: str, text: str) -> tuple[Any, int] | None:
    """A place that somebody made up is no place: the first page."""
    pk, _, value = text.partition("~")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    try:
        return _valued(_name(order), value), int(pk)
    except (ValueError, InvalidOperation):
        return None


def _valued(name: str, text: str) -> Any:
    """Raises where the column never holds that."""
    if name == "amount":
        return _amount(text) if text else None
    if name != "state_since":
        return text
    at = parse_datetime(text)
    if at is None or at.tzinfo is None:
        raise ValueError(text)
    return at


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount.adjusted()) > 18:
        raise ValueError(text)
    return amount
