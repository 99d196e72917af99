"""Finds out what became of writes that were sent and not answered.

Creates are looked for by what can be queried. An invoice or payment is ours only when its marker
says so; customers and items have no marker and must look like what was sent.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from syncapp.connectors.quickbooks import query
from syncapp.connectors.quickbooks.customers import EMAIL
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.connectors.quickbooks.lookup import Lookup
from syncapp.connectors.quickbooks.reading import Reader
from syncapp.connectors.quickbooks.values import to_json
from syncapp.connectors.quickbooks.writing import Writer
from syncapp.connectors.quickbooks.written import holds
from syncapp.engine.records import Entity, Presence, Snapshot, Value
from syncapp.engine.writes import KeyedWrite, Operation, Write

AT_ONCE = 300  # their customers and days share a statement

Found = dict[str, Snapshot]
Choose = Callable[[Write, Sequence[Snapshot]], Snapshot | None]


class Recovery:
    def __init__(self, company: Company, lookup: Lookup, reader: Reader, writer: Writer) -> None:
        self._company = company
        self._lookup = lookup
        self._reader = reader
        self._writer = writer

    def find_applied(self, writes: Sequence[KeyedWrite]) -> Found:
        creates: dict[Entity, list[KeyedWrite]] = defaultdict(list)
        for keyed in writes:
            if keyed.write.operation is Operation.CREATE:
                creates[keyed.write.entity].append(keyed)
        found = self._changes([one for one in writes if one.write.target is not None])
        found |= self._by_keys(creates[Entity.CONTACT], (EMAIL, "DisplayName"), _same_customer)
        found |= self._by_keys(creates[Entity.PRODUCT], ("Sku", "Name"), _same_item)
        found |= self._invoices(creates[Entity.INVOICE])
        found |= self._payments(creates[Entity.PAYMENT])
        return found

    def _changes(self, writes: Sequence[KeyedWrite]) -> Found:
        targets = {one.write.target for one in writes if one.write.target is not None}
        now = self._lookup.fetch(targets) if targets else {}
        found: Found = {}
        for keyed in writes:
            snapshot = now.get(keyed.write.target) if keyed.write.target else None
            if snapshot is not None and _has_happened(keyed.write, snapshot):
                found[keyed.request_id] = snapshot
        return found

    def _by_keys(self, writes: Sequence[KeyedWrite], names: Sequence[str], choose: Choose) -> Found:
        """By the first of these fields that a write fills; one query for each field."""
        by_name: dict[str, list[KeyedWrite]] = defaultdict(list)
        for keyed in writes:
            name = next((name for name in names if keyed.write.fields.get(name)), None)
            if name is not None:
                by_name[name].append(keyed)
        found: Found = {}
        for name, asked in by_name.items():
            values = {str(keyed.write.fields[name]) for keyed in asked}
            having = self._lookup.find(asked[0].write.entity, name, values)
            for keyed in asked:
                candidates = having.get(str(keyed.write.fields[name]), ())
                if chosen := choose(keyed.write, candidates):
                    found[keyed.request_id] = chosen
        return found

    def _invoices(self, writes: Sequence[KeyedWrite]) -> Found:
        """By number; where a rule sends none, by customer, which may be many."""
        unnumbered = [keyed for keyed in writes if not keyed.write.fields.get("DocNumber")]
        found = self._by_keys(writes, ("DocNumber",), self._ours)
        for start in range(0, len(unnumbered), AT_ONCE):
            asked = unnumbered[start : start + AT_ONCE]
            customers = _texts(keyed.write.fields.get("CustomerRef") for keyed in asked)
            if not customers:
                continue
            alike = self._lookup.all_of(Entity.INVOICE)
            if alike is None:
                rows = list(self._company.rows("Invoice", query.one_of("CustomerRef", customers)))
                alike = self._reader.snapshots(Entity.INVOICE, rows)
            for keyed in asked:
                if chosen := self._ours(keyed.write, alike):
                    found[keyed.request_id] = chosen
        return found

    def _payments(self, writes: Sequence[KeyedWrite]) -> Found:
        """By customer and day, then by invoice, amount and marker: notes cannot be queried
        (quickbooks-api.md 11)."""
        found: Found = {}
        for start in range(0, len(writes), AT_ONCE):
            asked = writes[start : start + AT_ONCE]
            for keyed, alike in _paired(asked, self._payments_like(asked)):
                if chosen := self._ours(keyed.write, alike):
                    found[keyed.request_id] = chosen
        return found

    def _payments_like(self, writes: Sequence[KeyedWrite]) -> list[Snapshot]:
        """Of these customers on these days: a few too many."""
        days = _texts(keyed.write.fields.get("TxnDate") for keyed in writes)
        customers = _texts(keyed.write.fields.get("CustomerRef") for keyed in writes)
        if not days or not customers:
            return []
        if (listed := self._lookup.all_of(Entity.PAYMENT)) is not None:
            return listed
        where = query.one_of("CustomerRef", customers), query.one_of("TxnDate", days)
        return self._reader.snapshots(Entity.PAYMENT, list(self._company.rows("Payment", *where)))

    def _ours(self, write: Write, candidates: Sequence[Snapshot]) -> Snapshot | None:
        key = self._writer.key(write)
        ours = [one for one in candidates if key and one.key == key]
        return ours[0] if len(ours) == 1 else None


def _has_happened(write: Write, now: Snapshot) -> bool:
    if write.operation is Operation.VOID:
        return now.presence is Presence.VOIDED
    return now.presence in (Presence.LIVE, Presence.INACTIVE) and holds(write, now)


def _paired(
    writes: Sequence[KeyedWrite], payments: Sequence[Snapshot]
) -> Iterator[tuple[KeyedWrite, list[Snapshot]]]:
    by_invoice: dict[Value, list[Snapshot]] = defaultdict(list)
    for one in payments:
        by_invoice[one.get("Invoice")].append(one)
    for keyed in writes:
        amount = keyed.write.fields.get("Amount")
        candidates = by_invoice[keyed.write.fields.get("Invoice")]
        yield keyed, [one for one in candidates if one.get("Amount") == amount]


def _same_customer(write: Write, candidates: Sequence[Snapshot]) -> Snapshot | None:
    """Sub-customers share their parent's address."""
    top = [one for one in candidates if bool(one.get("ParentRef")) is _is_sub(write)]
    return _only(write, top, key=EMAIL, name="DisplayName")


def _is_sub(write: Write) -> bool:
    return bool(write.fields.get("ParentRef"))


def _same_item(write: Write, candidates: Sequence[Snapshot]) -> Snapshot | None:
    return _only(write, candidates, key="Sku", name="Name")


def _only(write: Write, candidates: Sequence[Snapshot], *, key: str, name: str) -> Snapshot | None:
    """Who has our key; of several the one with our name too. Without a key the name must do, and
    nobody who has a key is meant."""
    alike = [one for one in candidates if one.is_live and _equal(write, one, key)]
    named = [one for one in alike if _equal(write, one, name)]
    chosen = named or (alike if write.fields.get(key) else [])
    return chosen[0] if len(chosen) == 1 else None


def _equal(write: Write, snapshot: Snapshot, name: str) -> bool:
    ours, theirs = write.fields.get(name), snapshot.get(name)
    return str(ours or "").strip().casefold() == str(theirs or "").strip().casefold()


def _texts(values: Iterable[Value]) -> list[str]:
    return sorted({str(to_json(value)) for value in values if value})
