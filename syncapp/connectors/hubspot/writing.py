"""Writes to contacts, products and payments: one call each, many records a call.

create contact, product   upsert by `ledgerline_key`, so that sending twice makes one record
create payment            create with its associations and the key (an upsert takes none)
update                    update of the changed properties
archive                   archive
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from syncapp.connectors.hubspot import contacts, fetching, payments
from syncapp.connectors.hubspot.associations import (
    PAYMENT_TO_COMPANY,
    PAYMENT_TO_CONTACT,
    PAYMENT_TO_INVOICE,
    to,
)
from syncapp.connectors.hubspot.faults import KEY_TAKEN
from syncapp.connectors.hubspot.objects import KEY, OBJECTS
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.replies import Record
from syncapp.connectors.hubspot.sending import Input, Outcome, Outcomes, Sender, Sent, Unsent
from syncapp.engine.keys import remote_key
from syncapp.engine.records import Entity, Presence, RecordRef, Snapshot, Value
from syncapp.engine.said import said
from syncapp.engine.writes import (
    Done,
    KeyedWrite,
    Operation,
    Refused,
    Unknown,
    Write,
    WriteAnswer,
)
from syncapp.errors import InvariantBroken, RemoteError

Answer = WriteAnswer | Unsent
Answers = dict[str, Answer]  # by request id
After = Callable[[Write, Record], Snapshot | None]  # None: the answer is not enough, read again

_PAYMENT_ASSOCIATIONS = (
    ("invoice", PAYMENT_TO_INVOICE),
    ("contact", PAYMENT_TO_CONTACT),
    ("company", PAYMENT_TO_COMPANY),
)


class Writer:
    def __init__(self, reader: Reader, sender: Sender, realm: str) -> None:
        self._reader = reader
        self._sender = sender
        self._realm = realm

    def key(self, write: Write) -> str:
        """What our copy carries; of a change to one, what it carries already."""
        if write.source is not None:
            return remote_key(self._realm, write.entity, write.source.id)
        if write.operation is Operation.CREATE:
            raise InvariantBroken("A create for HubSpot names no QuickBooks record.")
        return write.before.key if write.before else ""

    def write(self, entity: Entity, operation: Operation, writes: Sequence[KeyedWrite]) -> Answers:
        """All of one entity and operation."""
        match operation:
            case Operation.CREATE if entity is Entity.PAYMENT:
                return self._created(writes)
            case Operation.CREATE:
                return self._upserted(entity, writes)
            case Operation.UPDATE | Operation.VOID:
                outcomes = self.update(entity, writes, lambda write: target_of(write).id)
                return self.settle(entity, writes, outcomes, self.after_update)
            case Operation.ARCHIVE:
                return self.archived(entity, writes)

    def properties(self, entity: Entity, fields: Mapping[str, Value]) -> dict[str, str]:
        return self._reader.writing_codec(entity, fields).properties(fields)

    def update(
        self,
        entity: Entity,
        writes: Sequence[KeyedWrite],
        target_id: Callable[[Write], str],
        fields: Callable[[Write], Mapping[str, Value]] = lambda write: write.fields,
    ) -> Outcomes:
        inputs = [
            Input(
                keyed.request_id,
                {
                    "id": target_id(keyed.write),
                    "properties": self.properties(entity, fields(keyed.write)),
                },
            )
            for keyed in writes
        ]
        return self._sender.send(OBJECTS[entity], "update", inputs)

    def archived(self, entity: Entity, writes: Sequence[KeyedWrite]) -> Answers:
        inputs = [Input(keyed.request_id, {"id": target_of(keyed.write).id}) for keyed in writes]
        outcomes = self._sender.send(OBJECTS[entity], "archive", inputs)
        return self.settle(entity, writes, outcomes, _after_archive)

    def settle(
        self, entity: Entity, writes: Sequence[KeyedWrite], outcomes: Outcomes, after: After
    ) -> Answers:
        """Answers with snapshots: what the vendor answered where that is enough, else read again,
        all records in one go."""
        answers: Answers = {}
        unread: dict[str, str] = {}
        for keyed in writes:
            outcome = outcomes[keyed.request_id]
            answers[keyed.request_id] = plain_answer(outcome)
            if not isinstance(outcome, Sent):
                continue
            snapshot = after(keyed.write, outcome.record)
            answers[keyed.request_id] = Done(snapshot, request_id=outcome.request_id)
            if snapshot is None:
                unread[keyed.request_id] = str(outcome.record["id"])
        return self.read_again(entity, answers, unread)

    def read_again(self, entity: Entity, answers: Answers, unread: Mapping[str, str]) -> Answers:
        """The snapshots of what is done, from a fresh read of these records."""
        codec = self._reader.codec(entity)
        try:
            found = fetching.fetch(self._reader, [codec.ref(id) for id in unread.values()])
        except RemoteError as error:
            reason = said(
                "Done, but it could not be read back: {error_message}", error_message=error.message
            )
            return answers | dict.fromkeys(unread, Unknown(reason))
        read: Answers = {}
        for request_id, record_id in unread.items():
            done = answers[request_id]
            if isinstance(done, Done):
                read[request_id] = replace(done, snapshot=found[codec.ref(record_id)])
        return answers | read

    def adopt(self, entity: Entity, writes: Sequence[KeyedWrite], answers: Answers) -> Answers:
        """Refused because our key is taken: an earlier attempt succeeded. The key is unique and
        nobody else writes it, so the record that has it is ours."""
        taken = keys_taken(writes, answers, self.key)
        if not taken:
            return answers
        try:
            by_key = fetching.by_key(self._reader, entity, taken.values())
        except RemoteError as error:
            return {**answers, **dict.fromkeys(taken, Unknown(error.message))}
        adopted = {id: Done(by_key[key]) for id, key in taken.items() if key in by_key}
        return {**answers, **adopted}

    def after_update(self, write: Write, record: Record) -> Snapshot | None:
        """An answer shows what was written and little else; the rest is as it was read."""
        before = write.before
        if before is None or before.ref.id != str(record["id"]):
            return None
        codec = self._reader.codec(write.entity)
        sent = self.properties(write.entity, write.fields)
        answered = {**sent, **(record.get("properties") or {})}
        shown = codec.snapshot({**record, "properties": answered})
        known = codec.fields(answered, codec.names & frozenset(answered))
        return replace(
            before,
            fields={**before.fields, **known},
            version=shown.version,
            presence=shown.presence if "hs_invoice_status" in answered else before.presence,
            modified_at=shown.modified_at,
        )

    def _upserted(self, entity: Entity, writes: Sequence[KeyedWrite]) -> Answers:
        inputs = []
        for keyed in writes:
            key = self.key(keyed.write)
            properties = {**self.properties(entity, filled(keyed.write.fields)), KEY: key}
            body = {"id": key, "idProperty": KEY, "properties": properties}
            inputs.append(Input(keyed.request_id, body, key))
        outcomes = self._sender.send(OBJECTS[entity], "upsert", inputs)
        return self.settle(entity, writes, outcomes, self._after_upsert)

    def _created(self, writes: Sequence[KeyedWrite]) -> Answers:
        inputs = []
        for keyed in writes:
            fields, key = keyed.write.fields, self.key(keyed.write)
            properties = {**self.properties(Entity.PAYMENT, filled(fields)), KEY: key}
            body = {"properties": properties, "associations": _payment_associations(fields)}
            inputs.append(Input(keyed.request_id, body, key))
        outcomes = self._sender.send(OBJECTS[Entity.PAYMENT], "create", inputs)
        answers = self.settle(Entity.PAYMENT, writes, outcomes, self._after_payment)
        adopted = self.adopt(Entity.PAYMENT, writes, answers)
        return {id: payments.refusal(answer) for id, answer in adopted.items()}

    def _after_upsert(self, write: Write, record: Record) -> Snapshot | None:
        """One that was there before has values we did not write."""
        if record.get("new") is not True:
            return None
        snapshot = self._newborn(write, record)
        return contacts.newborn(self._reader, snapshot) if _is_contact(write) else snapshot

    def _after_payment(self, write: Write, record: Record) -> Snapshot:
        invoice = write.fields.get("invoice")
        ids = [invoice.id] if isinstance(invoice, RecordRef) else []
        return payments.settling(self._newborn(write, record), ids)

    def _newborn(self, write: Write, record: Record) -> Snapshot:
        """The answer to a create shows every property that has a value."""
        sent = self.properties(write.entity, filled(write.fields))
        answered = {**sent, **(record.get("properties") or {})}
        return self._reader.codec(write.entity).snapshot({**record, "properties": answered})


def filled(fields: Mapping[str, Value]) -> dict[str, Value]:
    """Blanks are left out of a create: there is nothing to clear."""
    return {name: value for name, value in fields.items() if value is not None}


def target_of(write: Write) -> RecordRef:
    if write.target is None:
        raise InvariantBroken(f"A change to a HubSpot {write.entity} names no record.")
    return write.target


def plain_answer(outcome: Outcome) -> Answer:
    if isinstance(outcome, Sent):
        return Done(None, request_id=outcome.request_id)
    return outcome


def keys_taken(
    writes: Iterable[KeyedWrite], answers: Answers, key: Callable[[Write], str]
) -> dict[str, str]:
    """By request id, the keys of the creates that another record's key stood against."""
    return {
        keyed.request_id: key(keyed.write)
        for keyed in writes
        if is_key_taken(answers[keyed.request_id])
    }


def is_key_taken(answer: Answer | Outcome) -> bool:
    return isinstance(answer, Refused) and answer.fault.category == KEY_TAKEN


def _is_contact(write: Write) -> bool:
    return write.entity is Entity.CONTACT


def _payment_associations(fields: Mapping[str, Value]) -> list[dict[str, Any]]:
    return [
        to(value.id, type_id)
        for name, type_id in _PAYMENT_ASSOCIATIONS
        if isinstance(value := fields.get(name), RecordRef)
    ]


def _after_archive(write: Write, _record: Record) -> Snapshot:
    before = write.before or Snapshot(target_of(write))
    return replace(before, presence=Presence.GONE)
