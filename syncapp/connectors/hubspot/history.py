"""When somebody other than us last changed an invoice, from property history.

`hs_lastmodifieddate` cannot tell: our own writes and HubSpot's recalculations move it. But what
has not moved since a time was not changed since: with `history_since`, older changes are of no
interest and their histories are not read. Ours is whoever wrote our own properties; nobody else
does (hubspot-api.md 4.1 [SPEC]).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from syncapp.connectors.hubspot.objects import (
    INVOICES,
    KEY,
    LINE_ITEMS,
    PAYMENTS,
    SYNC_MESSAGE,
    SYNC_STATE,
    ObjectType,
)
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.replies import Record
from syncapp.connectors.hubspot.values import instant
from syncapp.connectors.hubspot.walking import modified_at
from syncapp.engine.records import Entity, Line, LineKind, RecordRef, Snapshot

_OURS = (
    *(KEY, "ledgerline_total", "ledgerline_balance", "ledgerline_status", "ledgerline_url"),
    *(SYNC_STATE, SYNC_MESSAGE),
)
_OF_LINE = (
    *("name", "description", "quantity", "price", "hs_product_id"),
    *("discount", "hs_discount_percentage", "hs_tax_rate_group_id"),
)
_OF_PAYMENT = ("hs_latest_status", "hs_initial_amount", "hs_refunds_amount")
CALCULATED = "CALCULATED"

Entry = Mapping[str, Any]
Source = tuple[str, str]
Histories = dict[str, Mapping[str, Sequence[Entry]]]  # by record id, then property


def with_changes_by_others(
    reader: Reader, invoices: Sequence[Snapshot], items: Mapping[str, Sequence[Record]]
) -> list[Snapshot]:
    """`items` are the line items by the invoice's id."""
    since = reader.history_since
    moved = [one for one in invoices if since is None or _may_have_changed(one, items, since)]
    changed = {one.ref: one for one in _read(reader, moved)} if moved else {}
    return [changed.get(one.ref, one) for one in invoices]


def authors(reader: Reader, invoices: Sequence[Snapshot]) -> dict[RecordRef, str]:
    """Of the last change of each that is not ours."""
    return {one.ref: one.changed_by for one in _read(reader, invoices) if one.changed_by}


def _may_have_changed(
    invoice: Snapshot, items: Mapping[str, Sequence[Record]], since: datetime
) -> bool:
    """Those created since need no second reason to be of interest."""
    if invoice.created_at is not None and invoice.created_at >= since:
        return False
    lines = items.get(invoice.ref.id, ())
    times = [invoice.modified_at, *(modified_at(LINE_ITEMS, line) for line in lines)]
    return any(time is None or time >= since for time in times)


def _read(reader: Reader, invoices: Sequence[Snapshot]) -> list[Snapshot]:
    mapped = reader.fields(Entity.INVOICE) - frozenset(INVOICES.made) - frozenset(_OURS)
    of_invoice = sorted(mapped | {"hs_invoice_status"})
    lines = {invoice.ref.id: _item_ids(invoice) for invoice in invoices}
    payments = {invoice.ref.id: [ref.id for ref in invoice.payments] for invoice in invoices}
    histories = (
        _histories(reader, INVOICES, lines, of_invoice),
        _histories(reader, LINE_ITEMS, _flat(lines), _OF_LINE),
        _histories(reader, PAYMENTS, _flat(payments), _OF_PAYMENT),
    )
    ours = {source for some in histories for source in _our_sources(some)}
    reader.own_sources |= ours
    result = []
    for invoice in invoices:
        id = invoice.ref.id
        members = ([id], lines[id], payments[id])
        entries = [
            entry
            for some, ids in zip(histories, members, strict=True)
            for entry in _by_others(some, ids, reader.own_sources)
        ]
        result.append(_with_last(invoice, entries))
    return result


def _with_last(invoice: Snapshot, entries: Sequence[Entry]) -> Snapshot:
    if not entries:
        return replace(invoice, changed_by_others_at=None)
    last = max(entries, key=_time)
    return replace(invoice, changed_by_others_at=_time(last), changed_by=_author(last))


def _author(entry: Entry) -> str:
    """The history knows users by number only."""
    user = entry.get("updatedByUserId")
    return f"user {user}" if user else str(entry.get("sourceLabel") or "")


def _item_ids(invoice: Snapshot) -> list[str]:
    lines = invoice.get("lines")
    assert isinstance(lines, tuple)  # noqa: S101  set by invoices.py
    return [line.id for line in lines if isinstance(line, Line) and line.kind is LineKind.ITEM]


def _histories(
    reader: Reader, kind: ObjectType, ids: Iterable[str], names: Sequence[str]
) -> Histories:
    asked = [*names, *_OURS]
    records = reader.records(kind, ids, (), history=asked)
    return {id: record.get("propertiesWithHistory") or {} for id, record in records.items()}


def _our_sources(histories: Histories) -> set[Source]:
    return {
        _source(entry)
        for properties in histories.values()
        for name in _OURS
        for entry in properties.get(name) or ()
    }


def _time(entry: Entry) -> datetime:
    return instant(str(entry["timestamp"]))


def _by_others(histories: Histories, ids: Iterable[str], ours: set[Source]) -> list[Entry]:
    return [
        entry
        for id in ids
        for name, entries in histories.get(id, {}).items()
        if name not in _OURS
        for entry in entries
        if entry.get("sourceType") != CALCULATED and _source(entry) not in ours
    ]


def _source(entry: Entry) -> Source:
    return str(entry.get("sourceType") or ""), str(entry.get("sourceId") or "")


def _flat(ids: Mapping[str, Iterable[str]]) -> list[str]:
    return [id for some in ids.values() for id in some]
