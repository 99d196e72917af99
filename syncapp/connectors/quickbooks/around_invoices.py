"""What filters look at besides the invoice itself: its customer and the items of its lines. Only
what some filter looks at, and always in batches."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from syncapp.connectors.base import Wanted
from syncapp.connectors.quickbooks import query
from syncapp.connectors.quickbooks.codec import ALSO_INACTIVE, ENTITY_NAMES, fields_of, ref_of
from syncapp.connectors.quickbooks.customers import EMAIL, first_address
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.engine.records import Entity, LineKind, RecordRef, Snapshot, Value

RELATED: Mapping[str, Entity] = {"contact": Entity.CONTACT, "product": Entity.PRODUCT}


class AroundInvoices:
    def __init__(self, company: Company, wanted: Wanted) -> None:
        self._company = company
        self._looked_at = {
            name: fields
            for name, fields in wanted.related.get(Entity.INVOICE, {}).items()
            if name in RELATED
        }

    def added(self, invoices: list[Snapshot]) -> list[Snapshot]:
        if not self._looked_at:
            return invoices
        refs = {name: {one.ref: _named(one, name) for one in invoices} for name in self._looked_at}
        held = {name: self._values(name, refs[name].values()) for name in self._looked_at}
        return [
            replace(
                one,
                related={
                    name: tuple(held[name][ref] for ref in refs[name][one.ref] if ref in held[name])
                    for name in self._looked_at
                },
            )
            for one in invoices
        ]

    def _values(
        self, name: str, refs: Collection[Collection[RecordRef]]
    ) -> dict[RecordRef, dict[str, Value]]:
        entity = RELATED[name]
        found = {}
        ids = sorted({ref.id for some in refs for ref in some})
        for chunk in query.chunks(ids):
            where = query.one_of("Id", chunk), ALSO_INACTIVE
            for row in self._company.rows(ENTITY_NAMES[entity], *where):
                values = fields_of(entity, row, self._looked_at[name])
                if EMAIL in values:
                    values[EMAIL] = first_address(values[EMAIL])
                found[ref_of(entity, row["Id"])] = values
        return found


def _named(invoice: Snapshot, name: str) -> tuple[RecordRef, ...]:
    if name == "contact":
        customer = invoice.get("CustomerRef")
        return (customer,) if isinstance(customer, RecordRef) else ()
    lines = invoice.get("Line")
    if not isinstance(lines, tuple):
        return ()
    products = [line.product for line in lines if line.kind is LineKind.ITEM and line.product]
    return tuple(dict.fromkeys(products))
