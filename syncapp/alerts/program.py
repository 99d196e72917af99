"""Tells a program at ALERT_WEBHOOK_URL. The address comes from the environment only, the body is
signed with ALERT_WEBHOOK_SECRET as “Standard Webhooks” has it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.utils import timezone

from syncapp.alerts import words
from syncapp.connectors.outgoing import post
from syncapp.errors import NotPossible, SyncAppError
from syncapp.models.alerts import AlertDelivery, AlertRecipient


def call(recipient: AlertRecipient, text: str, news: Sequence[AlertDelivery]) -> None:
    """Raises `NotPossible`. The id is the same for the same news, so that a program that is told
    twice can know."""
    if not settings.ALERT_WEBHOOK_URL:
        raise NotPossible("ALERT_WEBHOOK_URL is not set: no program is known.")
    told = ",".join(str(one.pk) for one in news) or timezone.now().isoformat()
    name = str(uuid5(NAMESPACE_URL, f"ledgerline-alert/{recipient.pk}/{told}"))
    body = json.dumps({"text": text, "news": [_shown(one) for one in news]}).encode()
    at = str(int(timezone.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Webhook-Id": name,
        "Webhook-Timestamp": at,
        "Webhook-Signature": signature(name, at, body),
    }
    try:
        status = post(
            settings.ALERT_WEBHOOK_URL,
            body,
            headers,
            allow_plain_http=settings.ALLOW_PLAIN_HTTP,
        )
    except SyncAppError as failure:
        raise NotPossible(failure.message) from None
    if not 200 <= status < 300:
        raise NotPossible(f"The program answered with status {status}.")


def signature(name: str, at: str, body: bytes) -> str:
    key = settings.ALERT_WEBHOOK_SECRET.encode()
    digest = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _shown(delivery: AlertDelivery) -> dict[str, object]:
    alert = delivery.alert
    return {
        "cause": alert.cause,
        "news": delivery.news,
        "integration": alert.integration_id,
        "category": alert.category,
        "number": alert.number,
        "begun_at": alert.begun_at.isoformat(),
        "solved_at": alert.solved_at.isoformat() if alert.solved_at else None,
        "sentence": words.sentence(alert, delivery.news),
        "address": words.address(alert),
    }
