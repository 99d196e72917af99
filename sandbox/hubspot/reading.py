"""How a record is shown in an answer: hubspot-api.md 4 [SPEC][PROPS]."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.links.store import linked_ids, type_ids_between
from sandbox.hubspot.links.types import type_of_id
from sandbox.hubspot.object_types import OBJECT_TYPES, ObjectType, known_type
from sandbox.hubspot.portal import Portal, Record


@dataclass(frozen=True, slots=True)
class View:
    """What the caller asked to see; None: what HubSpot shows unasked."""

    properties: Sequence[str] | None = None
    history: Sequence[str] = ()
    associations: Sequence[str] = ()
    everything: bool = False


EVERYTHING = View(everything=True)


def shown(portal: Portal, kind: ObjectType, record: Record, view: View = View()) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": record["id"],
        "properties": _properties(portal, kind, record, view),
        "createdAt": record["created_at"],
        "updatedAt": record["updated_at"],
        "archived": record["archived"],
        "url": _url(portal, kind, record["id"]),
    }
    if record["archived"]:
        answer["archivedAt"] = record["archived_at"]
    if view.history:
        answer["propertiesWithHistory"] = _history(record, view.history)
    if view.associations and (found := _associations(portal, kind, record, view.associations)):
        answer["associations"] = found
    return answer


def written_view(kind: ObjectType, names: Sequence[str]) -> View:
    """After an update: what was written and the usual few."""
    return View(properties=[*kind.shown, *names])


def _properties(
    portal: Portal, kind: ObjectType, record: Record, view: View
) -> dict[str, str | None]:
    """Unknown names are ignored on reads [OBJ]."""
    properties = record["properties"]
    known = portal.catalogue.of(kind.name)
    if view.everything:
        return {name: value for name, value in properties.items() if name in known}
    always = ("createdate", kind.modified, "hs_object_id")
    names = kind.shown if view.properties is None else (*view.properties, *always)
    return {name: properties.get(name) for name in names if name in known}


def _history(record: Record, names: Sequence[str]) -> dict[str, Any]:
    """Newest first."""
    return {name: record["history"][name] for name in names if name in record["history"]}


def _associations(
    portal: Portal, kind: ObjectType, record: Record, type_names: Sequence[str]
) -> dict[str, Any]:
    found = {}
    for name in type_names:
        other = known_type(name)
        if other is None:
            continue
        results = [
            {"id": partner, "type": type_of_id(kind.name, other.name, type_id).v3_name}
            for partner in linked_ids(portal, kind.name, record["id"], other.name)
            for type_id in type_ids_between(
                portal, (kind.name, record["id"]), (other.name, partner)
            )
        ]
        if results:
            found[association_key(portal, other.name)] = {"results": results}
    return found


def association_key(portal: Portal, type_name: str) -> str:
    """hubspot-api.md 4 **T**: "line items", with a space."""
    spaced = portal.option("association_key_spaces") and type_name == "line_items"
    return "line items" if spaced else type_name


def _url(portal: Portal, kind: ObjectType, record_id: str) -> str:
    account = portal.account
    return (
        f"https://{account['ui_domain']}/contacts/{account['portal_id']}"
        f"/record/{OBJECT_TYPES[kind.name].type_id}/{record_id}"
    )
