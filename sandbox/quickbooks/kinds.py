"""What the engine asks of an entity's own rules, and the table of all entities."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.table import Record


@dataclass(slots=True)
class Change:
    """One create or update on its way: `record` is what would be stored, still without the
    common parts. `sent` holds what was asked for, None for emptied fields."""

    company: Company
    entity: str
    author: Author
    sent: Mapping[str, Any]
    record: Record
    before: Record | None = None
    is_sparse: bool = False
    include: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_new(self) -> bool:
        return self.before is None

    def touches(self, name: str) -> bool:
        """Whether the rules of a field have to be looked at: on a full update also those of
        fields the client never meant (quickbooks-api.md 18 no. 10)."""
        return name in self.sent or not self.is_sparse


def _nothing(_company: Company, _before: Record | None, _after: Record, _author: Author) -> None:
    return None


def _no_more(_company: Company, _record: Record, _author: Author) -> None:
    return None


def _may_go(_company: Company, _record: Record, _operation: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """`complete` checks and fills `change.record` and touches nothing else; `settle` carries the
    effects to other records once it is stored, with a deleted record marked `_deleted`."""

    entity: str
    complete: Callable[[Change], None]
    settle: Callable[[Company, Record | None, Record, Author], None] = _nothing
    check_removal: Callable[[Company, Record, str], None] = _may_go  # "delete" or "void"
    afterwards: Callable[[Company, Record, Author], None] = _no_more  # what QuickBooks does unasked
    zeroed: Callable[[Company, Record], Record] | None = None  # what a void leaves of it
    name_field: str = ""  # list objects: where " (deleted)" goes
    app_may: frozenset[str] = frozenset({"create", "update"})

    @property
    def resource(self) -> str:
        return self.entity.lower()

    @property
    def is_list(self) -> bool:
        return bool(self.name_field)
