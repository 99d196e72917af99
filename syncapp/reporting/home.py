"""What the home page tells before everything runs: the facts for the next step."""

from collections.abc import Collection
from datetime import datetime

from syncapp.engine.records import Entity, Side
from syncapp.models import Connection, SyncRun
from syncapp.reporting.heartbeat import is_well
from syncapp.reporting.next_step import Facts
from syncapp.reporting.objects import Overview


def facts(overviews: Collection[Overview], worker_seen_at: datetime | None) -> Facts:
    on = {
        row.entity
        for one in overviews
        for row in one.rows
        if row.rule and row.rule.is_on and not row.follows_invoices
    }
    vendors = {side.value for side in Side} if overviews else _connected()
    return Facts(
        has_hubspot=Side.HUBSPOT.value in vendors,
        has_quickbooks=Side.QUICKBOOKS.value in vendors,
        is_joined=bool(overviews),
        has_products=Entity.PRODUCT in on,
        has_contacts=Entity.CONTACT in on,
        has_invoices=Entity.INVOICE in on,
        has_worker=is_well(worker_seen_at),
        has_passed=_has_passed(overviews),
    )


def _connected() -> set[str]:
    return set(Connection.objects.values_list("vendor", flat=True))


def _has_passed(overviews: Collection[Overview]) -> bool:
    done = SyncRun.Outcome.DONE
    if any(one.passes.last and one.passes.last.outcome == done for one in overviews):
        return True
    return SyncRun.objects.filter(outcome=done).exists()
