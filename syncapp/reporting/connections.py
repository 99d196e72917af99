"""The connections as a page shows them: what uses them, until when, and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from syncapp.engine.records import Side
from syncapp.models import ApiUsage, Connection, Integration
from syncapp.reporting.webhooks import Arrived, by_account

SOON = timedelta(days=14)
_PRODUCTION = "STANDARD"  # hubspot-api.md 9: every other kind of account is for trying


@dataclass(frozen=True, slots=True)
class Shown:
    connection: Connection
    account_name: str
    is_production: bool
    used_by: Sequence[str]
    is_static: bool
    ends_at: datetime | None  # unless it is renewed or connected again before
    ends_soon: bool
    calls: int  # this month
    reads: int
    webhooks: Arrived = field(default_factory=Arrived)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Reads of all QuickBooks connections together, which is how Intuit counts them."""

    used: int
    allowed: int

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.used / self.allowed)) if self.allowed else 0


def shown_connections(now: datetime | None = None) -> list[Shown]:
    moment = now or timezone.now()
    rows = Connection.objects.defer(*Connection.sealed_fields()).order_by("vendor", "name")
    used, spent, arrived = _uses(), _spent(moment), by_account(moment)
    return [
        replace(
            _shown(row, used.get(row.pk, []), spent.get(row.pk, (0, 0)), moment),
            webhooks=arrived.get((row.vendor, row.account_id), Arrived()),
        )
        for row in rows
    ]


def allowance(shown: Sequence[Shown]) -> Allowance:
    reads = sum(one.reads for one in shown if one.connection.side is Side.QUICKBOOKS)
    return Allowance(reads, settings.QUICKBOOKS_READ_ALLOWANCE)


def is_production(side: Side, account_type: str = "") -> bool:
    """Of QuickBooks the address tells, of HubSpot the account does. An account nobody has asked
    yet counts as a real one: that is the careful guess."""
    if side is Side.HUBSPOT:
        host = urlsplit(settings.HUBSPOT_API_BASE).hostname or ""
        return host.endswith(".hubapi.com") and account_type in ("", _PRODUCTION)
    host = urlsplit(settings.QUICKBOOKS_API_BASE).hostname or ""
    return host.endswith(".intuit.com") and not host.startswith("sandbox")


def _shown(row: Connection, used_by: Sequence[str], spent: tuple[int, int], now: datetime) -> Shown:
    ends = min(filter(None, (row.refresh_expires_at, row.hard_expires_at)), default=None)
    kind = str(row.account.get("settings", {}).get("accountType", ""))
    return Shown(
        connection=row,
        account_name=str(row.account.get("name", "")),
        is_production=is_production(row.side, kind),
        used_by=used_by,
        is_static=row.expires_at is None and not row.needs_reconnect,
        ends_at=ends,
        ends_soon=ends is not None and ends - now < SOON,
        calls=spent[0],
        reads=spent[1],
    )


def _uses() -> dict[int, list[str]]:
    used: dict[int, list[str]] = {}
    for one in Integration.objects.only("name", "hubspot_id", "quickbooks_id"):
        for pk in (one.hubspot_id, one.quickbooks_id):
            used.setdefault(pk, []).append(one.name)
    return used


def _spent(now: datetime) -> dict[int, tuple[int, int]]:
    rows = (
        ApiUsage.objects.filter(day__year=now.year, day__month=now.month)
        .order_by()
        .values_list("connection")
        .annotate(calls=Sum("calls"), reads=Sum("reads"))
    )
    return {pk: (calls, reads) for pk, calls, reads in rows}
