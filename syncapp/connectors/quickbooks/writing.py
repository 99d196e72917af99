"""From a write to the call that makes it happen."""

from dataclasses import dataclass, field
from typing import Any

from syncapp.connectors.quickbooks import customers, invoices, items, payments
from syncapp.connectors.quickbooks.codec import ENTITY_NAMES, envelope
from syncapp.connectors.quickbooks.facts import Facts
from syncapp.connectors.quickbooks.unwritable import Unwritable
from syncapp.engine.keys import marker
from syncapp.engine.records import Entity
from syncapp.engine.writes import Operation, Write


@dataclass(frozen=True, slots=True)
class Call:
    """`params` are those of a void, which travels alone."""

    entity: str
    operation: str
    body: dict[str, Any]
    params: dict[str, str] = field(default_factory=dict)


class Writer:
    def __init__(self, facts: Facts, portal: str) -> None:
        self._facts = facts
        self._portal = portal

    def call(self, write: Write) -> Call:
        """Raises `Unwritable` for what QuickBooks has no form for."""
        entity = ENTITY_NAMES[write.entity]
        match write.operation:
            case Operation.CREATE:
                return Call(entity, "create", self._body(write))
            case Operation.UPDATE:
                return Call(entity, "update", self._body(write))
            case Operation.VOID:
                return _void(write)
            case Operation.ARCHIVE:
                raise Unwritable("QuickBooks archives nothing.")

    def key(self, write: Write) -> str:
        """The marker of what a create makes."""
        return marker(self._portal, write.source) if write.source else ""

    def _body(self, write: Write) -> dict[str, Any]:
        match write.entity:
            case Entity.CONTACT:
                return customers.body(write)
            case Entity.PRODUCT:
                return items.body(write)
            case Entity.INVOICE:
                tax_code = self._facts.tax_code() if "Line" in write.fields else ""
                return invoices.body(write, key=self.key(write), tax_code=tax_code)
            case Entity.PAYMENT:
                return payments.body(write, key=self.key(write), method_id=self._facts.method_id)


def is_batchable(write: Write) -> bool:
    """Whether an invoice can be voided in a batch is unverified (quickbooks-api.md 13)."""
    return write.operation in (Operation.CREATE, Operation.UPDATE)


def _void(write: Write) -> Call:
    body = envelope(write)
    match write.entity:
        case Entity.INVOICE:
            return Call("Invoice", "void", body, {"operation": "void"})
        case Entity.PAYMENT:
            return Call("Payment", "void", body, {"operation": "update", "include": "void"})
        case _:
            raise Unwritable(f"QuickBooks cannot void a {write.entity}.")
