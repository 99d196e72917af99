"""Which live record has which value of a unique property."""

from typing import Any

from sandbox.hubspot.catalogue import Catalogue

Record = dict[str, Any]


class UniqueValues:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._holders: dict[tuple[str, str], dict[str, str]] = {}

    def add(self, type_name: str, record: Record) -> None:
        if record["archived"]:
            return
        for name in self._catalogue.unique_names(type_name):
            for value in _values_of(record, name):
                self._of(type_name, name)[value] = record["id"]

    def drop(self, type_name: str, record: Record) -> None:
        for name in self._catalogue.unique_names(type_name):
            for value in _values_of(record, name):
                holders = self._of(type_name, name)
                if holders.get(value) == record["id"]:
                    del holders[value]

    def holder(self, type_name: str, name: str, value: str) -> str | None:
        """The id of the live record that has the value."""
        return self._of(type_name, name).get(fold(name, value))

    def _of(self, type_name: str, name: str) -> dict[str, str]:
        return self._holders.setdefault((type_name, name), {})


def fold(name: str, value: str) -> str:
    """E-mail addresses are one whatever their case."""
    return value.lower() if name == "email" else value


def _values_of(record: Record, name: str) -> list[str]:
    properties = record["properties"]
    values = [properties[name]] if properties.get(name) else []
    if name == "email":  # the others of a merged contact count too: hubspot-api.md 5.1 [OBJ]
        values += (properties.get("hs_additional_emails") or "").split(";")
    return [fold(name, value) for value in values if value]
