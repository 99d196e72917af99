"""Invoices: with their lines, their contact and their payments, read in batches.

Order-level records take three more association reads. They are left out where the lines alone
make the total that HubSpot has computed and its own breakdown shows no discount or fee either.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from syncapp.connectors.hubspot import history
from syncapp.connectors.hubspot.around_invoices import Around, associated
from syncapp.connectors.hubspot.lines import OrderLevel, lines, total
from syncapp.connectors.hubspot.objects import (
    COMPANIES,
    CONTACTS,
    INVOICES,
    LINE_ITEMS,
    ORDER_LEVEL,
    PAYMENTS,
)
from syncapp.connectors.hubspot.reading import Links, Reader, ids_of, lowest_first
from syncapp.connectors.hubspot.replies import Record
from syncapp.engine.records import Entity, Line, LineKind, RecordRef, Side, Snapshot, Value

_INLINE = (
    LINE_ITEMS.name,
    CONTACTS.name,
    PAYMENTS.name,
    *(kind.name for kind in ORDER_LEVEL.values()),
)


@dataclass(frozen=True, slots=True)
class Parts:
    """By the invoice's id."""

    items: Mapping[str, Sequence[Record]]
    contacts: Links
    payments: Links
    order_level: Mapping[str, OrderLevel] = field(default_factory=dict)


def inline(reader: Reader) -> tuple[str, ...]:
    """The associated records that are worth asking for together with the invoices."""
    return (*_INLINE, COMPANIES.name) if "company" in reader.related(Entity.INVOICE) else _INLINE


def snapshots(
    reader: Reader, records: Collection[Record], inline: Collection[str] = ()
) -> list[Snapshot]:
    codec = reader.codec(Entity.INVOICE)
    reader.glimpse(records)
    parts = _parts(reader, records, inline)
    related = associated(Around(reader, records, inline, parts.items, parts.contacts))
    made = [
        replace(_with_parts(codec.snapshot(record), parts), related=related[str(record["id"])])
        for record in records
    ]
    if "history" in reader.related(Entity.INVOICE):
        return history.with_changes_by_others(reader, made, parts.items)
    return made


def with_lines(
    snapshot: Snapshot, found: tuple[Line, ...], contact_ids: list[str], payment_ids: list[str]
) -> Snapshot:
    contact = contact_ids[0] if contact_ids else None
    fields: dict[str, Value] = {
        **snapshot.fields,
        "contact": RecordRef(Side.HUBSPOT, Entity.CONTACT, contact) if contact else None,
        "contact_count": Decimal(len(contact_ids)),
        "lines": found,
    }
    return with_payments(replace(snapshot, fields=fields), payment_ids)


def with_payments(snapshot: Snapshot, ids: Iterable[str]) -> Snapshot:
    payments = tuple(RecordRef(Side.HUBSPOT, Entity.PAYMENT, id) for id in ids)
    return replace(snapshot, payments=payments)


def _with_parts(snapshot: Snapshot, parts: Parts) -> Snapshot:
    id = snapshot.ref.id
    return with_lines(
        snapshot,
        lines(parts.items.get(id, ()), parts.order_level.get(id, {}), _currency(snapshot.fields)),
        lowest_first(parts.contacts.get(id, ())),
        lowest_first(parts.payments.get(id, ())),
    )


def _parts(reader: Reader, records: Collection[Record], inline: Collection[str]) -> Parts:
    links = dict(
        zip(
            ("items", "contacts", "payments"),
            reader.side_by_side.each(
                lambda target: reader.linked(INVOICES, target, records, inline),
                (LINE_ITEMS, CONTACTS, PAYMENTS),
            ),
            strict=True,
        )
    )
    looked_at = reader.related(Entity.INVOICE).get("line", frozenset())
    names = sorted({*LINE_ITEMS.always, *looked_at})
    ids = ids_of(links["items"])
    held = {} if looked_at else reader.kept_lines.of(ids)
    fresh = reader.all_there(LINE_ITEMS, [id for id in ids if id not in held], names)
    reader.kept_lines.keep(fresh.values())
    read = {**held, **fresh}
    reader.note_lines(read.values())
    items = {
        id: [read[to.id] for to in found if to.id in read] for id, found in links["items"].items()
    }
    return Parts(
        items=items,
        contacts=links["contacts"],
        payments=links["payments"],
        order_level=_order_level(reader, records, items, inline),
    )


def _order_level(
    reader: Reader,
    records: Collection[Record],
    items: Mapping[str, Sequence[Record]],
    inline: Collection[str],
) -> dict[str, OrderLevel]:
    if not any(kind.name in inline for kind in ORDER_LEVEL.values()):
        records = [r for r in records if not _lines_explain_total(r, items.get(str(r["id"]), ()))]
    if not records:
        return {}
    found: dict[str, dict[LineKind, Sequence[Record]]] = {}
    for line_kind, (links, read) in zip(
        ORDER_LEVEL,
        reader.side_by_side.each(
            lambda line_kind: _adjustments(reader, line_kind, records, inline), ORDER_LEVEL
        ),
        strict=True,
    ):
        for id, tos in links.items():
            found.setdefault(id, {})[line_kind] = [read[to.id] for to in tos if to.id in read]
    return dict(found)


def _adjustments(
    reader: Reader, line_kind: LineKind, records: Collection[Record], inline: Collection[str]
) -> tuple[Links, dict[str, Record]]:
    kind = ORDER_LEVEL[line_kind]
    links = reader.linked(INVOICES, kind, records, inline)
    return links, reader.all_there(kind, ids_of(links), kind.always)


def _lines_explain_total(record: Record, items: Sequence[Record]) -> bool:
    """Never of a mirror: its total is what we wrote, whatever was added since."""
    properties = record.get("properties") or {}
    billed = properties.get("hs_amount_billed")
    if properties.get("hs_invoice_billable") == "false":
        return False
    adjusted = [properties.get(name) for name in ("hs_total_discount", "hs_fees_amount")]
    if not billed or any(value and Decimal(value) for value in adjusted):
        return False
    return Decimal(billed) == total(lines(items, {}, properties.get("hs_currency") or ""))


def _currency(fields: Mapping[str, Value]) -> str:
    currency = fields.get("hs_currency")
    return currency if isinstance(currency, str) else ""
