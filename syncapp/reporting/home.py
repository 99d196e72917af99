"""What the home page tells: the facts for the next step, and the one glance."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from syncapp.engine.plan import State
from syncapp.engine.records import Entity, Side
from syncapp.models import Connection, Integration, RecordCount, SyncRule, SyncRun
from syncapp.reporting.heartbeat import WORKER_SILENCE, worker_seen_at
from syncapp.reporting.next_step import Facts


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str


def facts() -> Facts:
    vendors = set(Connection.objects.values_list("vendor", flat=True))
    on = set(SyncRule.objects.filter(is_on=True).values_list("entity", flat=True))
    return Facts(
        has_hubspot=Side.HUBSPOT.value in vendors,
        has_quickbooks=Side.QUICKBOOKS.value in vendors,
        is_joined=Integration.objects.exists(),
        has_products=Entity.PRODUCT.value in on,
        has_contacts=Entity.CONTACT.value in on,
        has_invoices=Entity.INVOICE.value in on,
        has_worker=worker_is_well(),
        has_passed=SyncRun.objects.filter(outcome=SyncRun.Outcome.DONE).exists(),
    )


def worker_is_well() -> bool:
    seen = worker_seen_at()
    return seen is not None and timezone.now() - seen < WORKER_SILENCE


def money_in_failing_invoices(integration: Integration) -> list[Money]:
    """One sum for each currency; they are never added to each other."""
    rows = RecordCount.objects.filter(
        integration=integration, entity=Entity.INVOICE, state=State.FAILING, records__gt=0
    )
    totals: dict[str, Decimal] = {}
    for currency, amount in rows.order_by("currency").values_list("currency", "amount"):
        totals[currency] = totals.get(currency, Decimal(0)) + amount
    return [Money(total, currency) for currency, total in totals.items() if total]
