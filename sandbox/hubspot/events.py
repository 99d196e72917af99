"""What the account tells its app about a change: the webhook payloads of hubspot-api.md 10.2.

The sender adds nothing but the attempt; batching and signing are its own business.
"""

import zlib
from typing import Any

from sandbox.hubspot.actors import Actor
from sandbox.hubspot.instants import ms_of
from sandbox.hubspot.object_types import OBJECT_TYPES, ObjectType
from sandbox.hubspot.portal import Portal

# types with subscriptions of the old format: hubspot-api.md 10.1 [SPEC]
CLASSIC = ("contacts", "companies", "products", "line_items")
# not subscribable: hubspot-api.md 10.1 [WH]; the rest only names the origin of a record
_SILENT = ("hs_lastmodifieddate", "lastmodifieddate", "hs_updated_by_user_id")


def created(portal: Portal, kind: ObjectType, record_id: str, actor: Actor) -> None:
    _tell(portal, kind, "creation", record_id, {**_source(actor), "changeFlag": "NEW"})


def deleted(portal: Portal, kind: ObjectType, record_id: str, actor: Actor) -> None:
    _tell(portal, kind, "deletion", record_id, {**_source(actor), "changeFlag": "DELETED"})


def restored(portal: Portal, kind: ObjectType, record_id: str, actor: Actor) -> None:
    _tell(portal, kind, "restore", record_id, {**_source(actor), "changeFlag": "RESTORED"})


def changed(
    portal: Portal, kind: ObjectType, record_id: str, name: str, value: str | None, actor: Actor
) -> None:
    if name in _SILENT or not _fires(portal, kind, name):
        return
    details = {"propertyName": name, "propertyValue": value or "", "isSensitive": False}
    _tell(portal, kind, "propertyChange", record_id, {**_source(actor), **details}, name)


def merged(portal: Portal, kind: ObjectType, primary: str, loser: str, moved: int) -> None:
    details = {
        "primaryObjectId": int(primary),
        "mergedObjectIds": [int(loser)],
        "newObjectId": int(primary),
        "numberOfPropertiesMoved": moved,
    }
    _tell(portal, kind, "merge", primary, details)


def erased(portal: Portal, record_id: str) -> None:
    """hubspot-api.md 10.1: contact.privacyDeletion exists in the old format only."""
    portal.tell(_event(portal, "contact.privacyDeletion", record_id, {}))


def linked(
    portal: Portal,
    from_end: tuple[str, str],
    to_end: tuple[str, str],
    type_id: int,
    *,
    removed: bool,
) -> None:
    """One direction; the caller tells both."""
    (from_type, from_id), (to_type, to_id) = from_end, to_end
    kind, other = OBJECT_TYPES[from_type], OBJECT_TYPES[to_type]
    details = {
        "associationType": f"{kind.singular}_to_{other.singular}".upper(),
        "associationTypeId": type_id,
        "fromObjectId": int(from_id),
        "toObjectId": int(to_id),
        "fromObjectTypeId": kind.type_id,
        "toObjectTypeId": other.type_id,
        "associationRemoved": removed,
        "isPrimaryAssociation": type_id in (1, 2),
    }
    _tell(portal, kind, "associationChange", from_id, details)


def _fires(portal: Portal, kind: ObjectType, name: str) -> bool:
    """hubspot-api.md 10.1: calculated ones reportedly do not, hs_amount_paid does [T-pdf]."""
    definition = portal.catalogue.of(kind.name).get(name)
    if definition is None or not definition.calculated:
        return True
    return bool(portal.option("webhooks_for_calculated"))


def _source(actor: Actor) -> dict[str, Any]:
    return {"changeSource": actor.source_type, "sourceId": actor.source_id}


def _tell(
    portal: Portal,
    kind: ObjectType,
    what: str,
    record_id: str,
    details: dict[str, Any],
    property_name: str = "",
) -> None:
    formats = portal.option("webhook_formats")
    if formats != "classic" or kind.name not in CLASSIC:
        event = _event(portal, f"object.{what}", record_id, details, property_name)
        portal.tell({**event, "objectTypeId": kind.type_id})
    if formats != "generic" and kind.name in CLASSIC:
        portal.tell(_event(portal, f"{kind.singular}.{what}", record_id, details, property_name))


def _event(
    portal: Portal,
    subscription: str,
    record_id: str,
    details: dict[str, Any],
    property_name: str = "",
) -> dict[str, Any]:
    account = portal.account
    account["last_event"] += 1
    return {
        "eventId": account["last_event"],
        "subscriptionId": zlib.crc32(f"{subscription}/{property_name}".encode()) % 10_000_000,
        "portalId": account["portal_id"],
        "appId": account["app_id"],
        "occurredAt": ms_of(portal.now()),
        "subscriptionType": subscription,
        "attemptNumber": 0,
        "objectId": int(record_id),
        **details,
    }
