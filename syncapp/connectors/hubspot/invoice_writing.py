"""Writes to invoices, one step of many documents at a time. Which steps there are and why in this
order: invoice_steps.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from syncapp.connectors.hubspot.associations import (
    INVOICE_TO_COMPANY,
    INVOICE_TO_CONTACT,
    INVOICE_TO_PART,
    to,
)
from syncapp.connectors.hubspot.companies import PrimaryCompanies
from syncapp.connectors.hubspot.invoice_parts import PartWriter, invoice_id
from syncapp.connectors.hubspot.invoice_steps import (
    INVOICE,
    Part,
    Step,
    kinds_made,
    merge,
    own_properties,
    parts,
    steps_of,
)
from syncapp.connectors.hubspot.invoices import with_lines
from syncapp.connectors.hubspot.lines import lines
from syncapp.connectors.hubspot.objects import INVOICES, KEY, ORDER_LEVEL
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.relating import relate
from syncapp.connectors.hubspot.replies import Record
from syncapp.connectors.hubspot.sending import Input, Sender, Sent
from syncapp.connectors.hubspot.writing import Answers, Writer, filled, keys_taken, plain_answer
from syncapp.engine.records import Entity, LineKind, RecordRef, Snapshot, Value
from syncapp.engine.writes import Done, KeyedWrite, Operation, Unknown, Write
from syncapp.errors import RemoteError

# HubSpot's own sums: an answer may still show the old ones
_COMPUTED_LATER = ("hs_balance_due", "hs_amount_paid", "hs_total_discount", "hs_fees_amount")


class InvoiceWriter:
    """Remembers the answers of earlier steps until an invoice is finished: together they are the
    whole invoice, which then need not be read again."""

    def __init__(
        self,
        reader: Reader,
        sender: Sender,
        writer: Writer,
        keyed_lines: Callable[[], bool],
    ) -> None:
        self._reader = reader
        self._sender = sender
        self._writer = writer
        self.parts = PartWriter(reader, sender, writer, keyed_lines)
        self._companies = PrimaryCompanies(reader)
        self._keyed_lines = keyed_lines
        self._documents: dict[str, Record] = {}  # made by this session, by id
        self._untouched: set[str] = set()  # those of them nothing was attached to yet
        self._carry_out: Mapping[Step, Callable[[Sequence[KeyedWrite]], Answers]] = {
            Step.LINES: self.parts.make_lines,
            Step.DOCUMENT: self._make_documents,
            Step.ATTACH: self._attach,
            Step.CHANGE: self.parts.change,
            Step.REMOVE: self.parts.remove,
            Step.RELATE: self._relate,
            Step.FINISH: self._finish,
            Step.ARCHIVE: self._archive,
        }

    def steps(self, write: Write) -> tuple[Step, ...]:
        makes_lines = write.operation is Operation.CREATE and bool(kinds_made(write))
        return steps_of(write, keyed_lines=not makes_lines or self._keyed_lines())

    def key(self, write: Write) -> str:
        return self._writer.key(write)

    def write(self, step: Step, writes: Sequence[KeyedWrite]) -> Answers:
        answers = self._carry_out[step](writes)
        unread = {
            keyed.request_id: invoice_id(keyed.write)
            for keyed in writes
            if self._lacks_snapshot(keyed, answers)
        }
        return self._writer.read_again(Entity.INVOICE, answers, unread) if unread else answers

    def _attach(self, writes: Sequence[KeyedWrite]) -> Answers:
        untouched, self._untouched = self._untouched, set()
        return self.parts.attach(writes, self._to_attach, untouched)

    def _relate(self, writes: Sequence[KeyedWrite]) -> Answers:
        return relate(self._reader, self._companies, writes)

    def _archive(self, writes: Sequence[KeyedWrite]) -> Answers:
        return self._writer.archived(Entity.INVOICE, writes)

    def _lacks_snapshot(self, keyed: KeyedWrite, answers: Answers) -> bool:
        """Only the last step of a document answers with the whole of it."""
        answer = answers[keyed.request_id]
        if not isinstance(answer, Done) or answer.snapshot is not None:
            return False
        is_last = keyed.write.step == len(self.steps(keyed.write)) - 1
        return is_last and INVOICE not in answer.made

    def _make_documents(self, writes: Sequence[KeyedWrite]) -> Answers:
        companies = self._companies.of(_contact_id(keyed.write) for keyed in writes)
        inputs = []
        for keyed in writes:
            write, key = keyed.write, self._writer.key(keyed.write)
            own = filled(own_properties(write, Step.DOCUMENT))
            properties = {
                **self._writer.properties(Entity.INVOICE, own),
                "hs_invoice_billable": "false",  # a mirror: hubspot-api.md 7.5 [INV]
                "hs_invoice_status": "draft",
                KEY: key,
            }
            associations = [*_parties(write, companies), *_made_lines(write)]
            body = {"properties": properties, "associations": associations}
            inputs.append(Input(keyed.request_id, body, key))
        outcomes = self._sender.send(INVOICES, "create", inputs)
        answers: Answers = {}
        for request_id, outcome in outcomes.items():
            answers[request_id] = plain_answer(outcome)
            if isinstance(outcome, Sent):
                made = str(outcome.record["id"])
                self._documents[made] = outcome.record
                self._untouched.add(made)
                self._reader.newcomers[Entity.INVOICE].keep(made, None)
                answers[request_id] = Done(None, {INVOICE: made}, outcome.request_id)
        return self._adopted(writes, answers)

    def _adopted(self, writes: Sequence[KeyedWrite], answers: Answers) -> Answers:
        """Our key is taken: an earlier attempt came as far as this, its lines with it."""
        taken = keys_taken(writes, answers, self._writer.key)
        if not taken:
            return answers
        try:
            records = self._reader.by_key(Entity.INVOICE, taken.values())
        except RemoteError as error:
            return answers | dict.fromkeys(taken, Unknown(error.message))
        adopted = {
            request_id: str(records[key]["id"])
            for request_id, key in taken.items()
            if key in records
        }
        for made in adopted.values():
            self._documents.pop(made, None)  # how it was when an earlier attempt made it
        return answers | {id: Done(None, {INVOICE: made}) for id, made in adopted.items()}

    def _to_attach(self, write: Write) -> tuple[Part, ...]:
        if write.operation is not Operation.CREATE:
            return merge(write).new
        has_lines = Step.LINES in self.steps(write)
        return tuple(
            part for part in parts(write) if not has_lines or part.kind is not LineKind.ITEM
        )

    def _finish(self, writes: Sequence[KeyedWrite]) -> Answers:
        self._untouched.difference_update(invoice_id(keyed.write) for keyed in writes)
        outcomes = self._writer.update(
            Entity.INVOICE, writes, invoice_id, lambda write: own_properties(write, Step.FINISH)
        )
        return self._writer.settle(Entity.INVOICE, writes, outcomes, self._after_finish)

    def _after_finish(self, write: Write, record: Record) -> Snapshot | None:
        if write.operation is Operation.CREATE:
            return self._assembled(write, record)
        if "lines" in write.fields or "contact" in write.fields:
            return None
        snapshot = self._writer.after_update(write, record)
        if snapshot is None or "hs_invoice_status" not in write.fields:
            return snapshot
        return replace(snapshot, fields=_without(snapshot.fields, _COMPUTED_LATER))

    def _assembled(self, write: Write, record: Record) -> Snapshot | None:
        """From the answers to the create, its parts and this last step; None where an earlier
        session got some of them."""
        document = self._documents.pop(str(record["id"]), None)
        wanted = parts(write)
        made = {
            part.key: self.parts.made.pop(write.made.get(part.key, ""), None) for part in wanted
        }
        if document is None or None in made.values():
            return None
        held = [(part.kind, one) for part in wanted if (one := made[part.key]) is not None]
        properties = {**document["properties"], **record["properties"]}
        shown = self._reader.codec(Entity.INVOICE).snapshot({**record, "properties": properties})
        found = lines(
            [one for kind, one in held if kind is LineKind.ITEM],
            {kind: [one for held_kind, one in held if held_kind is kind] for kind in ORDER_LEVEL},
            str(shown.get("hs_currency") or ""),
        )
        contact = _contact_id(write)
        whole = with_lines(shown, found, [contact] if contact else [], [])
        return replace(
            whole,
            fields=_without(whole.fields, _COMPUTED_LATER),
            created_at=shown.created_at,
        )


def _contact_id(write: Write) -> str:
    contact = write.fields.get("contact")
    return contact.id if isinstance(contact, RecordRef) else ""


def _parties(write: Write, companies: Mapping[str, str]) -> list[dict[str, Any]]:
    contact, given = _contact_id(write), write.fields.get("company")
    company = given.id if isinstance(given, RecordRef) else companies.get(contact, "")
    return [
        *([to(contact, INVOICE_TO_CONTACT)] if contact else []),
        *([to(company, INVOICE_TO_COMPANY)] if company else []),
    ]


def _made_lines(write: Write) -> list[dict[str, Any]]:
    """What an earlier step of this document has made."""
    return [
        to(write.made[part.key], INVOICE_TO_PART[part.kind])
        for part in parts(write)
        if part.key in write.made
    ]


def _without(fields: Mapping[str, Value], names: Sequence[str]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if name not in names}
