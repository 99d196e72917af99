"""One record: HubSpot's JSON to a `Snapshot`, and the fields of a write to properties. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from syncapp.connectors.hubspot.objects import KEY, MERGED, OBJECTS, Kind, ObjectType
from syncapp.connectors.hubspot.values import decode, encode, maybe_instant
from syncapp.engine.records import Entity, Presence, RecordRef, Side, Snapshot, Value

VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Codec:
    """For one entity: `names` are the properties every snapshot holds."""

    entity: Entity
    names: frozenset[str]
    kinds: Mapping[str, Kind]
    zone: ZoneInfo

    @property
    def kind(self) -> ObjectType:
        return OBJECTS[self.entity]

    def ref(self, record_id: str) -> RecordRef:
        return RecordRef(Side.HUBSPOT, self.entity, record_id)

    def snapshot(self, record: Mapping[str, Any]) -> Snapshot:
        """Without what HubSpot keeps as associations."""
        properties = record.get("properties") or {}
        modified = properties.get(self.kind.modified) or record.get("updatedAt")
        return Snapshot(
            ref=self.ref(str(record["id"])),
            fields=self.fields(properties, self.names),
            version=modified or "",
            presence=_presence(record, properties),
            modified_at=maybe_instant(modified),
            created_at=maybe_instant(record.get("createdAt") or properties.get("createdate")),
            merged_ids=merged_ids(record),
            key=properties.get(KEY) or "",
        )

    def fields(
        self, properties: Mapping[str, str | None], names: Iterable[str]
    ) -> dict[str, Value]:
        fields = {name: self._decoded(name, properties.get(name)) for name in names}
        if self.entity is Entity.INVOICE and fields.get("hs_invoice_billable", False) is None:
            fields["hs_invoice_billable"] = True  # only mirrors say so: hubspot-api.md 7.5 [INV]
        return fields

    def properties(self, fields: Mapping[str, Value]) -> dict[str, str]:
        """As HubSpot takes them; references and lines are no properties."""
        return {
            name: encode(self.kinds.get(name, Kind.TEXT), value, self.zone)
            for name, value in fields.items()
            if name not in self.kind.made
        }

    def _decoded(self, name: str, text: str | None) -> Value:
        return decode(self.kinds.get(name, Kind.TEXT), text, self.zone)


def merged_ids(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids this record has swallowed: hubspot-api.md 4.1, 13 [OBJ]."""
    listed = (record.get("properties") or {}).get(MERGED) or ""
    own = str(record["id"])
    return tuple(id.strip() for id in listed.split(";") if id.strip() not in ("", own))


def _presence(record: Mapping[str, Any], properties: Mapping[str, str | None]) -> Presence:
    if record.get("archived"):
        return Presence.GONE
    if properties.get("hs_invoice_status") == VOIDED:
        return Presence.VOIDED
    return Presence.LIVE
