"""QuickBooks' events (quickbooks-api.md 16): CloudEvents, a list, or the older shape, an object."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from syncapp.engine.records import Entity, Side
from syncapp.webhooks.events import Event, Heard, id_of, key_of, name_of, texts

_ENTITIES = {
    "customer": Entity.CONTACT,
    "item": Entity.PRODUCT,
    "invoice": Entity.INVOICE,
    "payment": Entity.PAYMENT,
}
# In both shapes; what they say beyond that is found out by reading.
_HAPPENINGS = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "void": "voided",
    "emailed": "emailed",
    "merge": "merged",
}
_WORDS = frozenset(_HAPPENINGS.values())


def heard(payload: Any) -> Heard:
    if isinstance(payload, list):
        return _told(map(_cloud_event, payload))
    if isinstance(payload, Mapping):
        return _told(_notifications(payload))
    return Heard(ignored=1)


def _told(found: Iterable[list[Event]]) -> Heard:
    events: list[Event] = []
    ignored = 0
    for some in found:
        events += some
        ignored += not some
    return Heard(events, ignored)


def _cloud_event(item: Any) -> list[Event]:
    if not isinstance(item, Mapping):
        return []
    type_, id, source = texts((item.get("type"), item.get("id"), item.get("source")))
    prefix, _, rest = type_.partition(".")
    entity, _, happening = rest.partition(".")
    happening = happening.partition(".")[0]
    account = id_of(item.get("intuitaccountid"))
    if prefix != "qbo" or not id:
        return []
    data = item.get("data")
    ids = (item.get("intuitentityid"), data.get("deletedId") if isinstance(data, Mapping) else None)
    return _events(account, entity, happening, ids, key_of(source, account, id))


def _notifications(payload: Mapping[str, Any]) -> Iterator[list[Event]]:
    companies = payload.get("eventNotifications")
    if not isinstance(companies, list):
        yield []
        return
    for company in companies:
        changes = company.get("dataChangeEvent") if isinstance(company, Mapping) else None
        entities = changes.get("entities") if isinstance(changes, Mapping) else None
        if not isinstance(entities, list):
            yield []
            continue
        account = id_of(company.get("realmId"))
        for item in entities:
            yield _old_event(account, item) if isinstance(item, Mapping) else []


def _old_event(account: str, item: Mapping[str, Any]) -> list[Event]:
    name, operation, at = texts((item.get("name"), item.get("operation"), item.get("lastUpdated")))
    key = key_of(account, name, item.get("id"), operation, at)
    happening = _HAPPENINGS.get(operation.lower(), "")
    return _events(account, name, happening, (item.get("id"), item.get("deletedId")), key)


def _events(account: str, entity: str, happening: str, ids: Iterable[Any], key: str) -> list[Event]:
    """A merge names the one that stays and the one that goes."""
    kind = _ENTITIES.get(entity.lower())
    if kind is None or happening not in _WORDS or not account:
        return []
    name = name_of(entity.lower(), happening)
    return [
        Event(Side.QUICKBOOKS, account, kind, id, name, key_of(key, id))
        for id in dict.fromkeys(filter(None, map(id_of, ids)))
    ]
