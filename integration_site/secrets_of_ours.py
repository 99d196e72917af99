"""The installation's own secrets, so that no log line ever holds one."""

from collections.abc import Iterator

from django.conf import settings

from syncapp.logs import remember_secret

NAMES = (
    "SECRET_KEY",
    "HUBSPOT_CLIENT_SECRET",
    "QUICKBOOKS_CLIENT_SECRET",
    "METRICS_TOKEN",
    "ALERT_WEBHOOK_SECRET",
    "EMAIL_HOST_PASSWORD",
)


def keep_out_of_logs() -> None:
    for secret in _secrets():
        remember_secret(secret, for_good=True)


def _secrets() -> Iterator[str]:
    yield from (str(getattr(settings, name, "") or "") for name in NAMES)
    yield from settings.TOKEN_KEYS
    yield from settings.HUBSPOT_WEBHOOK_SECRETS
    yield from settings.QUICKBOOKS_WEBHOOK_TOKENS
    yield from (str(one.get("PASSWORD") or "") for one in settings.DATABASES.values())
