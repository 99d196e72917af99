"""Reading records by id, and finding them by a value; both batched."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from decimal import Decimal

from syncapp.connectors.quickbooks import query
from syncapp.connectors.quickbooks.codec import ALSO_INACTIVE, ENTITY_NAMES, LISTS, gone
from syncapp.connectors.quickbooks.customers import EMAIL, first_address
from syncapp.connectors.quickbooks.endpoints import Company, rows_in
from syncapp.connectors.quickbooks.reading import Reader, Row
from syncapp.connectors.quickbooks.whole_lists import WholeLists
from syncapp.engine.records import Entity, RecordRef, Snapshot, Value
from syncapp.engine.said import said
from syncapp.errors import ConfigurationError

# What a query can look for (quickbooks-api.md 11), under the name it has there
COLUMNS: Mapping[Entity, Mapping[str, str]] = {
    Entity.CONTACT: {
        EMAIL: "PrimaryEmailAddr",
        "DisplayName": "DisplayName",
        "CompanyName": "CompanyName",
        "GivenName": "GivenName",
        "FamilyName": "FamilyName",
        "FullyQualifiedName": "FullyQualifiedName",
    },
    Entity.PRODUCT: {"Sku": "Sku", "Name": "Name", "FullyQualifiedName": "FullyQualifiedName"},
    Entity.INVOICE: {"DocNumber": "DocNumber"},
    Entity.PAYMENT: {"PaymentRefNum": "PaymentRefNum"},
}

# What else has values of an entity's unique field: kind of record, field, in words
SHARING: Mapping[Entity, tuple[tuple[str, str, str], ...]] = {
    Entity.CONTACT: (
        ("Vendor", "DisplayName", "a vendor"),
        ("Employee", "DisplayName", "an employee"),
    ),
    Entity.INVOICE: (("CreditMemo", "DocNumber", "the credit memo of {date}"),),
}


WORTH_A_LIST = 30  # values that cost as much as all rows, of which there are mostly few


class Lookup:
    def __init__(
        self,
        company: Company,
        reader: Reader,
        pool: Executor,
        lists: WholeLists,
        fresh_seconds: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._company = company
        self._reader = reader
        self._pool = pool
        self._whole_lists = lists
        self._with_several_addresses: list[tuple[str, Row]] | None = None
        self._lists: dict[Entity, list[Snapshot]] = {}
        self._fresh, self._clock = fresh_seconds, clock
        self._whole: dict[str, tuple[float, Sequence[Row] | None]] = {}  # and when it was read

    def fetch(self, refs: Collection[RecordRef]) -> dict[RecordRef, Snapshot]:
        found: dict[RecordRef, Snapshot] = {}
        for entity in Entity:
            wanted = [ref for ref in refs if ref.entity is entity]
            if wanted:
                found |= self._fetch(entity, wanted)
        return found

    def find(
        self, entity: Entity, field_name: str, values: Collection[str]
    ) -> dict[str, tuple[Snapshot, ...]]:
        column = COLUMNS[entity].get(field_name)
        if column is None and entity not in LISTS:
            raise ConfigurationError(f"QuickBooks cannot search {entity} records by {field_name}.")
        asked = {value: value.strip().casefold() for value in values if value.strip()}
        by_value: dict[str, dict[RecordRef, Snapshot]] = defaultdict(dict)
        wanted = sorted(set(asked.values()))
        listed = self._whole_lists.of(entity)
        having = listed if listed is not None else self._asked(entity, column, wanted)
        for snapshot in having:
            by_value[_searched(snapshot.get(field_name))][snapshot.ref] = snapshot
        is_missing = any(value not in by_value for value in asked.values())
        if field_name == EMAIL and listed is None and is_missing:
            self._add_first_of_several(by_value, wanted)
        return {
            value: tuple(by_value[folded].values())
            for value, folded in asked.items()
            if folded in by_value
        }

    def all_of(self, entity: Entity) -> list[Snapshot] | None:
        """Where a list of them is at hand that is young enough."""
        return self._whole_lists.of(entity)

    def taken_elsewhere(self, entity: Entity, values: Collection[str]) -> dict[str, str]:
        """quickbooks-api.md 4 and 8: customers share their names with vendors and employees,
        invoices their numbers with credit memos."""
        found: dict[str, str] = {}
        for kind, field, words in SHARING.get(entity, ()):
            for row in self._sharing(kind, field, sorted(set(values))):
                value = str(row.get(field))
                found[value.casefold()] = said(words, date=row.get("TxnDate"))
        return {value: found[value.casefold()] for value in values if value.casefold() in found}

    def _sharing(self, kind: str, field: str, values: Sequence[str]) -> Iterable[Row]:
        """Rows that may have one of these values: of many values all rows, where they fit into one
        answer, which then serves the next values too."""
        if len(values) > WORTH_A_LIST and (everything := self._list_of(kind)) is not None:
            return everything
        statements = (query.one_of(field, chunk) for chunk in query.chunks(values))
        return (row for where in statements for row in self._company.rows(kind, where))

    def _list_of(self, kind: str) -> Sequence[Row] | None:
        """As it is, or was a moment ago; None where it is longer than an answer, which is not
        asked again."""
        at, rows = self._whole.get(kind, (-math.inf, None))
        if self._clock() - at > self._fresh:
            at = self._clock()
            rows = rows_in(self._company.query(query.select(kind, order_by="Id")), kind)
            is_whole = len(rows) < query.PAGE
            at, rows = (at, rows) if is_whole else (math.inf, None)
            self._whole[kind] = at, rows
        return rows

    def rows_by_id(self, entity: Entity, ids: Iterable[str]) -> dict[str, Row]:
        """Rows of a query; who is missing may exist nevertheless (quickbooks-api.md 18-2)."""
        name = ENTITY_NAMES[entity]
        active = (ALSO_INACTIVE,) if entity in LISTS else ()
        return {
            str(row["Id"]): row
            for chunk in query.chunks(sorted(set(ids)))
            for row in self._company.rows(name, query.one_of("Id", chunk), *active)
        }

    def _fetch(self, entity: Entity, refs: list[RecordRef]) -> dict[RecordRef, Snapshot]:
        by_id: dict[str, list[RecordRef]] = defaultdict(list)
        for ref in refs:
            by_id[ref.id.partition("/")[0]].append(ref)  # of an allocation the payment
        rows = self.rows_by_id(entity, by_id)
        rows |= self._read_directly(entity, sorted(by_id.keys() - rows.keys()))
        found: dict[RecordRef, Snapshot] = {}
        for id, asked in by_id.items():
            answers = self._reader.answering(asked, rows[id]) if id in rows else map(gone, asked)
            found |= zip(asked, answers, strict=True)
        return {one.ref: one for one in self._reader.completed(entity, list(found.values()))}

    def _read_directly(self, entity: Entity, ids: list[str]) -> dict[str, Row]:
        """Not in the answer is no proof of being gone: the list may lag."""
        name = ENTITY_NAMES[entity]
        if not ids:
            return {}
        rows = self._pool.map(lambda id: self._company.read(name, id), ids)
        return {id: row for id, row in zip(ids, rows, strict=True) if row is not None}

    def _asked(self, entity: Entity, column: str | None, values: list[str]) -> Sequence[Snapshot]:
        return self._having(entity, column, values) if column else self._everybody(entity)

    def _having(self, entity: Entity, column: str, values: list[str]) -> list[Snapshot]:
        name = ENTITY_NAMES[entity]
        rows = [
            row
            for chunk in query.chunks(values)
            for row in self._company.rows(name, query.one_of(column, chunk))
        ]
        return self._reader.completed(entity, self._reader.snapshots(entity, rows))

    def _everybody(self, entity: Entity) -> list[Snapshot]:
        """For a field that no query can look for; read once, a thousand records a call."""
        if entity not in self._lists:
            rows = list(self._company.rows(ENTITY_NAMES[entity]))
            self._lists[entity] = self._reader.snapshots(entity, rows)
        return self._lists[entity]

    def _add_first_of_several(
        self, by_value: dict[str, dict[RecordRef, Snapshot]], wanted: Collection[str]
    ) -> None:
        """A field that holds several addresses equals none of them. There are few: they are read
        once, in one query."""
        if self._with_several_addresses is None:
            rows = list(self._company.rows("Customer", "PrimaryEmailAddr LIKE '%,%'"))
            self._with_several_addresses = [(_first_address(row), row) for row in rows]
        for first, row in self._with_several_addresses:
            if first in wanted:
                (snapshot,) = self._reader.snapshots(Entity.CONTACT, [row])
                by_value[first][snapshot.ref] = snapshot


def _first_address(row: Row) -> str:
    """Empty where there are separators only."""
    held = row.get("PrimaryEmailAddr")
    address = held.get("Address") if isinstance(held, Mapping) else None
    return (first_address(address) or "").casefold()


def _searched(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value).strip().casefold()
