"""One company's books: its records, counters and options, and how a record is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.quickbooks import options
from sandbox.quickbooks.faults import not_found
from sandbox.quickbooks.stamps import day_of, stamp, utc_stamp
from sandbox.quickbooks.table import Record, Table

# Customers, vendors and employees share one run of ids, as the sales forms do (ours)
SEQUENCES = {
    "Customer": "names",
    "Vendor": "names",
    "Employee": "names",
    "Invoice": "transactions",
    "Payment": "transactions",
    "CreditMemo": "transactions",
    "Deposit": "transactions",
    "RefundReceipt": "transactions",
}
LISTS = ("Item", "Account", "Term", "PaymentMethod", "TaxCode", "TaxRate")
ENTITIES = (*SEQUENCES, *LISTS, "CompanyInfo", "Preferences")
# quickbooks-api.md 16: what webhooks exist for; of the rest nobody outside hears
ANNOUNCED = frozenset(SEQUENCES) - {"Deposit", "RefundReceipt"} | {
    "Item",
    "Account",
    "Term",
    "PaymentMethod",
    "Preferences",
}
KEPT_HISTORY = 40
UNTOLD = {"MetaData", "SyncToken"}


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, and when if not now."""

    name: str
    is_app: bool = False
    at_ms: int | None = None


class Company:
    def __init__(
        self, realm_id: str, clock: Clock, listener: Callable[[dict[str, Any]], None]
    ) -> None:
        self.realm_id = realm_id
        self._clock = clock
        self._listener = listener
        self.tables = {entity: Table() for entity in ENTITIES}
        self.counters: dict[str, int] = {}
        self.options = options.defaults(options.COMPANY_OPTIONS)
        self.answered_requests: dict[str, dict[str, Any]] = {}
        self.last_number = ""  # the document number that automatic numbering goes on from
        self.earlier_versions: list[dict[str, Any]] = []  # only while queries lag

    def now_ms(self, author: Author | None = None) -> int:
        if author is not None and author.at_ms is not None:
            return author.at_ms
        return self._clock.now_ms()

    def today(self, author: Author | None = None) -> str:
        return day_of(self.now_ms(author))

    @property
    def info(self) -> Record:
        return self.tables["CompanyInfo"].records["1"]

    @property
    def country(self) -> str:
        return str(self.info["Country"])

    def preference(self, part: str, name: str) -> Any:
        """None when the key is missing, which can mean something of its own."""
        return self.tables["Preferences"].records["1"].get(part, {}).get(name)

    @property
    def home_currency(self) -> str:
        return str(self.preference("CurrencyPrefs", "HomeCurrency")["value"])

    @property
    def is_multicurrency(self) -> bool:
        return bool(self.preference("CurrencyPrefs", "MultiCurrencyEnabled"))

    def find(self, entity: str, record_id: str) -> Record | None:
        return self.tables[entity].get(record_id)

    def read(self, entity: str, record_id: str) -> Record:
        record = self.tables[entity].get(record_id)
        if record is None:
            raise not_found(entity, record_id)
        return record

    def count_up(self, name: str) -> int:
        self.counters[name] = self.counters.get(name, 0) + 1
        return self.counters[name]

    def add(self, entity: str, fields: Mapping[str, Any], author: Author) -> Record:
        """Stores a complete new record; an `Id` in it is kept (tax codes have words)."""
        at = self.now_ms(author)
        record_id = fields.get("Id") or str(self.count_up(SEQUENCES.get(entity, entity)))
        record = dict(fields) | {
            "Id": record_id,
            "SyncToken": "0",
            "domain": "QBO",
            "sparse": False,
            "MetaData": _meta(stamp(at), at, author),
            "_at": at,
            "_history": [_entry("create", "0", at, author, {})],
        }
        self._keep_for_lagging_queries(entity, record_id, None)
        self.tables[entity].put(record)
        self.announce(entity, record_id, "Create", at)
        return record

    def change(
        self,
        entity: str,
        before: Record,
        after: Mapping[str, Any],
        author: Author,
        operation: str = "Update",
    ) -> Record:
        """Stores the next version of a record; every change raises the token
        (quickbooks-api.md 3)."""
        at = max(self.now_ms(author), before["_at"]) if author.at_ms is None else author.at_ms
        token = str(int(before["SyncToken"]) + 1)
        replaced = {
            name: before.get(name)
            for name in before.keys() | after.keys()
            if name[0] != "_" and name not in UNTOLD and before.get(name) != after.get(name)
        }
        entry = _entry(operation.lower(), token, at, author, replaced)
        record = dict(after) | {
            "SyncToken": token,
            "MetaData": _meta(before["MetaData"]["CreateTime"], at, author),
            "_at": at,
            "_history": [*before["_history"], entry][-KEPT_HISTORY:],
        }
        self._keep_for_lagging_queries(entity, record["Id"], before)
        self.tables[entity].put(record)
        if operation != "Merge":  # that is told once, of the record that stays
            self.announce(entity, record["Id"], operation, at)
        return record

    def adjust(self, entity: str, record_id: str, **computed: Any) -> None:
        """Computed figures of a list object move without a new version (ours: a customer's
        balance)."""
        table = self.tables[entity]
        table.put(table.records[record_id] | computed)

    def announce(
        self, entity: str, record_id: str, operation: str, at: int, deleted_id: str = ""
    ) -> None:
        if entity not in ANNOUNCED:
            return
        event = {
            "realm_id": self.realm_id,
            "entity": entity,
            "id": record_id,
            "operation": operation,
            "time": utc_stamp(at),
        }
        self._listener(event | ({"deleted_id": deleted_id} if deleted_id else {}))

    def _keep_for_lagging_queries(self, entity: str, record_id: str, before: Record | None) -> None:
        if not self.options["query_lag_seconds"]:
            return
        version = {"entity": entity, "id": record_id, "until": self.now_ms(), "before": before}
        self.earlier_versions.append(version)


def answered(record: Mapping[str, Any]) -> Record:
    """A record as clients see it."""
    return {name: value for name, value in record.items() if name[0] != "_"}


def _meta(created: str, at: int, author: Author) -> Record:
    # quickbooks-api.md 3: LastModifiedByRef appears in some answers [observed]
    by = {"value": "1"} if author.is_app else {"value": "2", "name": author.name}
    return {"CreateTime": created, "LastModifiedByRef": by, "LastUpdatedTime": stamp(at)}


def _entry(operation: str, token: str, at: int, author: Author, replaced: Record) -> dict[str, Any]:
    entry = {"operation": operation, "SyncToken": token, "time": stamp(at), "by": author.name}
    return entry | ({"replaced": replaced} if replaced else {})
