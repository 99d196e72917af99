"""One account: its state as plain JSON, what is derived from that state, its clock."""

from bisect import insort
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandbox.clock import Clock
from sandbox.hubspot import accounts
from sandbox.hubspot.actors import Actor, app
from sandbox.hubspot.catalogue import Catalogue
from sandbox.hubspot.instants import iso
from sandbox.hubspot.limits import Limits
from sandbox.hubspot.object_types import OBJECT_TYPES
from sandbox.hubspot.recency import Recency
from sandbox.hubspot.uniqueness import UniqueValues
from sandbox.vendor import ChangeListener

Record = dict[str, Any]


class Portal:
    def __init__(self, clock: Clock, listener: ChangeListener) -> None:
        self.clock = clock
        self.listener = listener
        self.limits = Limits(clock)
        self.load(accounts.new_account(iso(clock.now())))

    def load(self, state: dict[str, Any]) -> None:
        self.state = state
        self.changes = 0  # grows with every change of business data
        self.stale_invoices: dict[str, None] = {}  # whose totals must be worked out again
        self._written_at: str | None = None
        self.ids = {name: sorted(map(int, self.records(name))) for name in OBJECT_TYPES}
        self.recency = {name: Recency(self.records(name)) for name in OBJECT_TYPES}
        self.adopt_options()

    def adopt_options(self) -> None:
        self.limits.set_tier(self.option("tier"), increased=self.option("api_limit_increase"))
        self.refresh_definitions()

    def refresh_definitions(self) -> None:
        """After a change of a property or an option; unique values are indexed by them."""
        self.catalogue = Catalogue(self.state)
        self.unique = UniqueValues(self.catalogue)
        for name in OBJECT_TYPES:
            for record in self.records(name).values():
                self.unique.add(name, record)

    @property
    def account(self) -> dict[str, Any]:
        account: dict[str, Any] = self.state["account"]
        return account

    @property
    def currencies(self) -> list[str]:
        return [self.option("currency"), *self.option("additional_currencies")]

    def option(self, name: str) -> Any:
        return self.state["options"][name]

    def records(self, type_name: str) -> dict[str, Record]:
        records: dict[str, Record] = self.state["objects"][type_name]
        return records

    def live(self, type_name: str, record_id: str) -> Record | None:
        record = self.records(type_name).get(record_id)
        return None if record is None or record["archived"] else record

    def now(self) -> str:
        """The instant that a write happening now is stamped with."""
        return self._written_at or iso(self.clock.now())

    @property
    def app(self) -> Actor:
        account = self.account
        return app(account["app_id"], account["app_name"], self.option("api_source_type"))

    @contextmanager
    def writing_at(self, moment: str | None) -> Iterator[None]:
        """Stamps what is written inside with another time than now."""
        self._written_at = moment
        try:
            yield
        finally:
            self._written_at = None

    def next_id(self) -> str:
        self.state["last_id"] += 1
        return str(self.state["last_id"])

    def keep(self, type_name: str, record: Record) -> None:
        self.records(type_name)[record["id"]] = record
        insort(self.ids[type_name], int(record["id"]))
        self.recency[type_name].note(record)

    def change_options(self, values: Mapping[str, Any]) -> None:
        self.state["options"].update(values)
        self.recency = {name: Recency(self.records(name)) for name in OBJECT_TYPES}
        self.adopt_options()

    def tell(self, event: dict[str, Any]) -> None:
        self.listener("hubspot", event)
