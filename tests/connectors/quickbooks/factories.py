"""Writes as the pipeline makes them, and short names for records."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.engine.records import Entity, Line, LineKind, RecordRef, Side, Snapshot, Value
from syncapp.engine.writes import Done, Fault, KeyedWrite, Operation, Refused, Write


def ref(entity: Entity, id: object) -> RecordRef:
    return RecordRef(Side.QUICKBOOKS, entity, str(id))


def customer(record: Mapping) -> RecordRef:
    return ref(Entity.CONTACT, record["Id"])


def invoice(record: Mapping) -> RecordRef:
    return ref(Entity.INVOICE, record["Id"])


def allocation(payment: Mapping, invoice: Mapping) -> RecordRef:
    return ref(Entity.PAYMENT, f"{payment['Id']}/{invoice['Id']}")


def create(
    entity: Entity, fields: Mapping[str, Value], source: str = "9001", id: str = ""
) -> KeyedWrite:
    write = Write(
        Side.QUICKBOOKS,
        entity,
        Operation.CREATE,
        fields,
        source=RecordRef(Side.HUBSPOT, entity, source),
    )
    return KeyedWrite(write, id or f"create-{entity}-{source}")


def update(before: Snapshot, fields: Mapping[str, Value]) -> KeyedWrite:
    return _change(before, Operation.UPDATE, fields)


def void(before: Snapshot) -> KeyedWrite:
    return _change(before, Operation.VOID, {})


def _change(before: Snapshot, operation: Operation, fields: Mapping[str, Value]) -> KeyedWrite:
    write = Write(
        Side.QUICKBOOKS,
        before.ref.entity,
        operation,
        fields,
        target=before.ref,
        expected_version=before.version,
        before=before,
    )
    return KeyedWrite(write, f"{operation}-{before.ref.id}-{before.version}-{len(fields)}")


def line(item: Mapping | None, amount: object, quantity: object = 1, **more) -> Line:
    price = more.pop("unit_price", Decimal(str(amount)) / Decimal(str(quantity)))
    return Line(
        kind=LineKind.ITEM,
        product=ref(Entity.PRODUCT, item["Id"]) if item else None,
        quantity=Decimal(str(quantity)),
        unit_price=Decimal(str(price)),
        amount=Decimal(str(amount)),
        **more,
    )


def read(connector: QuickBooksConnector, ref: RecordRef) -> Snapshot:
    return connector.fetch([ref])[ref]


def send(connector: QuickBooksConnector, *writes: KeyedWrite) -> list:
    return list(connector.apply(connector.pack(writes)))


def sent(connector: QuickBooksConnector, write: KeyedWrite) -> Snapshot:
    """The snapshot a write that goes well is answered with."""
    (answer,) = send(connector, write)
    assert isinstance(answer, Done), answer
    return answer.snapshot


def refusal(connector: QuickBooksConnector, write: KeyedWrite) -> Fault:
    (answer,) = send(connector, write)
    assert isinstance(answer, Refused), answer
    return answer.fault


def alone(writes: list[KeyedWrite]) -> list[KeyedWrite]:
    return [replace(write, batch_id="") for write in writes]
