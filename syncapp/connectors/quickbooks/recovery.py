"""Finds out what became of writes that were sent and not answered.

Creates are looked for by what can be queried. An invoice or payment is ours only when its marker
says so; customers and items have no marker and must look like what was sent.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from syncapp.connectors.quickbooks import query
from syncapp.connectors.quickbooks.customers import EMAIL
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.connectors.quickbooks.lookup import Lookup
from syncapp.connectors.quickbooks.reading import Reader
from syncapp.connectors.quickbooks.writing import Writer
from syncapp.connectors.quickbooks.written import holds
from syncapp.engine.records import Entity, Presence, RecordRef, Snapshot
from syncapp.engine.writes import KeyedWrite, Operation, Write

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
        found |= self._by_keys(creates[Entity.INVOICE], ("DocNumber",), self._ours)
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
        """One query for each key; the second only for those that the first did not find."""
        found: Found = {}
        for name in names:
            asked = {
                keyed.request_id: str(keyed.write.fields[name])
                for keyed in writes
                if keyed.request_id not in found and keyed.write.fields.get(name)
            }
            if not asked:
                continue
            having = self._lookup.find(writes[0].write.entity, name, set(asked.values()))
            for keyed in writes:
                candidates = having.get(asked.get(keyed.request_id, ""), ())
                if candidates and (chosen := choose(keyed.write, candidates)):
                    found[keyed.request_id] = chosen
        return found

    def _payments(self, writes: Sequence[KeyedWrite]) -> Found:
        """By customer and day, then by amount and marker (quickbooks-api.md 11: notes cannot be
        queried)."""
        by_day: dict[date, list[KeyedWrite]] = defaultdict(list)
        for keyed in writes:
            day = keyed.write.fields.get("TxnDate")
            if isinstance(day, date):
                by_day[day].append(keyed)
        found: Found = {}
        for candidates, asked in self._payments_of(by_day):
            for keyed in asked:
                alike = [one for one in candidates if _same_payment(keyed.write, one)]
                if chosen := self._ours(keyed.write, alike):
                    found[keyed.request_id] = chosen
        return found

    def _payments_of(
        self, by_day: Mapping[date, list[KeyedWrite]]
    ) -> Iterable[tuple[list[Snapshot], list[KeyedWrite]]]:
        for day, writes in by_day.items():
            customers = {
                held.id
                for keyed in writes
                if isinstance(held := keyed.write.fields.get("CustomerRef"), RecordRef)
            }
            for chunk in query.chunks(sorted(customers)):
                rows = self._company.rows(
                    "Payment",
                    query.one_of("CustomerRef", chunk),
                    f"TxnDate = {query.literal(day.isoformat())}",
                )
                yield self._reader.snapshots(Entity.PAYMENT, list(rows)), writes

    def _ours(self, write: Write, candidates: Sequence[Snapshot]) -> Snapshot | None:
        key = self._writer.key(write)
        ours = [one for one in candidates if key and one.key == key]
        return ours[0] if len(ours) == 1 else None


def _has_happened(write: Write, now: Snapshot) -> bool:
    if write.operation is Operation.VOID:
        return now.presence is Presence.VOIDED
    return now.presence in (Presence.LIVE, Presence.INACTIVE) and holds(write, now)


def _same_customer(write: Write, candidates: Sequence[Snapshot]) -> Snapshot | None:
    """Sub-customers share their parent's address. A name alone is enough only where the
    addresses do not contradict it."""
    alike = [
        one
        for one in candidates
        if one.is_live
        and _agrees(write, one, EMAIL)
        and bool(one.get("ParentRef")) is _is_sub(write)
    ]
    named = [one for one in alike if _equal(write, one, "DisplayName")]
    chosen = named or alike
    return chosen[0] if len(chosen) == 1 else None


def _is_sub(write: Write) -> bool:
    return bool(write.fields.get("ParentRef"))


def _same_item(write: Write, candidates: Sequence[Snapshot]) -> Snapshot | None:
    alike = [one for one in candidates if one.is_live and _agrees(write, one, "Sku")]
    named = [one for one in alike if _equal(write, one, "Name")]
    chosen = named or alike
    return chosen[0] if len(chosen) == 1 else None


def _same_payment(write: Write, snapshot: Snapshot) -> bool:
    amount = write.fields.get("Amount")
    return (
        snapshot.get("Invoice") == write.fields.get("Invoice")
        and isinstance(amount, Decimal)
        and snapshot.get("Amount") == amount
    )


def _agrees(write: Write, snapshot: Snapshot, name: str) -> bool:
    return not snapshot.get(name) or not write.fields.get(name) or _equal(write, snapshot, name)


def _equal(write: Write, snapshot: Snapshot, name: str) -> bool:
    ours, theirs = write.fields.get(name), snapshot.get(name)
    return str(ours or "").strip().casefold() == str(theirs or "").strip().casefold()
