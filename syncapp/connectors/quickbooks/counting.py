"""Is a list that shows nothing empty? Nothing could ever find what it left out, so a count must say
the same. One call counts everything: the lists of an empty company end together."""

import threading

from syncapp.connectors.quickbooks import query
from syncapp.connectors.quickbooks.codec import ALSO_INACTIVE, ENTITY_NAMES, LISTS
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.engine.records import Entity, Side
from syncapp.engine.said import said
from syncapp.errors import Unavailable


class Counts:
    def __init__(self, company: Company) -> None:
        self._company = company
        self._lock = threading.Lock()
        self._counted: dict[str, int] = {}

    def check_empty(self, entity: Entity) -> None:
        """Each number is relied on once. What is made since it was counted, the feed will show."""
        name = ENTITY_NAMES[entity]
        with self._lock:
            if name not in self._counted:
                self._counted = self._company.counts(dict(map(_statement, Entity)))
            number = self._counted.pop(name)
        if number:
            raise cut_off()


def cut_off() -> Unavailable:
    return Unavailable(
        said("QuickBooks' list shows fewer records than there are."), side=Side.QUICKBOOKS.value
    )


def _statement(entity: Entity) -> tuple[str, str]:
    name = ENTITY_NAMES[entity]
    return name, query.count(name, *([ALSO_INACTIVE] if entity in LISTS else []))
