"""Turns what QuickBooks sent into snapshots."""

from collections.abc import Collection, Sequence
from typing import Any

from syncapp.connectors.base import Wanted
from syncapp.connectors.quickbooks import custom_fields, customers, invoices, items, payments
from syncapp.connectors.quickbooks.around_invoices import AroundInvoices
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.connectors.quickbooks.facts import Facts
from syncapp.connectors.quickbooks.fields import names_read
from syncapp.connectors.quickbooks.payments import Names
from syncapp.engine.records import Entity, RecordRef, Snapshot

Row = dict[str, Any]


class Reader:
    def __init__(self, company: Company, facts: Facts, wanted: Wanted) -> None:
        self._facts = facts
        self._around_invoices = AroundInvoices(company, wanted)
        self._names = {entity: names_read(wanted, entity) for entity in Entity}

    def snapshots(self, entity: Entity, rows: Collection[Row]) -> list[Snapshot]:
        """Of a payment one for each invoice it settles."""
        names = self._names[entity]
        match entity:
            case Entity.CONTACT:
                return [customers.snapshot(row, names) for row in rows]
            case Entity.PRODUCT:
                return [items.snapshot(row, names) for row in rows]
            case Entity.INVOICE:
                return [invoices.snapshot(row, names) for row in rows]
            case Entity.PAYMENT:
                known = self._known(rows)
                return [one for row in rows for one in payments.snapshots(row, names, known)]

    def completed(self, entity: Entity, snapshots: list[Snapshot]) -> list[Snapshot]:
        """With the associated records that filters look at."""
        return self._around_invoices.added(snapshots) if entity is Entity.INVOICE else snapshots

    def answering(self, refs: Sequence[RecordRef], row: Row) -> list[Snapshot]:
        """One snapshot for each of these refs of the same record. An allocation that the payment
        does not hold any more is gone, though the payment is not."""
        entity = refs[0].entity
        if entity is not Entity.PAYMENT:
            return self.snapshots(entity, [row])
        known, names = self._known([row]), self._names[entity]
        return [payments.allocation(row, ref.id.partition("/")[2], names, known) for ref in refs]

    def missing(self, entity: Entity) -> frozenset[str]:
        """Custom fields that the company has switched off; it is asked only when one is wanted."""
        names = self._names[entity]
        if not any(custom_fields.is_custom(name) for name in names):
            return frozenset()
        known = [info.name for info in self._facts.custom_fields()]
        return custom_fields.missing(known, names)

    def _known(self, rows: Collection[Row]) -> Names:
        """Asks for the lists only when a row needs them."""
        has_method = any(row.get("PaymentMethodRef") for row in rows)
        credits = {id for row in rows for id in payments.settled(row, "CreditMemo")}
        return Names(
            self._facts.methods() if has_method else {},
            self._facts.credit_numbers(credits) if credits else {},
        )
