"""Requests as the vendors send them, signed here by their own rules, not by the product's code."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

BASE = "https://sync.nordwind.example"
HUBSPOT, QUICKBOOKS = "/webhooks/hubspot/", "/webhooks/quickbooks/"
SECRET, TOKEN = "the-app's-client-secret", "the-verifier-token"
PORTAL, REALM = "4711", "9130"


@dataclass
class Letter:
    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, client: Any, **more: Any) -> int:
        answer = client.post(
            self.path, self.body, content_type="application/json", headers=self.headers, **more
        )
        return int(answer.status_code)


def signature(key: str, message: bytes) -> str:
    return base64.b64encode(hmac.new(key.encode(), message, hashlib.sha256).digest()).decode()


def change(**more: Any) -> dict[str, Any]:
    return {
        "eventId": 1,
        "subscriptionId": 12,
        "portalId": int(PORTAL),
        "appId": 7,
        "occurredAt": 1_764_000_000_000,
        "subscriptionType": "object.propertyChange",
        "objectTypeId": "0-1",
        "attemptNumber": 0,
        "objectId": 501,
        "propertyName": "lastname",
        "propertyValue": "Berg",
        "changeSource": "CRM_UI",
        **more,
    }


def from_hubspot(
    *events: Any,
    body: bytes | None = None,
    secret: str = SECRET,
    base: str = BASE,
    path: str = HUBSPOT,
    signed_path: str = "",
    seconds_ago: float = 0,
) -> Letter:
    content = json.dumps(list(events) or [change()]).encode() if body is None else body
    at = str(int((time.time() - seconds_ago) * 1000))
    message = b"POST" + f"{base}{signed_path or path}".encode() + content + at.encode()
    headers = {
        "X-HubSpot-Signature-v3": signature(secret, message),
        "X-HubSpot-Request-Timestamp": at,
        "X-HubSpot-Signature": hashlib.sha256(secret.encode() + content).hexdigest(),
        "X-HubSpot-Signature-Version": "v1",
    }
    return Letter(path, content, headers)


def cloud_event(**more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "88cd52aa-33b6-4351-9aa4-47572edbd068",
        "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
        "type": "qbo.customer.updated.v1",
        "datacontenttype": "application/json",
        "time": "2026-11-10T21:31:25.179851517Z",
        "intuitentityid": "58",
        "intuitaccountid": REALM,
        "data": {},
        **more,
    }


def old_shape(*entities: dict[str, Any], realm: str = REALM) -> dict[str, Any]:
    listed = list(entities) or [
        {"name": "Customer", "id": "58", "operation": "Update",
         "lastUpdated": "2026-05-01T10:00:00.000Z"}
    ]  # fmt: skip
    changed = {"realmId": realm, "dataChangeEvent": {"entities": listed}}
    return {"eventNotifications": [changed]}


def from_quickbooks(
    payload: Any = None, *, body: bytes | None = None, token: str = TOKEN, path: str = QUICKBOOKS
) -> Letter:
    told = [cloud_event()] if payload is None else payload
    content = json.dumps(told).encode() if body is None else body
    return Letter(path, content, {"intuit-signature": signature(token, content)})
