"""One thing a person wants done, read from `/control/person` or a seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.accounts import USERS
from sandbox.hubspot.actors import Actor, person
from sandbox.hubspot.instants import iso, parse_iso
from sandbox.hubspot.links.rules import Party
from sandbox.hubspot.object_types import ObjectType, known_type
from sandbox.hubspot.portal import Portal, Record


@dataclass(frozen=True, slots=True)
class Deed:
    portal: Portal
    asked: Mapping[str, Any]

    @property
    def actor(self) -> Actor:
        return person(int(self.asked.get("user_id", USERS[0]["user_id"])))

    @property
    def kind(self) -> ObjectType:
        return type_named(str(self.asked.get("type") or ""))

    @property
    def properties(self) -> dict[str, Any]:
        properties = self.asked.get("properties") or {}
        if not isinstance(properties, dict):
            raise ValueError("properties must be an object.")
        return properties

    @property
    def moment(self) -> str | None:
        """When it happens, if not now."""
        at = self.asked.get("at")
        return iso(parse_iso(str(at))) if at else None

    def text(self, name: str) -> str:
        value = self.asked.get(name)
        if value in (None, ""):
            raise ValueError(f'This deed needs "{name}".')
        return str(value)

    def record(self, kind: ObjectType | None = None, name: str = "id") -> Record:
        kind, record_id = kind or self.kind, self.text(name)
        record = self.portal.live(kind.name, record_id)
        if record is None:
            raise ValueError(f"There is no {kind.singular} {record_id}.")
        return record

    def party(self, type_key: str, id_key: str) -> Party:
        kind = type_named(self.text(type_key))
        return kind, self.record(kind, id_key)


def type_named(name: str) -> ObjectType:
    kind = known_type(name)
    if kind is None:
        raise ValueError(f'There is no record type "{name}".')
    return kind
