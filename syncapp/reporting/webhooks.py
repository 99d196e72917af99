"""Whether webhooks arrive, and what relies on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Sum
from django.utils import timezone

from syncapp.engine.records import Entity, Side
from syncapp.models import ChangeCursor, WebhookTally

_DAY = timedelta(hours=24)
_NUMBERS = ("accepted", "repeated", "ignored", "refused")


@dataclass(frozen=True, slots=True)
class Arrived:
    """Events of the last 24 hours, and when the last one came."""

    accepted: int = 0
    repeated: int = 0
    ignored: int = 0
    refused: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """One vendor. `strangers` is what came under no account of ours, `refused` among it."""

    side: Side
    address: str
    has_secret: bool
    strangers: Arrived
    accounts: Mapping[str, Arrived] = field(default_factory=dict)

    @property
    def last_at(self) -> datetime | None:
        return max((one.last_at for one in self.accounts.values() if one.last_at), default=None)


def listening() -> list[Listening]:
    arrived = by_account()
    return [
        Listening(
            side,
            address_of(side),
            has_secret=_has_secret(side),
            strangers=arrived.get((side.value, ""), Arrived()),
            accounts={
                account: one
                for (vendor, account), one in arrived.items()
                if vendor == side.value and account
            },
        )
        for side in Side
    ]


def by_account(now: datetime | None = None) -> dict[tuple[str, str], Arrived]:
    """By vendor and account."""
    since = (now or timezone.now()) - _DAY
    sums = {name: Sum(name, default=0) for name in _NUMBERS}
    rows = WebhookTally.objects.filter(hour__gt=since).order_by()
    recent: dict[tuple[str, str], dict[str, int]] = {
        (vendor, account): dict(zip(_NUMBERS, numbers, strict=True))
        for vendor, account, *numbers in rows.values_list("vendor", "account_id").annotate(**sums)
    }
    last = WebhookTally.objects.order_by().values_list("vendor", "account_id")
    return {
        (vendor, account): Arrived(**recent.get((vendor, account), {}), last_at=at)
        for vendor, account, at in last.annotate(at=Max("last_at"))
    }


def address_of(side: Side) -> str:
    return f"{settings.PUBLIC_BASE_URL}/webhooks/{side.value}/"


def relied_on() -> Sequence[ChangeCursor]:
    """What is read on each side, and whether its webhooks are relied on."""
    rows = ChangeCursor.objects.select_related("integration").filter(since__isnull=False)
    order = [entity.value for entity in Entity]
    return sorted(rows, key=lambda one: (one.integration.name, one.side, order.index(one.entity)))


def _has_secret(side: Side) -> bool:
    if side is Side.HUBSPOT:
        return bool(settings.HUBSPOT_WEBHOOK_SECRETS or settings.HUBSPOT_CLIENT_SECRET)
    return bool(settings.QUICKBOOKS_WEBHOOK_TOKENS)
