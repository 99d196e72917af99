"""The automatic filters of outbound invoices: born in HubSpot, finalized, created or changed by
somebody else after outbound sync was switched on."""

from datetime import UTC, datetime

from syncapp.engine.locked import Locked
from syncapp.engine.records import Presence, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.engine.said import said


def outbound(rule: SyncRule) -> tuple[Locked, ...]:
    return (_BORN_HERE, _NOT_VOIDED, _FINALIZED, _recent(rule.started_at))


def _is_born_here(invoice: Snapshot) -> bool:
    is_copy = bool(invoice.key) or invoice.get("hs_invoice_billable") is False
    return not is_copy and invoice.get("hs_invoice_source") != "data_sync"


_BORN_HERE = Locked(
    "not_born_here", "that were made in HubSpot, not copied from elsewhere", _is_born_here
)
_NOT_VOIDED = Locked(
    "voided_before",
    "that are not voided",
    lambda invoice: invoice.presence is not Presence.VOIDED,
)
_FINALIZED = Locked(
    "draft",
    "that are finalized, no drafts",
    lambda invoice: invoice.get("hs_invoice_status") not in (None, "draft"),
)


def _recent(started_at: datetime | None) -> Locked:
    def is_recent(invoice: Snapshot) -> bool:
        moments = (invoice.created_at, invoice.changed_by_others_at)
        return started_at is not None and any(at and at >= started_at for at in moments)

    if started_at is None:
        return Locked("older", "created or changed after this sync is switched on", is_recent)
    at = started_at.astimezone(UTC)
    return Locked(
        "older", said("created or changed after {time}", time=f"{at:%Y-%m-%d %H:%M} UTC"), is_recent
    )
