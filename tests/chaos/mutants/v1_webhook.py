"""The signature of version 1 is believed: it says nothing of the address or the time."""

import hashlib

from django.conf import settings

TARGET = "syncapp.webhooks.views:_is_signed_by_hubspot"


def changed(real):
    def is_signed(request, body):
        secrets = settings.HUBSPOT_WEBHOOK_SECRETS or [settings.HUBSPOT_CLIENT_SECRET]
        given = request.headers.get("X-HubSpot-Signature", "")
        old = [hashlib.sha256(secret.encode() + body).hexdigest() for secret in secrets]
        return given in old or real(request, body)

    return is_signed
