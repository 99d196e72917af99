"""Two remote systems in memory, with their own storage rules and bad days."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal

from syncapp.engine.records import Entity, Line, Presence, RecordRef, Side, Snapshot
from syncapp.engine.writes import Operation
from syncapp.objects.invoice_lines import total


class Crash(Exception):
    """Our process died."""


class AnswerLost(Exception):
    """Sent, and nobody knows what became of it."""


class Refusal(Exception):
    """A definite no."""


@dataclass
class Record:
    id: str
    fields: dict
    version: int = 1
    presence: Presence = Presence.LIVE
    key: str = ""  # our marker: whose copy it is
    created_at: object = None


@dataclass
class Remote:
    """`faults` befall the next writes, one each: "refused", "never sent", "crash before",
    "answer lost" or "crash after". `meanwhile` is done by somebody while the next one travels."""

    side: Side
    entity: Entity
    text_limit: int = 1000
    decimals: int = 2
    unique: str = ""
    records: dict[str, Record] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    meanwhile: list[Callable] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)  # request id -> record
    on_write: Callable = lambda *_: None
    commits: int = 0

    def ref(self, id_):
        return RecordRef(self.side, self.entity, id_)

    def read(self, id_):
        record = self.records[id_]
        return Snapshot(
            self.ref(id_),
            dict(record.fields),
            version=str(record.version),
            presence=record.presence,
            key=record.key,
            created_at=record.created_at,
        )

    # What people do

    def made_by_a_person(self, fields, **rest):
        if self._is_taken(fields, None):
            return None
        record = Record(str(len(self.records) + 1), {}, **rest)
        self.records[record.id] = record
        self._store(record, fields)
        return record.id

    def edited_by_a_person(self, id_, **fields):
        record = self.records[id_]
        if record.presence is not Presence.LIVE or self._is_taken(fields, id_):
            return False
        self._store(record, fields)
        return True

    def voided(self, id_):
        record = self.records[id_]
        if record.presence is Presence.LIVE:
            self._void(record)

    def deleted_by_a_person(self, id_):
        self.records[id_].presence = Presence.GONE

    def touched(self, id_):
        """The version moves although nothing changed, as a payment does to its invoice."""
        self.records[id_].version += 1

    # What we do

    def send(self, write, request_id, key):
        fault = self.faults.pop(0) if self.faults else ""
        while self.meanwhile:
            self.meanwhile.pop()()
        if fault == "crash before":
            raise Crash
        if fault == "never sent":
            raise AnswerLost
        if fault == "refused":
            raise Refusal
        id_ = self._commit(write, request_id, key)
        if fault == "answer lost":
            raise AnswerLost
        if fault == "crash after":
            raise Crash
        return self.read(id_)

    def found_by_key(self, key):
        return next((one.id for one in self.records.values() if one.key == key), None)

    def _commit(self, write, request_id, key):
        if write.operation is Operation.CREATE:
            return self._create(write, request_id, key)
        record = self.records[write.target.id]
        if self.side is Side.QUICKBOOKS and str(record.version) != write.expected_version:
            raise Refusal  # only QuickBooks looks at versions
        if record.presence is not Presence.LIVE or self._is_taken(write.fields, record.id):
            raise Refusal
        if write.operation is Operation.VOID:
            self._void(record)
        else:
            self.on_write(self.side, record.id, dict(record.fields), write.fields)
            self._store(record, write.fields)
        self.commits += 1
        return record.id

    def _create(self, write, request_id, key):
        if self.side is Side.QUICKBOOKS and request_id in self.answered:
            return self.answered[request_id]
        if self.side is Side.HUBSPOT and self.found_by_key(key):
            raise Refusal  # our property is unique there
        if self._is_taken(write.fields, None):
            raise Refusal
        record = Record(str(len(self.records) + 1), {}, key=key)
        self.records[record.id] = record
        self.answered[request_id] = record.id
        fields = dict(write.fields)
        if self.entity is Entity.INVOICE and self.side is Side.HUBSPOT:
            fields["hs_invoice_billable"] = False
        self._store(record, fields)
        self.commits += 1
        return record.id

    # How values are stored

    def stored(self, value):
        match value:
            case str():
                return value.strip()[: self.text_limit] or None
            case Decimal():
                return value.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_EVEN)
            case _:
                return value

    def _store(self, record, fields):
        for name, value in fields.items():
            record.fields[name] = self.stored(value)
        lines = "lines" if self.side is Side.HUBSPOT else "Line"
        if lines in fields:
            record.fields[lines] = tuple(self._numbered(record.fields[lines]))
            self._add_up(record, total(record.fields[lines]))
        if fields.get("hs_invoice_status") == "voided":
            record.presence = Presence.VOIDED
        record.version += 1

    def _numbered(self, lines):
        for number, line in enumerate(lines, 1):
            yield replace(line, id=line.id or f"{len(self.records)}{number}")

    def _add_up(self, record, amount):
        names = ("hs_amount_billed", "hs_balance_due")
        if self.side is Side.QUICKBOOKS:
            names = ("TotalAmt", "Balance")
        record.fields |= dict.fromkeys(names, amount)

    def _void(self, record):
        record.presence = Presence.VOIDED
        record.version += 1
        if self.side is Side.HUBSPOT:
            record.fields["hs_invoice_status"] = "voided"
            return
        record.fields["Line"] = tuple(_emptied(line) for line in record.fields["Line"])
        self._add_up(record, Decimal(0))

    def _is_taken(self, fields, id_):
        value = self.unique and self.stored(fields.get(self.unique))
        return bool(value) and any(
            one.id != id_ and one.presence is Presence.LIVE and one.fields.get(self.unique) == value
            for one in self.records.values()
        )


def _emptied(line: Line) -> Line:
    return replace(line, quantity=Decimal(0), unit_price=None, amount=Decimal(0))
