"""What the go-live check is told of the two accounts, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from syncapp.engine.catalogue.category import Place
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.engine.said import joined, said


class Severity(StrEnum):
    BLOCKING = "blocking"
    ADVICE = "advice"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class RuleWanted:
    """A rule as it shall be when it is on."""

    entity: Entity
    direction: Direction
    options: Mapping[str, object] = field(default_factory=dict)

    def writes_to(self, side: Side) -> bool:
        return self.direction.reaches(side)


@dataclass(frozen=True, slots=True)
class BookAccount:
    name: str
    type: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """`preferences` by dotted name. `accounts` are the chosen ones that exist. Counts are None
    where nobody asked. `doubled`: numbers of invoices that look like a payment's second one."""

    country: str = "US"
    currency: str = "USD"
    subscription: str = ""
    is_sandbox: bool = False
    preferences: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, BookAccount] = field(default_factory=dict)
    items_without_sku: int | None = None
    customers_without_email: int | None = None
    doubled: tuple[str, ...] = ()

    def is_on(self, *names: str) -> bool:
        return any(self.preferences.get(name, "").casefold() == "true" for name in names)


@dataclass(frozen=True, slots=True)
class PortalFacts:
    """`missing_scopes` by entity. `api_payments`: accepted, refused or unknown, and why."""

    currencies: frozenset[str] = frozenset()
    missing_scopes: Mapping[Entity, tuple[str, ...]] = field(default_factory=dict)
    foreign_invoices: int = 0
    api_payments: str = "unknown"
    api_payments_why: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """`expiring`: connections whose consent ends soon, with the moment."""

    company: CompanyFacts = field(default_factory=CompanyFacts)
    portal: PortalFacts = field(default_factory=PortalFacts)
    expiring: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoLiveFinding:
    """`entities` are those whose rule it concerns."""

    code: str
    severity: Severity
    title: str
    consequence: str = ""
    remedy: str = ""
    place: Place = Place.NOWHERE
    entities: tuple[Entity, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return joined(" ", said("{title}.", title=self.title), self.consequence, self.remedy)
