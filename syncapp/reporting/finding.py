"""Records by what is asked of them, at a cost that has an end however many there are.

Where one of the conditions is met by few records, exactly those are looked through. Otherwise the
table is walked in the order of the page, so many rows at a time; a page that is not full then says
where to look further.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Subquery

from syncapp.engine.records import Entity
from syncapp.models import Integration, RecordCount, RecordLink
from syncapp.models.finding import folded
from syncapp.reporting.keyset import (
    NEWEST,
    KeysetPage,
    first_of,
    in_order,
    page_from,
    page_of,
    place_of,
    walk,
)
from syncapp.reporting.unions import ids_of

LOOKED_THROUGH = 10_000
_NAMES = 1_000  # that begin alike are few; more are found by walking
_ENTITIES = [entity.value for entity in Entity]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty: whatever it is. `is_inside`: names may hold the text anywhere."""

    entity: str = ""
    state: str = ""
    category: str = ""
    side: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    since: datetime | None = None
    text: str = ""
    is_inside: bool = False

    @property
    def standing(self) -> dict[str, str]:
        asked = {"entity": self.entity, "state": self.state, "category": self.category}
        return {name: value for name, value in asked.items() if value}

    @property
    def is_standing_only(self) -> bool:
        return self == Wanted(self.entity, self.state, self.category)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page: in which order, from where on, of how many rows."""

    order: str = NEWEST
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """`total` is None where nobody counts that far. `is_cut`: the page ends because enough was
    looked through. `is_beginning`: only names that begin with the text were looked for."""

    page: KeysetPage
    total: int | None = None
    is_cut: bool = False
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the kept counts say of object, state and reason."""

    number: int
    states: list[str]


# All that is wanted, as conditions; everything else here only says where to look for it.
Condition = Callable[[QuerySet[RecordLink]], QuerySet[RecordLink]]


@dataclass(frozen=True, slots=True)
class _Scope:
    rows: QuerySet[RecordLink]
    is_small: bool = True
    is_beginning: bool = False


def find(integration: Integration, wanted: Wanted, condition: Condition, asked: Asked) -> Found:
    rows = RecordLink.objects.filter(integration=integration)
    kept = _kept(integration, wanted)
    walked = _walked(rows, wanted, kept, asked)
    is_in_order = asked.order == NEWEST and len(kept.states) < 2
    if wanted.is_standing_only and (is_in_order or not wanted.standing):
        return Found(_page(walked, asked), kept.number)
    scope = _scope(integration, rows, wanted, kept)
    within = condition(scope.rows)
    if not scope.is_small:
        return _windowed(within, walked, asked)
    total = kept.number if wanted.is_standing_only else within.count()
    return Found(_page(within, asked), total, is_beginning=scope.is_beginning)


def all_of(
    integration: Integration, wanted: Wanted, condition: Condition, order: str
) -> QuerySet[RecordLink]:
    """What turning all the pages would show."""
    rows = RecordLink.objects.filter(integration=integration)
    scope = _scope(integration, rows, wanted, _kept(integration, wanted))
    return in_order(condition(scope.rows), order)


def has_text(text: str) -> Q:
    """Somewhere in its name; or it is its number, or that by which it is recognised."""
    key = text.casefold()
    ids = Q(hubspot_id=text) | Q(quickbooks_id=text) | Q(hubspot_key=key) | Q(quickbooks_key=key)
    return ids | Q(search_name__contains=name) if (name := folded(text)) else ids


def _kept(integration: Integration, wanted: Wanted) -> _Kept:
    rows = RecordCount.objects.filter(integration=integration, records__gt=0, **wanted.standing)
    found = rows.order_by().values_list("state", "records")
    states = {state for state, _ in found} if wanted.category else {wanted.state} - {""}
    return _Kept(sum(number for _, number in found), sorted(states))


def _scope(
    integration: Integration, rows: QuerySet[RecordLink], wanted: Wanted, kept: _Kept
) -> _Scope:
    few = _few(integration, rows, wanted, kept)
    if few is not None:
        # the limit keeps a database from mixing both questions and reading all rows for them
        return _Scope(rows.filter(pk__in=few.order_by().values("pk")[:LOOKED_THROUGH]))
    if wanted.text and not wanted.is_inside:
        named = _named(rows, wanted.text)
        if 0 < len(named) <= _NAMES:
            return _Scope(rows.filter(pk__in=named), is_beginning=True)
    return _Scope(rows, is_small=False)


def _few(
    integration: Integration, rows: QuerySet[RecordLink], wanted: Wanted, kept: _Kept
) -> QuerySet[RecordLink] | None:
    """All that could be meant, where that is few enough to look at each."""
    if kept.number <= LOOKED_THROUGH:
        return _standing(rows, wanted, kept)
    narrowings = list(_narrowings(rows, wanted))
    if not narrowings:
        return None
    beyond = {
        f"beyond_{number}": Subquery(one.values("pk")[LOOKED_THROUGH : LOOKED_THROUGH + 1])
        for number, one in enumerate(narrowings)
    }
    too_many = Integration.objects.filter(pk=integration.pk).values_list(
        *beyond.values(), named=False
    )[0]
    return next((one for one, many in zip(narrowings, too_many, strict=True) if many is None), None)


def _standing(rows: QuerySet[RecordLink], wanted: Wanted, kept: _Kept) -> QuerySet[RecordLink]:
    """A reason stands under few states, mostly one; named, they lead into its index."""
    if wanted.category and not wanted.state:
        rows = rows.filter(state__in=kept.states)
    return rows.filter(**wanted.standing)


def _narrowings(rows: QuerySet[RecordLink], wanted: Wanted) -> Iterator[QuerySet[RecordLink]]:
    """Each along an index of its own."""
    if (one_sided := _one_sided(wanted.side)) is not None:
        yield rows.filter(one_sided).order_by("-id")
    if wanted.least is not None or wanted.most is not None:
        worth = Q(amount__isnull=False)
        worth &= Q(amount__gte=wanted.least) if wanted.least is not None else Q()
        worth &= Q(amount__lte=wanted.most) if wanted.most is not None else Q()
        yield rows.filter(worth).order_by("amount")
    if wanted.since is not None:
        yield rows.filter(state_since__gte=wanted.since).order_by("-state_since")


def _one_sided(side: str) -> Q | None:
    missing = {"hubspot": Q(quickbooks_id=None), "quickbooks": Q(hubspot_id=None)}
    return missing.get(side)


def _named(rows: QuerySet[RecordLink], text: str) -> list[int]:
    """Names and numbers that begin with it, records that are it: a few thousand at most."""
    name, key = folded(text), text.casefold()
    ways = [
        rows.filter(entity__in=_ENTITIES, **{column: value})
        for column, value in (
            ("hubspot_id", text),
            ("quickbooks_id", text),
            ("hubspot_key", key),
            ("quickbooks_key", key),
        )
    ]
    if name:
        ways += [rows.filter(search_name__begins=name), rows.filter(search_word__begins=name)]
    found = RecordLink.objects.filter(pk__in=ids_of((way.order_by() for way in ways), _NAMES + 1))
    return list(found.order_by().values_list("pk", flat=True))


def _walked(
    rows: QuerySet[RecordLink], wanted: Wanted, kept: _Kept, asked: Asked
) -> QuerySet[RecordLink]:
    """What an index holds in the order of the page."""
    if asked.order.lstrip("-") != NEWEST.lstrip("-") or len(kept.states) > 1:
        return rows
    if wanted.standing:
        return _standing(rows, replace(wanted, state=kept.states[0] if kept.states else ""), kept)
    one_sided = _one_sided(wanted.side)
    return rows if one_sided is None else rows.filter(one_sided)


def _page(rows: QuerySet[RecordLink], asked: Asked) -> KeysetPage:
    return page_of(rows, asked.order, after=asked.after, before=asked.before, size=asked.size)


def _windowed(rows: QuerySet[RecordLink], walked: QuerySet[RecordLink], asked: Asked) -> Found:
    found: list[RecordLink] = []
    end: list[RecordLink] = []
    for window in walk(walked, asked.order, after=asked.after, before=asked.before):
        looked_at = window.values("pk")[:LOOKED_THROUGH]
        within = rows.filter(pk__in=looked_at).order_by(*window.query.order_by)
        found += first_of([within], asked.size + 1 - len(found))
        if len(found) > asked.size:
            break
        end = list(window[LOOKED_THROUGH - 1 : LOOKED_THROUGH + 1])
        if len(end) == 2:  # something lies behind the last one that was looked at
            break
    page = page_from(found, asked.order, after=asked.after, before=asked.before, size=asked.size)
    if len(found) > asked.size or len(end) < 2:
        return Found(page)
    place = place_of(end[0], asked.order)
    if asked.before:
        return Found(replace(page, before=place, after=page.after or asked.before), is_cut=True)
    return Found(replace(page, after=place, before=page.before or asked.after), is_cut=True)
