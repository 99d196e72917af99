"""Property definitions: what the account says its properties are, and the ones of our own that
our copies need there."""

import threading
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from syncapp.connectors.hubspot.describing import MADE, field_info, kind_of
from syncapp.connectors.hubspot.endpoints import Endpoints
from syncapp.connectors.hubspot.faults import error_in, rejected
from syncapp.connectors.hubspot.objects import (
    CONTACTS,
    INVOICES,
    KEY,
    LINE_ITEMS,
    OBJECTS,
    PAYMENTS,
    PRODUCTS,
    SYNC_MESSAGE,
    SYNC_STATE,
    URL,
    Kind,
    ObjectType,
)
from syncapp.connectors.transport import Response
from syncapp.engine.field_types import FieldInfo
from syncapp.engine.records import Entity
from syncapp.engine.said import said
from syncapp.errors import Rejected

GROUP = {"name": "ledgerline", "label": "Ledgerline"}

_KEY = {
    "name": KEY,
    "label": "Ledgerline key",
    "type": "string",
    "fieldType": "text",
    "description": "The QuickBooks record this is a copy of. Written by Ledgerline; do not edit.",
    "hasUniqueValue": True,  # only possible at creation: hubspot-api.md 9 [PROPS]
}
_INVOICE_STATE = tuple(
    {"name": name, "label": label, "type": type, "fieldType": field_type}
    for name, label, type, field_type in (
        ("ledgerline_total", "QuickBooks total", "number", "number"),
        ("ledgerline_balance", "QuickBooks balance", "number", "number"),
        ("ledgerline_status", "QuickBooks status", "string", "text"),
        (URL, "QuickBooks link", "string", "text"),
        (SYNC_STATE, "QuickBooks sync", "string", "text"),
        (SYNC_MESSAGE, "QuickBooks sync: what to do", "string", "textarea"),
    )
)


class Definitions:
    """The kinds of an account's properties. Asks for those that the table in objects.py does not
    know, once per record type."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._asked: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._lock = threading.Lock()  # lists are read side by side

    def kinds(self, kind: ObjectType, names: Iterable[str]) -> Mapping[str, Kind]:
        names = [name for name in names if name not in kind.made]
        if all(name in kind.kinds for name in names):
            return kind.kinds
        asked = {name: kind_of(kind, one) for name, one in self.raw(kind).items()}
        return {**dict.fromkeys(names, Kind.TEXT), **kind.kinds, **asked}

    def missing(self, kind: ObjectType, names: Iterable[str]) -> frozenset[str]:
        """What the table in objects.py does not know, the account must have."""
        asked = [name for name in names if name not in kind.made and name not in kind.kinds]
        return frozenset(name for name in asked if name not in self.raw(kind))

    def raw(self, kind: ObjectType) -> Mapping[str, Mapping[str, Any]]:
        """As the account says them, by name; asked for once."""
        with self._lock:
            if kind.name not in self._asked:
                definitions = self._endpoints.definitions(kind)
                self._asked[kind.name] = {str(one["name"]): one for one in definitions}
            return self._asked[kind.name]

    def has(self, kind: ObjectType, name: str) -> bool:
        self._asked.pop(kind.name, None)
        return name in self.raw(kind)

    def describe(self, entity: Entity) -> tuple[FieldInfo, ...]:
        return (*self.shown(OBJECTS[entity]), *MADE[entity])

    def shown(self, kind: ObjectType) -> tuple[FieldInfo, ...]:
        """Those that people may see."""
        return tuple(
            field_info(kind, definition)
            for definition in self._endpoints.definitions(kind)
            if not definition.get("hidden") and not definition.get("archived")
        )


def prepare(endpoints: Endpoints, entities: Collection[Entity]) -> None:
    """Makes what is missing. Line items may stay without a key: their schema needs a scope of its
    own (hubspot-api.md 3.3), and lines can be told by their invoice instead."""
    for entity in entities:
        _make(endpoints, OBJECTS[entity], _wanted(entity))
    if Entity.INVOICE in entities:
        try:
            _make(endpoints, LINE_ITEMS, (_KEY,))
        except Rejected as refusal:
            if refusal.status != 403:
                raise


def _wanted(entity: Entity) -> tuple[Mapping[str, Any], ...]:
    return (_KEY, *_INVOICE_STATE) if entity is Entity.INVOICE else (_KEY,)


def _make(endpoints: Endpoints, kind: ObjectType, wanted: Iterable[Mapping[str, Any]]) -> None:
    existing = {definition["name"]: definition for definition in endpoints.definitions(kind)}
    missing = [definition for definition in wanted if definition["name"] not in existing]
    key = existing.get(KEY)
    if key and not key.get("hasUniqueValue"):
        raise Rejected(
            said(
                "The property {key} of HubSpot {kind_title} exists but its values are not"
                " unique: delete it in HubSpot and connect again.",
                key=KEY,
                kind_title=kind.title,
            ),
            side="hubspot",
            code="KEY_NOT_UNIQUE",
        )
    if not missing:
        return
    _tolerate_twin(endpoints.create_group(kind, GROUP), kind)
    for definition in missing:
        body = {**definition, "groupName": GROUP["name"]}
        _tolerate_twin(endpoints.create_property(kind, body), kind)


def _tolerate_twin(response: Response, kind: ObjectType) -> None:
    """Another process may have made it in the meantime: 409 (hubspot-api.md 9, unverified)."""
    if response.status < 400 or response.status == 409:
        return
    refusal = rejected(response, f"to add our properties to {kind.title}")
    if response.status == 403:
        refusal.message = said(
            "The HubSpot app may not add properties to {kind_title}: {remedy} HubSpot says:"
            " {error_in_message}",
            kind_title=kind.title,
            remedy=_remedy(kind),
            error_in_message=error_in(response).message,
        )
    raise refusal


def _remedy(kind: ObjectType) -> str:
    """hubspot-api.md 3.3: products and line items have no scope of their own for this."""
    scope = {
        CONTACTS.name: "crm.schemas.contacts.write",
        PRODUCTS.name: "e-commerce",
        LINE_ITEMS.name: "e-commerce",
        INVOICES.name: "crm.schemas.invoices.write",
        PAYMENTS.name: "crm.schemas.commercepayments.write",
    }[kind.name]
    return said("grant it the scope {scope} and connect again.", scope=scope)
