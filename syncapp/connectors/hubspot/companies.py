"""The primary companies of contacts, looked up many at a time and remembered for the session."""

from collections.abc import Iterable

from syncapp.connectors.hubspot.contacts import primary_first
from syncapp.connectors.hubspot.objects import COMPANIES, CONTACTS
from syncapp.connectors.hubspot.reading import Reader


class PrimaryCompanies:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[str, str] = {}  # contact id -> company id, "" when there is none

    def of(self, contact_ids: Iterable[str]) -> dict[str, str]:
        """Contacts without a company are absent."""
        asked = dict.fromkeys(id for id in contact_ids if id)
        unknown = [id for id in asked if id not in self._known]
        if unknown:
            links = self._reader.links(CONTACTS, COMPANIES, unknown)
            for id in unknown:
                self._known[id] = next(iter(primary_first(links.get(id, ()))), "")
        return {id: company for id in asked if (company := self._known[id])}
