"""Rows for people outside: accountants, support, migrations. One plain dict for each row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet

from syncapp.engine.plan import State, Verdict
from syncapp.engine.records import Side
from syncapp.models import Integration, RecordLink, SyncActivity

Row = dict[str, Any]
Stored = TypeVar("Stored", RecordLink, SyncActivity)

COLUMNS = (
    "integration", "entity", "name", "hubspot_id", "quickbooks_id", "state", "reason", "sentence",
    "amount", "currency", "action", "side", "field", "hubspot", "quickbooks", "before", "after",
    "winner", "time", "request_id",
)  # fmt: skip
CHUNK = 1000
CONTESTED = (Verdict.CONFLICT, Verdict.PROTECTED, Verdict.HELD)


def exported(what: str, integrations: Iterable[Integration]) -> Iterator[Row]:
    for integration in integrations:
        for row in EXPORTS[what](integration):
            yield {"integration": integration.name, **row}


def _links(integration: Integration) -> Iterator[Row]:
    for links in _chunks(RecordLink.objects.filter(integration=integration)):
        yield from (_link_row(link) for link in links)


def _failing(integration: Integration) -> Iterator[Row]:
    return _contested(integration, State.FAILING)


def _excluded(integration: Integration) -> Iterator[Row]:
    return _contested(integration, State.EXCLUDED)


def _conflicts(integration: Integration) -> Iterator[Row]:
    """The open ones and what is held as it is, then what a policy or a one-way rule decided, with
    the value that lost."""
    yield from _contested(integration, State.NEEDS_DECISION)
    yield from _contested(integration, State.IN_SYNC, category="held")
    for activity, change in _changes(integration):
        if change.get("lost"):
            winner = Side(change["target"]).other if change.get("target") else ""
            yield {**_activity_row(activity, change), "winner": str(winner)}


def _activity(integration: Integration) -> Iterator[Row]:
    return (_activity_row(activity, change) for activity, change in _changes(integration))


EXPORTS: Mapping[str, Callable[[Integration], Iterator[Row]]] = {
    "links": _links,
    "failing": _failing,
    "excluded": _excluded,
    "conflicts": _conflicts,
    "activity": _activity,
}


def _contested(integration: Integration, state: State, **only: str) -> Iterator[Row]:
    """A row for each field that stands between the sides; at least one for each record."""
    links = RecordLink.objects.filter(integration=integration, state=state, **only)
    for chunk in _chunks(links):
        past: dict[int | None, list[SyncActivity]] = {}
        for activity in SyncActivity.objects.filter(link__in=chunk).order_by("at", "id"):
            past.setdefault(activity.link_id, []).append(activity)
        for link in chunk:
            yield from _contested_rows(link, past.get(link.pk, []))


def _contested_rows(link: RecordLink, past: Sequence[SyncActivity]) -> Iterator[Row]:
    """What stands between the sides was told when the record came into its state; the call that
    the vendor's support asks for may have been another one."""
    asked_for = [one.vendor_request_id for one in past if one.vendor_request_id]
    row = _link_row(link) | {"request_id": asked_for[-1] if asked_for else ""}
    told = [one for one in past if (one.action, one.category) == (link.state, link.category)]
    changes = told[-1].changes if told else []
    fields = [one for one in changes if one.get("verdict") in CONTESTED]
    if not fields:
        yield row
    for one in fields:
        yield {**row, **_values(one)}


def _changes(integration: Integration) -> Iterator[tuple[SyncActivity, Mapping[str, Any]]]:
    rows = SyncActivity.objects.filter(integration=integration).select_related("link")
    for chunk in _chunks(rows):
        for activity in chunk:
            for change in activity.changes or [{}]:
                yield activity, change


def _link_row(link: RecordLink) -> Row:
    return {
        "entity": link.entity,
        "name": link.label,
        "hubspot_id": link.hubspot_id,
        "quickbooks_id": link.quickbooks_id,
        "state": link.state,
        "reason": link.category,
        "sentence": link.sentence,
        "amount": None if link.amount is None else str(link.amount),
        "currency": link.currency,
        "field": link.facts.get("field", ""),
        "hubspot": None,
        "quickbooks": None,
        "time": link.state_since.isoformat(),
        "request_id": "",
    }


def _activity_row(activity: SyncActivity, change: Mapping[str, Any]) -> Row:
    link = activity.link
    return {
        "entity": activity.entity,
        "name": link.label if link else "",
        "hubspot_id": link.hubspot_id if link else None,
        "quickbooks_id": link.quickbooks_id if link else None,
        "reason": activity.category,
        "sentence": activity.sentence,
        "action": activity.action,
        "side": activity.side,
        **_values(change),
        "before": change.get("before"),
        "after": change.get("after"),
        "time": activity.at.isoformat(),
        "request_id": activity.vendor_request_id,
    }


def _values(change: Mapping[str, Any]) -> Row:
    return {
        "field": change.get("field", ""),
        "hubspot": change.get("hubspot"),
        "quickbooks": change.get("quickbooks"),
    }


def _chunks(rows: QuerySet[Stored]) -> Iterator[list[Stored]]:
    """By id, so that a long table is never in memory as a whole."""
    after = 0
    while chunk := list(rows.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        yield chunk
        after = chunk[-1].pk
