"""One intended change to one record, on its way through the rules."""

from dataclasses import dataclass, field

from sandbox.hubspot.actors import Actor
from sandbox.hubspot.links.types import AssociationType
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.portal import Portal, Record


@dataclass(slots=True)
class Change:
    portal: Portal
    kind: ObjectType
    actor: Actor
    version: str  # of the API it came by; empty for people
    values: dict[str, str | None]
    record: Record | None = None  # None: it will be created
    links: list[tuple[Record, ObjectType, list[AssociationType]]] = field(default_factory=list)
    system_values: dict[str, str | None] = field(default_factory=dict)  # HubSpot's own doing

    def value(self, name: str) -> str | None:
        """As it will be after the change."""
        if name in self.values:
            return self.values[name]
        return self.before(name)

    def before(self, name: str) -> str | None:
        value: str | None = self.record["properties"].get(name) if self.record else None
        return value

    def alters(self, name: str) -> bool:
        return name in self.values and self.values[name] != self.before(name)

    def default(self, name: str, value: str | None) -> None:
        """Set unless the writer has set it."""
        if value is not None and self.values.get(name) is None:
            self.values[name] = value

    @property
    def existing(self) -> Record:
        if self.record is None:
            raise LookupError("This change creates its record.")
        return self.record

    @property
    def provisional(self) -> Record:
        """The record as the rules of associations may look at it before it exists."""
        if self.record is not None:
            return self.record
        properties = {**self.values, **self.actor.origin()}
        return {"id": "", "properties": properties, "archived": False}
