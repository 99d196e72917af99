"""HubSpot's events (hubspot-api.md 10.2): an array; old and generic format."""

from collections.abc import Iterator, Mapping
from typing import Any

from syncapp.engine.records import Entity, Side
from syncapp.webhooks.events import Event, Heard, id_of, key_of, name_of, texts

_ENTITIES = {
    "contact": Entity.CONTACT,
    "product": Entity.PRODUCT,
    "invoice": Entity.INVOICE,
    "payment": Entity.PAYMENT,
}
# Parts and neighbours: only reading shows to which of our records they belong.
_AROUND = {
    "line_item": Entity.INVOICE,
    "discount": Entity.INVOICE,
    "fee": Entity.INVOICE,
    "tax": Entity.INVOICE,
    "company": Entity.CONTACT,
}
_TYPE_IDS = {
    "0-1": "contact",
    "0-2": "company",
    "0-7": "product",
    "0-8": "line_item",
    "0-53": "invoice",
    "0-84": "discount",
    "0-85": "fee",
    "0-86": "tax",
    "0-101": "payment",
}
ASSOCIATION = "associationChange"
_HAPPENINGS = (
    "creation",
    "propertyChange",
    ASSOCIATION,
    "merge",
    "restore",
    "deletion",
    "privacyDeletion",
)
_GENERIC = "object"


def heard(payload: Any) -> Heard:
    if not isinstance(payload, list):
        return Heard(ignored=1)
    events, ignored = [], 0
    for item in payload:
        found = list(_events(item)) if isinstance(item, Mapping) else []
        events += found
        ignored += not found
    return Heard(events, ignored)


def _events(item: Mapping[str, Any]) -> Iterator[Event]:
    kind, happening = _kind(item)
    account = id_of(item.get("portalId"))
    if not kind or happening not in _HAPPENINGS or not account:
        return
    key = key_of(
        *(item.get(name) for name in ("portalId", "subscriptionType", "objectTypeId", "objectId")),
        *(item.get(name) for name in ("propertyName", "eventId", "occurredAt")),
        *(item.get(name) for name in ("fromObjectId", "toObjectId", "associationTypeId")),
    )
    name = name_of(kind, happening)
    if kind in _AROUND:
        yield Event(Side.HUBSPOT, account, _AROUND[kind], "", name, key)
        return
    for id in _ids(item):
        yield Event(Side.HUBSPOT, account, _ENTITIES[kind], id, name, key_of(key, id))


def _kind(item: Mapping[str, Any]) -> tuple[str, str]:
    subscription, type_id = texts((item.get("subscriptionType"), item.get("objectTypeId")))
    name, _, happening = subscription.partition(".")
    if name == _GENERIC:
        return _TYPE_IDS.get(type_id, ""), happening
    return name if name in _ENTITIES or name in _AROUND else "", happening


def _ids(item: Mapping[str, Any]) -> list[str]:
    """A merge names the one that stays and those that go."""
    swallowed = item.get("mergedObjectIds")
    named = (
        item.get("objectId", item.get("fromObjectId")),
        item.get("primaryObjectId"),
        item.get("newObjectId"),
        *(swallowed if isinstance(swallowed, list) else ()),
    )
    return list(dict.fromkeys(filter(None, map(id_of, named))))
