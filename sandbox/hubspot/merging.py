"""Makes one record of two, and takes a contact away without a trace."""

from sandbox.hubspot import events, records
from sandbox.hubspot.actors import Actor
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.links.store import (
    connect,
    disconnect_everything,
    linked_ids,
    partners_by_type,
    type_ids_between,
)
from sandbox.hubspot.links.types import PRIMARY, type_of_id
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.rules import RULES
from sandbox.hubspot.searchlag import remember_indexed


def merge(portal: Portal, kind: ObjectType, primary: Record, loser: Record, actor: Actor) -> None:
    """The primary keeps its values and takes over what it lacks, and all associations."""
    if primary["id"] == loser["id"]:
        raise invalid("A record cannot be merged with itself")
    values = _taken_over(portal, kind, primary, loser)
    _move_associations(portal, kind, primary, loser)
    remember_indexed(portal, kind.name, loser["id"], loser)
    portal.unique.drop(kind.name, loser)
    loser["archived"], loser["archived_at"] = True, portal.now()
    loser["merged_into"] = primary["id"]
    records.change(portal, kind, primary, values, actor)
    events.merged(portal, kind, primary["id"], loser["id"], len(values))
    RULES[kind.name].after(portal, primary)


def erase(portal: Portal, kind: ObjectType, record: Record) -> None:
    """Only the id is left, so that a dump can show that there was something."""
    disconnect_everything(portal, (kind.name, record["id"]))
    remember_indexed(portal, kind.name, record["id"], record)
    portal.unique.drop(kind.name, record)
    record["properties"], record["history"] = {"hs_object_id": record["id"]}, {}
    record["archived"], record["archived_at"] = True, portal.now()
    record["gdpr_deleted"] = True
    portal.changes += 1
    events.erased(portal, record["id"])


def _taken_over(
    portal: Portal, kind: ObjectType, primary: Record, loser: Record
) -> dict[str, str | None]:
    own, other = primary["properties"], loser["properties"]
    definitions = portal.catalogue.of(kind.name)
    values = {
        name: value
        for name, value in other.items()
        if name in definitions and not definitions[name].read_only and not own.get(name)
    }
    # hubspot-api.md 13 [OBJ]: the old ids stay known
    values["hs_merged_object_ids"] = _joined(
        own.get("hs_merged_object_ids"), other.get("hs_merged_object_ids"), loser["id"]
    )
    if own.get("email") and other.get("email"):
        values["hs_additional_emails"] = _joined(
            own.get("hs_additional_emails"), other.get("hs_additional_emails"), other["email"]
        )
    return values


def _joined(*parts: str | None) -> str:
    return ";".join(part for part in parts if part)


def _move_associations(portal: Portal, kind: ObjectType, primary: Record, loser: Record) -> None:
    start = (kind.name, loser["id"])
    for to_type in list(partners_by_type(portal, start)):
        for partner in linked_ids(portal, *start, to_type):
            types = [
                type_of_id(kind.name, to_type, type_id)
                for type_id in type_ids_between(portal, start, (to_type, partner))
                if type_id != PRIMARY or not _has_primary(portal, primary)
            ]
            connect(portal, (kind.name, primary["id"]), (to_type, partner), types)
            RULES[to_type].after(portal, portal.records(to_type)[partner])
    disconnect_everything(portal, start)


def _has_primary(portal: Portal, contact: Record) -> bool:
    companies = partners_by_type(portal, ("contacts", contact["id"])).get("companies", {})
    return any(PRIMARY in type_ids for type_ids in companies.values())
