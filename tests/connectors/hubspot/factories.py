"""Writes as the pipeline would decide and send them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from syncapp.connectors.base import Connector
from syncapp.engine.records import Entity, Line, LineKind, RecordRef, Side, Snapshot, Value
from syncapp.engine.writes import Done, KeyedWrite, Operation, Write, WriteAnswer

TWO_HOURS = Line(
    name="Consulting",
    description="Two hours",
    quantity=Decimal(2),
    unit_price=Decimal("50"),
    amount=Decimal("100"),
    partner="1",
)
TRAVEL = Line(
    name="Travel", quantity=Decimal(1), unit_price=Decimal("20"), amount=Decimal("20"), partner="2"
)
DISCOUNT = Line(kind=LineKind.DISCOUNT, name="Loyalty", amount=Decimal("10"), partner="3")
TAX = Line(kind=LineKind.TAX, name="Sales tax", amount=Decimal("8.80"), partner="tax:1")


def hubspot(entity: Entity, id: str) -> RecordRef:
    return RecordRef(Side.HUBSPOT, entity, id)


def books(entity: Entity, id: str) -> RecordRef:
    return RecordRef(Side.QUICKBOOKS, entity, id)


def create(entity: Entity, source_id: str, **fields: Value) -> Write:
    source = books(entity, source_id)
    return Write(Side.HUBSPOT, entity, Operation.CREATE, fields, source=source)


def change(before: Snapshot, operation: Operation = Operation.UPDATE, **fields: Value) -> Write:
    ref = before.ref
    return Write(
        Side.HUBSPOT,
        ref.entity,
        operation,
        fields,
        target=ref,
        expected_version=before.version,
        before=before,
    )


def mirror(source_id: str = "145", *, contact: str, lines: Sequence[Line], **more: Value) -> Write:
    fields: dict[str, Value] = {
        "hs_currency": "USD",
        "hs_number": f"10{source_id}",
        "hs_invoice_date": date(2026, 3, 1),
        "hs_due_date": date(2026, 3, 31),
        "hs_invoice_status": "open",
        "contact": hubspot(Entity.CONTACT, contact),
        "lines": tuple(lines),
        "hs_amount_billed": Decimal("120"),
        "ledgerline_total": Decimal("120"),
        "ledgerline_balance": Decimal("120"),
        "ledgerline_status": "open",
    }
    return create(Entity.INVOICE, source_id, **fields | more)


def payment(source_id: str, *, invoice: str, **more: Value) -> Write:
    fields: dict[str, Value] = {
        "hs_initial_amount": Decimal("20"),
        "hs_initiated_date": date(2026, 3, 5),
        "hs_latest_status": "succeeded",
        "hs_currency_code": "USD",
        "hs_payment_method_type": "check",
        "hs_processor_type": "quickbooks",
        "hs_reference_number": "4711",
        "invoice": hubspot(Entity.INVOICE, invoice),
    }
    return create(Entity.PAYMENT, source_id, **fields | more)


def send(connector: Connector, *writes: Write) -> list[WriteAnswer]:
    """All steps of all writes, side by side, until one of a write is not done."""
    answers: dict[int, WriteAnswer] = {}
    made: dict[int, Mapping[str, str]] = {number: {} for number in range(len(writes))}
    steps = [connector.steps(write) for write in writes]
    for step in range(max(len(some) for some in steps)):
        going_on = [
            number
            for number, some in enumerate(steps)
            if step < len(some) and isinstance(answers.get(number, Done(None)), Done)
        ]
        keyed = [
            KeyedWrite(replace(steps[n][step], made=made[n]), request_id(writes[n], step))
            for n in going_on
        ]
        for number, answer in zip(going_on, connector.apply(connector.pack(keyed)), strict=True):
            answers[number] = answer
            if isinstance(answer, Done):
                made[number] = {**made[number], **answer.made}
    return [answers[number] for number in range(len(writes))]


def send_steps(connector: Connector, write: Write, count: int) -> list[WriteAnswer]:
    """The first `count` steps only, as if a crash came then."""
    made: Mapping[str, str] = {}
    answers = []
    for step in connector.steps(write)[:count]:
        keyed = KeyedWrite(replace(step, made=made), request_id(write, step.step))
        (answer,) = connector.apply(connector.pack([keyed]))
        answers.append(answer)
        if isinstance(answer, Done):
            made = {**made, **answer.made}
    return answers


def request_id(write: Write, step: int = 0) -> str:
    named = write.source or write.target
    assert named is not None
    return f"{write.operation}-{named.entity}-{named.id}-{step}"


def keyed(write: Write) -> KeyedWrite:
    return KeyedWrite(write, request_id(write))


def snapshot_of(answer: WriteAnswer) -> Snapshot:
    assert isinstance(answer, Done), answer
    assert answer.snapshot is not None
    return answer.snapshot
