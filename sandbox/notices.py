"""What the vendors POST to a webhook target: bodies, signatures, headers. Sends nothing."""

import base64
import hashlib
import hmac
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import simplejson

Event = dict[str, Any]

# What HubSpot decodes in the URL before it signs, and nothing else (hubspot-api.md 10.4 [SIG])
DECODED_IN_URL = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'",
    "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip
CLOUD_EVENT_VERBS = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Void": "voided",
    "Emailed": "emailed",
    "Merge": "merged",
}


@dataclass(frozen=True, slots=True)
class Notice:
    body: bytes
    headers: Mapping[str, str]


def completed(vendor: str, event: Event, number: int, account: Mapping[str, Any]) -> Event:
    """Adds what every repetition of this event has to keep."""
    if vendor == "quickbooks":
        return event | {"event_id": str(uuid.uuid4())}
    name = f"{event.get('subscriptionType')} {event.get('propertyName', '')}"
    known = {
        "eventId": 100_000_000 + number,
        "subscriptionId": 1_000_000 + zlib.crc32(name.encode()) % 1_000_000,
        "portalId": int(account.get("portal_id", 0)),
        "appId": int(account.get("app_id", 1_160_452)),
        "attemptNumber": 0,
    }
    return known | event


def hubspot_notice(
    events: Sequence[Event], secret: str, target: str, *, attempt: int, signed_at_ms: int
) -> Notice:
    """hubspot-api.md 10.2 and 10.4: signature v3, and the v1 one that still travels along."""
    body = _json([event | {"attemptNumber": attempt} for event in events])
    signed = b"POST" + _decoded(target).encode() + body + str(signed_at_ms).encode()
    headers = {
        "X-HubSpot-Signature-v3": _signature(secret, signed),
        "X-HubSpot-Request-Timestamp": str(signed_at_ms),
        "X-HubSpot-Signature": hashlib.sha256(secret.encode() + body).hexdigest(),
        "X-HubSpot-Signature-Version": "v1",
    }
    return Notice(body, {"Content-Type": "application/json"} | headers)


def quickbooks_notice(events: Sequence[Event], verifier_token: str, shape: str) -> Notice:
    """quickbooks-api.md 16: one signature for both shapes."""
    old = shape == "old"
    body = _json(_event_notifications(events) if old else [_cloud_event(e) for e in events])
    headers = {
        "intuit-signature": _signature(verifier_token, body),
        "intuit-t-id": str(uuid.uuid4()),
        "intuit-created-time": _instant(datetime.now(UTC), "milliseconds"),
        "intuit-notification-schema-version": "0.1",
        "Content-Type": "application/json" if old else "application/cloudevents+json",
    }
    return Notice(body, headers)


def _event_notifications(events: Sequence[Event]) -> dict[str, Any]:
    by_realm: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        entity = {
            "name": event["entity"],
            "id": event["id"],
            "operation": event["operation"],
            "lastUpdated": _instant(event["time"], "milliseconds"),
        }
        if event.get("deleted_id"):
            entity["deletedId"] = event["deleted_id"]
        by_realm.setdefault(event["realm_id"], []).append(entity)
    return {
        "eventNotifications": [
            {"realmId": realm, "dataChangeEvent": {"entities": entities}}
            for realm, entities in by_realm.items()
        ]
    }


def _cloud_event(event: Event) -> dict[str, Any]:
    source = hashlib.sha256(event["realm_id"].encode()).digest()
    verb = CLOUD_EVENT_VERBS[event["operation"]]
    merged = {"deletedId": event["deleted_id"]} if event.get("deleted_id") else {}
    return {
        "specversion": "1.0",
        "id": event["event_id"],
        "source": f"intuit.{base64.b64encode(source).decode()}",
        "type": f"qbo.{event['entity'].lower()}.{verb}.v1",
        "datacontenttype": "application/json",
        "time": _instant(event["time"], "microseconds").removesuffix("Z") + "000Z",
        "intuitentityid": event["id"],
        "intuitaccountid": event["realm_id"],
        "data": merged,
    }


def _instant(value: datetime | str, precision: str) -> str:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _decoded(url: str) -> str:
    for code, character in DECODED_IN_URL.items():
        url = url.replace(code, character).replace(code.lower(), character)
    return url


def _signature(key: str, message: bytes) -> str:
    return base64.b64encode(hmac.digest(key.encode(), message, "sha256")).decode()


def _json(value: Any) -> bytes:
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False).encode()
