"""The parts of invoices: makes, attaches, changes and removes line items and order-level records,
those of many invoices in one call each kind."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from syncapp.connectors.hubspot import fetching
from syncapp.connectors.hubspot.associations import PART_TO_INVOICE, to
from syncapp.connectors.hubspot.invoice_steps import INVOICE, Part, merge, parts
from syncapp.connectors.hubspot.objects import KEY, LINE_ITEMS, PART_TYPES
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.replies import Record, version_of
from syncapp.connectors.hubspot.sending import Input, Outcomes, Sender, Sent, Unsent
from syncapp.connectors.hubspot.writing import Answer, Answers, Writer, plain_answer, target_of
from syncapp.engine.records import Entity, Line, LineKind, RecordRef, Side, Snapshot
from syncapp.engine.writes import Done, KeyedWrite, Operation, Refused, Unknown, Write

# what a line takes over from its product where it says nothing: hubspot-api.md 5.4 [LI], **T**
_INHERITED = ("description", "recurringbillingfrequency", "hs_recurring_billing_period")

PartsOf = Callable[[Write], Sequence[Part]]
Made = dict[str, dict[str, str]]  # request id -> part key -> record id


class PartWriter:
    """`made` remembers the line items this session made, by id."""

    def __init__(
        self, reader: Reader, sender: Sender, writer: Writer, keyed_lines: Callable[[], bool]
    ) -> None:
        self._reader = reader
        self._sender = sender
        self._writer = writer
        self._keyed_lines = keyed_lines
        self.made: dict[str, Record] = {}

    def make_lines(self, writes: Sequence[KeyedWrite]) -> Answers:
        """Upserts, so that sending twice makes one line with the latest values."""
        inputs = []
        for keyed in writes:
            for part in items(keyed.write):
                key = self.key(keyed.write, part)
                body = {"id": key, "idProperty": KEY, "properties": {**part.properties, KEY: key}}
                inputs.append(Input(_trace(keyed, part), body, key))
        outcomes = self._sender.send(LINE_ITEMS, "upsert", inputs)
        self._clear_inherited(inputs, outcomes)
        sent = [one.record for one in outcomes.values() if isinstance(one, Sent)]
        self._reader.kept_lines.keep(one for one in sent if one.get("new") is True)
        return self._answers(writes, items, outcomes)

    def attach(
        self, writes: Sequence[KeyedWrite], wanted: PartsOf, untouched: Collection[str]
    ) -> Answers:
        """Each part with its association to the invoice. An invoice that is not `untouched`
        may have some of them from an attempt that was cut off: order-level records have no key."""
        there = self._attached(writes, wanted, untouched)
        inputs: dict[LineKind, list[Input]] = {}
        for keyed in writes:
            for part in wanted(keyed.write):
                if part.key not in there.get(keyed.request_id, {}):
                    inputs.setdefault(part.kind, []).append(self._attaching(keyed, part))
        outcomes = self._by_kind("create", inputs)
        return self._answers(writes, wanted, outcomes, there)

    def change(self, writes: Sequence[KeyedWrite]) -> Answers:
        inputs: dict[LineKind, list[Input]] = {}
        self._forget(part for keyed in writes for part in merge(keyed.write).changed)
        for keyed in writes:
            for part in merge(keyed.write).changed:
                body = {"id": part.id, "properties": dict(part.properties)}
                inputs.setdefault(part.kind, []).append(Input(_trace(keyed, part), body))
        outcomes = self._by_kind("update", inputs)
        return self._answers(writes, lambda write: merge(write).changed, outcomes, makes=False)

    def remove(self, writes: Sequence[KeyedWrite]) -> Answers:
        inputs: dict[LineKind, list[Input]] = {}
        self._forget(part for keyed in writes for part in merge(keyed.write).removed)
        for keyed in writes:
            for part in merge(keyed.write).removed:
                one = Input(_trace(keyed, part), {"id": part.id})
                inputs.setdefault(part.kind, []).append(one)
        outcomes = self._by_kind("archive", inputs)
        return self._answers(writes, lambda write: merge(write).removed, outcomes, makes=False)

    def _forget(self, parts: Iterable[Part]) -> None:
        """An answer to a change shows little of the line."""
        self._reader.kept_lines.forget(part.id for part in parts)

    def key(self, write: Write, part: Part) -> str:
        """`<realm>:invoice:145:line:3`."""
        return f"{self._writer.key(write)}:{part.key}"

    def _clear_inherited(self, inputs: Sequence[Input], outcomes: Outcomes) -> None:
        """A blank does not keep a line from inheriting its product's value, but it clears what
        was inherited: a mirror is one-time even when its product recurs."""
        too_much = []
        for given in inputs:
            outcome = outcomes[given.trace_id]
            if isinstance(outcome, Sent) and (names := _inherited(given, outcome.record)):
                body = {"id": str(outcome.record["id"]), "properties": dict.fromkeys(names, "")}
                too_much.append(Input(given.trace_id, body))
        for trace, cleared in self._sender.send(LINE_ITEMS, "update", too_much).items():
            made = outcomes[trace]
            if isinstance(cleared, Sent) and isinstance(made, Sent):
                properties = {**made.record["properties"], **cleared.record["properties"]}
                outcomes[trace] = Sent({**made.record, "properties": properties}, made.request_id)
            else:
                outcomes[trace] = cleared

    def _attached(
        self, writes: Sequence[KeyedWrite], wanted: PartsOf, untouched: Collection[str]
    ) -> Made:
        resumed = {
            keyed.request_id: keyed.write
            for keyed in writes
            if keyed.write.operation is Operation.CREATE
            and invoice_id(keyed.write) not in untouched
        }
        refs = {
            request_id: RecordRef(Side.HUBSPOT, Entity.INVOICE, invoice_id(write))
            for request_id, write in resumed.items()
        }
        found = fetching.fetch(self._reader, refs.values())
        return {
            request_id: matched(wanted(write), found[refs[request_id]])
            for request_id, write in resumed.items()
        }

    def _attaching(self, keyed: KeyedWrite, part: Part) -> Input:
        associations = [to(invoice_id(keyed.write), PART_TO_INVOICE[part.kind])]
        is_copy = part.kind is LineKind.ITEM and bool(self._writer.key(keyed.write))
        key = self.key(keyed.write, part) if is_copy and self._keyed_lines() else ""
        properties = {**part.properties, KEY: key} if key else dict(part.properties)
        body = {"properties": properties, "associations": associations}
        return Input(_trace(keyed, part), body, key)

    def _by_kind(self, action: str, inputs: Mapping[LineKind, Sequence[Input]]) -> Outcomes:
        outcomes: Outcomes = {}
        for kind, some in inputs.items():
            outcomes |= self._sender.send(PART_TYPES[kind], action, some)
        return outcomes

    def _answers(
        self,
        writes: Sequence[KeyedWrite],
        wanted: PartsOf,
        outcomes: Outcomes,
        there: Made | None = None,
        *,
        makes: bool = True,
    ) -> Answers:
        answers: Answers = {}
        for keyed in writes:
            made = dict((there or {}).get(keyed.request_id, {}))
            left: dict[str, str] = {}
            troubles: list[Answer] = []
            for part in wanted(keyed.write):
                outcome = outcomes.get(_trace(keyed, part))
                if isinstance(outcome, Sent):
                    left |= _left(part, outcome.record)
                    if makes:
                        made[part.key] = str(outcome.record["id"])
                        self.made[made[part.key]] = outcome.record
                elif outcome is not None:
                    troubles.append(plain_answer(outcome))
            answers[keyed.request_id] = _worst(troubles) or Done(None, made, left=left)
        return answers


def items(write: Write) -> tuple[Part, ...]:
    return tuple(part for part in parts(write) if part.kind is LineKind.ITEM)


def invoice_id(write: Write) -> str:
    return write.made.get(INVOICE) or target_of(write).id


def matched(wanted: Iterable[Part], invoice: Snapshot) -> dict[str, str]:
    """Part key -> id of the line of this invoice that says the same; each line once."""
    found = invoice.get("lines")
    left: list[Line] = list(found) if isinstance(found, tuple) else []
    made: dict[str, str] = {}
    for part in wanted:
        same = next((line for line in left if part.is_held_by(line)), None)
        if same is not None:
            left.remove(same)
            made[part.key] = same.id
    return made


def _left(part: Part, record: Record) -> dict[str, str]:
    """Where the answer does not say when the line changed, its next change is read."""
    version = version_of(LINE_ITEMS, record)
    return {str(record["id"]): version} if version and part.kind is LineKind.ITEM else {}


def _inherited(given: Input, record: Record) -> list[str]:
    held = record.get("properties") or {}
    sent = given.body["properties"]
    return [name for name in _INHERITED if held.get(name) and not sent.get(name)]


def _worst(troubles: Sequence[Answer]) -> Answer | None:
    """A part whose fate is unknown makes the whole step unknown, whatever was refused."""
    for kind in (Unknown, Refused, Unsent):
        for trouble in troubles:
            if isinstance(trouble, kind):
                return trouble
    return None


def _trace(keyed: KeyedWrite, part: Part) -> str:
    return f"{keyed.request_id}/{part.key}"
