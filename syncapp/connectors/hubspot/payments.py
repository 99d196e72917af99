"""Payments and the invoice each settles."""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from syncapp.connectors.hubspot.objects import INVOICES, PAYMENTS
from syncapp.connectors.hubspot.reading import Reader, lowest_first
from syncapp.connectors.hubspot.replies import Record
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot, Value

INLINE = (INVOICES.name,)


def snapshots(
    reader: Reader, records: Collection[Record], inline: Collection[str] = ()
) -> list[Snapshot]:
    codec = reader.codec(Entity.PAYMENT)
    links = reader.linked(PAYMENTS, INVOICES, records, inline)
    return [
        settling(codec.snapshot(record), lowest_first(links.get(str(record["id"]), ())))
        for record in records
    ]


def settling(snapshot: Snapshot, invoice_ids: list[str]) -> Snapshot:
    """The association has no amount: of several invoices none can be named."""
    only = invoice_ids[0] if len(invoice_ids) == 1 else None
    settled: dict[str, Value] = {
        "invoice": RecordRef(Side.HUBSPOT, Entity.INVOICE, only) if only else None,
        "invoice_count": Decimal(len(invoice_ids)),
    }
    return replace(snapshot, fields={**snapshot.fields, **settled})
