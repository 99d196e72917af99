"""Payments and the invoice each settles."""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from syncapp.connectors.hubspot.objects import INVOICES, PAYMENTS
from syncapp.connectors.hubspot.reading import Reader, lowest_first
from syncapp.connectors.hubspot.replies import Record
from syncapp.connectors.hubspot.sending import Unsent
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot, Value
from syncapp.engine.writes import Refused, WriteAnswer

INLINE = (INVOICES.name,)
_SCOPES = ("MISSING_SCOPES", "FORBIDDEN")  # hubspot-api.md 12


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


def refusal(answer: WriteAnswer | Unsent) -> WriteAnswer | Unsent:
    """hubspot-api.md 7.4: with which words HubSpot refuses payments is unverified. Whatever it
    says beside a missing scope, it is either of all of them or of this one."""
    if not isinstance(answer, Refused):
        return answer
    fault = answer.fault
    is_of_account = fault.category == "permission" or fault.code == "PERMISSION_DENIED"
    if is_of_account and fault.code not in _SCOPES:
        return Refused(replace(fault, category="hubspot_payments_refused"))
    if fault.category in ("", "refused"):
        return Refused(replace(fault, category="payment_not_taken"))
    return answer
